import type { Tour } from "../leg.ts";
import { demonstrateChat } from "../demonstrate/chat.ts";

/** The leg of `chat` in `toucan tour`. */
export const tour: Tour = {
  title: "a two-way chat, and somebody who comes late",
  async walk(stage) {
    stage.say("A server, and two who join it. What crosses the wire between ann and the server is IRC:");
    stage.command("chat serve             (one terminal)");
    stage.command("chat join localhost    (two others)");
    const { ann, ben, cleo } = await demonstrateChat({
      did: (what) => stage.say(what),
      crossed: (from, to, line) => stage.wire(from, to, line),
      signal: stage.signal,
    });
    stage.show(ben.join("\n"));
    stage.check(ann.length === 2 && `${ann}` === `${ben}`, "both have seen the same lines, in the same order");
    stage.check(`${cleo}` === `${ann}`, "who comes late is told what was said");
  },
};
