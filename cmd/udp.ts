import { ANYWHERE, type Command, main } from "../lib/cli/mod.ts";
import { echoVerb } from "./udp/echo.ts";
import { listenVerb } from "./udp/listen.ts";
import { sendVerb } from "./udp/send.ts";

/** `toucan udp`. */
export const command: Command = {
  name: "udp",
  summary: "send, receive or echo datagrams over UDP",
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*"], unstable: ["net"] },
  verbs: { send: sendVerb, listen: listenVerb, echo: echoVerb },
};

if (import.meta.main) await main(command);
