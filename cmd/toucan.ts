import { ANYWHERE, type Command, flag, main, PROXY_VARIABLES, verb } from "../lib/cli/mod.ts";
import { version } from "./toucan/version.ts";
import { TOUR_RECORDS, walkTour } from "../lib/tour/mod.ts";

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

const tour = verb({
  summary: "run both ends of every tool on loopback, and show what crosses the wire",
  description: "Works without a network and leaves no files. Each tool has one leg; every claim is checked.",
  operands: [],
  options: { json: flag("one JSON object per leg") },
  records: TOUR_RECORDS,
  examples: [{ line: "tour", does: "walk the whole tour" }],
  layout: { everyday: ["json"], groups: { output: ["json"] } },
  exits: [3, 4, 5, 6],
  permissions: { net: true, read: ["."], write: ["."], env: ["TOUCAN_*"], unstable: ["net"] },
  needs: () => ({ net: true, read: ["."], write: ["."] }),
  run: ({ output, signal }) => walkTour(output, signal),
});

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
