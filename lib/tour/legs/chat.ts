import type { Tour } from "../leg.ts";
import { demonstrateChat } from "../demonstrate/chat.ts";

/** Leg of `chat` in `toucan tour`. */
export const tour: Tour = {
  title: "a chat between two clients, and its history for a third",
  layer: "application: IRC",
  async walk(stage) {
    stage.say("A server and two clients. The protocol between ann and the server is IRC:");
    stage.command("chat serve             (one terminal)");
    stage.command("chat join localhost    (two others)");
    const { ann, ben, cleo } = await demonstrateChat({
      did: (what) => stage.say(what),
      crossed: (from, to, line) => stage.wire(from, to, line),
      signal: stage.signal,
    });
    stage.show(ben.join("\n"));
    stage.check(ann.length === 2 && `${ann}` === `${ben}`, "both clients received the same messages in the same order");
    stage.check(`${cleo}` === `${ann}`, "a client that joins later receives the history");
  },
};
