/**
 * All of `lib/chat`: the library, and what else tools, other rooms and tests need of it.
 * @module
 */
export * from "./mod.ts";
export type { Account } from "./account/account.ts";
export { type ChatPaint, describeEvent, nickNumber, NO_PAINT } from "./client/terminal/describe.ts";
export { ChatTerminal, sayLines } from "./client/terminal/terminal.ts";
export { pathsOfHistory } from "./history/database_file.ts";
export { type InvitationLink, readInvitationLink, writeInvitationLink } from "./invite/link.ts";
export { type OperatorsFile, readOperators } from "./server/operators_file.ts";
