import type { Tour } from "../leg.ts";
import { demonstrateResolver } from "../demonstrate/resolve.ts";
import { NegativeError } from "../../core/errors/errors.ts";
import { recordLine } from "../../dns/internal.ts";

/** The leg of `resolve` in `toucan tour`. */
export const tour: Tour = {
  title: "a name server, and its answers",
  async walk(stage) {
    stage.say("A name server has one name, toucan.test. A client sends three queries, one datagram each.");
    const [address, mail, unknown] = await demonstrateResolver({
      listening(where) {
        stage.say(`the server listens on ${where}`);
        stage.command(`resolve --server ${where} --type A,MX toucan.test`);
        stage.command(`resolve --server ${where} --type A dodo.test`);
      },
      crossed: (event) => stage.crossed(event),
      signal: stage.signal,
    });
    const lines = [address, mail].flatMap((found) => found?.answers ?? []).map(recordLine);
    stage.show(lines.join("\n"));
    stage.check(
      lines.join() === "toucan.test. 300 IN A 192.0.2.7,toucan.test. 3600 IN MX 10 mail.toucan.test.",
      "the name has an address and a mail server, each with its TTL in seconds",
    );
    const missing = unknown?.error;
    stage.check(
      unknown?.status === "NXDOMAIN" && missing instanceof NegativeError && missing.code === "name-not-found",
      "a name that does not exist is an answer as well: NXDOMAIN, and the exit code is 1",
    );
  },
};
