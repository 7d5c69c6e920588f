import { ANYWHERE, type Command, main } from "../lib/cli/mod.ts";
import { account } from "./chat/account.ts";
import { exportHistory } from "./chat/export.ts";
import { importLogs } from "./chat/import.ts";
import { invitation } from "./chat/invitations.ts";
import { join } from "./chat/join.ts";
import { serve } from "./chat/serve.ts";

/** `toucan chat`. */
export const command: Command = {
  name: "chat",
  summary: "talk with others over IRC, or serve a chat",
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*"] },
  verbs: { serve, join, account, invitation, export: exportHistory, import: importLogs },
};

if (import.meta.main) await main(command);
