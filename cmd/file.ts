import { ANYWHERE, type Command, main, PROXY_VARIABLES } from "../lib/cli/mod.ts";
import { get } from "./file/get.ts";
import { ls } from "./file/ls.ts";
import { put } from "./file/put.ts";
import { serve } from "./file/serve.ts";

/** `toucan file`. */
export const command: Command = {
  name: "file",
  summary: "serve a folder over HTTP and FTP, transfer files and folders",
  permissions: {
    net: true,
    read: ANYWHERE,
    write: ANYWHERE,
    env: ["TOUCAN_*", ...PROXY_VARIABLES],
    sys: ["networkInterfaces"],
  },
  verbs: { serve, get, put, ls },
};

if (import.meta.main) await main(command);
