import type { Tour } from "../leg.ts";
import { demonstrateDatagrams } from "../demonstrate/udp.ts";

/** Leg of `toucan tour` for datagrams. */
export const tour: Tour = {
  title: "datagrams: an echo, and one that is lost",
  layer: "transport: UDP",
  async walk(stage) {
    stage.say(
      "There is no connection and no guarantee of delivery: a client sends datagrams, a server echoes them.",
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
    stage.check(found.echoed.join() === found.sent.join(), "each datagram came back unchanged, one reply each");
    stage.check(!found.noticed, "sending a datagram that nothing receives does not fail");
    stage.show(`toucan udp: ${found.told}`);
    stage.check(
      found.told?.startsWith("no reply") === true,
      "only waiting for a reply shows it: no reply, exit code 4",
    );
  },
};
