import { ANYWHERE, type Command, main, PROXY_VARIABLES } from "../lib/cli/mod.ts";
import { checkVerb } from "./tcp/check.ts";
import { connectVerb } from "./tcp/connect.ts";
import { listenVerb } from "./tcp/listen.ts";

/** `toucan tcp`. */
export const command: Command = {
  name: "tcp",
  summary: "connect to a TCP port, listen on one, or check which are open",
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*", ...PROXY_VARIABLES], unstable: ["net"] },
  verbs: { connect: connectVerb, listen: listenVerb, check: checkVerb },
};

if (import.meta.main) await main(command);
