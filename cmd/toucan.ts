import { ANYWHERE, type Command, main, PROXY_VARIABLES } from "../lib/cli/mod.ts";
import { version } from "./toucan/version.ts";
import { tour } from "./toucan/tour.ts";

const tools: Record<string, () => Promise<{ command: Command }>> = {
  url: () => import("./url.ts"),
  resolve: () => import("./resolve.ts"),
  get: () => import("./get.ts"),
  file: () => import("./file.ts"),
  tcp: () => import("./tcp.ts"),
  udp: () => import("./udp.ts"),
  chat: () => import("./chat.ts"),
  mail: () => import("./mail.ts"),
  check: () => import("./check.ts"),
};

/** The umbrella: every tool as `toucan TOOL …`. */
export const command: Command = {
  name: "toucan",
  summary: "network tools for both ends of the wire",
  permissions: {
    net: true,
    read: [...ANYWHERE, "/etc/resolv.conf"],
    write: ANYWHERE,
    env: ["TOUCAN_*", ...PROXY_VARIABLES, "LOCALDOMAIN", "RES_OPTIONS"],
    sys: ["networkInterfaces"],
    unstable: ["net"],
  },
  tools,
  verbs: { tour, version },
};

if (import.meta.main) await main(command);
