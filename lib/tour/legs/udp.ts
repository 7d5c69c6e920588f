import type { Tour } from "../leg.ts";
import { demonstrateDatagrams } from "../demonstrate/udp.ts";

/** The leg of `toucan tour` for datagrams. */
export const tour: Tour = {
  title: "datagrams: an echo, and one that is lost",
  async walk(stage) {
    stage.say(
      "No connection, no promise: a server sends back what comes, a client sends one datagram after the other.",
    );
    const found = await demonstrateDatagrams({
      listening(where) {
        stage.command(`udp echo ${where}`);
        stage.command(`udp send --wait 5s --data "…" ${where}`);
      },
      leaving: () =>
        stage.say("Now the server stops, and the client sends two more: one without waiting for a reply, one with."),
      crossed: (from, text) => stage.wire(from, from === "client" ? "server" : "client", text),
      signal: stage.signal,
    });
    stage.check(found.echoed.join() === found.sent.join(), "each datagram came back as it was, a whole one each time");
    stage.check(!found.noticed, "a datagram that nothing receives looks like one that is received");
    stage.show(`toucan udp: ${found.told}`);
    stage.check(
      found.told?.startsWith("no reply") === true,
      "only waiting shows it: no reply, and the tool ends with 4",
    );
  },
};
