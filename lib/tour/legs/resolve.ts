import type { Tour } from "../leg.ts";
import { demonstrateResolver, ZONE_FILE } from "../demonstrate/resolve.ts";
import { NegativeError } from "../../core/errors/errors.ts";
import { recordLine } from "../../dns/internal.ts";

/** Characters before what is said beside a command. */
const COMMAND_WIDTH = 60;

/** The leg of `resolve` in `toucan tour`. */
export const tour: Tour = {
  title: "a name server, and its answers",
  layer: "application: DNS",
  async walk(stage) {
    stage.say(
      "A name server has one zone, toucan.test, from this file. A client sends four queries, one datagram each.",
    );
    stage.show(ZONE_FILE.trimEnd());
    stage.command(`${"resolve serve --zone toucan.zone --transfer loopback".padEnd(COMMAND_WIDTH)}(one terminal)`);
    const { found, transferred } = await demonstrateResolver({
      listening(where) {
        stage.command(`${`resolve --server ${where} --type A,MX toucan.test`.padEnd(COMMAND_WIDTH)}(another)`);
        stage.command(`resolve --server ${where} --type A any.dev.toucan.test dodo.toucan.test`);
        stage.command(`resolve --server ${where} --axfr toucan.test`);
      },
      crossed: (event) => stage.crossed(event),
      signal: stage.signal,
    });
    const [address, mail, wildcard, unknown] = found;
    const lines = [address, mail].flatMap((found) => found?.answers ?? []).map(recordLine);
    stage.show(lines.join("\n"));
    stage.check(
      lines.join() === "toucan.test. 300 IN A 192.0.2.7,toucan.test. 3600 IN MX 10 mail.toucan.test.",
      "the name has an address and a mail server, each with its TTL in seconds",
    );
    stage.check(
      wildcard?.answers.map(recordLine).join() === "any.dev.toucan.test. 300 IN A 192.0.2.8",
      "a wildcard stands for each name below it",
    );
    const missing = unknown?.error;
    stage.check(
      unknown?.status === "NXDOMAIN" && missing instanceof NegativeError && missing.code === "name-not-found",
      "a name that does not exist is an answer as well: NXDOMAIN, and the exit code is 1",
    );
    stage.check(transferred.length === 6, "the zone was transferred over TCP, with all of its records");
  },
};
