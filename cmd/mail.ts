import { ANYWHERE, type Command, main, PROXY_VARIABLES } from "../lib/cli/mod.ts";
import { read } from "./mail/read.ts";
import { send } from "./mail/send.ts";
import { sink } from "./mail/sink.ts";

/** `toucan mail`. */
export const command: Command = {
  name: "mail",
  summary: "send, read and catch mail",
  permissions: {
    net: true,
    read: [...ANYWHERE, "/etc/resolv.conf"],
    write: ANYWHERE,
    env: ["TOUCAN_*", ...PROXY_VARIABLES, "LOCALDOMAIN", "RES_OPTIONS"],
    unstable: ["net"],
    windows: { sys: ["networkInterfaces"] },
  },
  verbs: { send, read, sink },
};

if (import.meta.main) await main(command);
