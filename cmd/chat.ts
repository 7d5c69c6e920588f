import { ANYWHERE, type Command, main, type Tour } from "../lib/cli/mod.ts";
import { demonstrateChat } from "../lib/chat/internal.ts";
import { join } from "./chat/join.ts";
import { serve } from "./chat/serve.ts";

const tour: Tour = {
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

/** `toucan chat`. */
export const command: Command = {
  name: "chat",
  summary: "talk with others over IRC, or serve a chat",
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*"] },
  verbs: { serve, join },
  tour,
};

if (import.meta.main) await main(command);
