/**
 * All of `lib/chat`: the library, and what else tools, other rooms and tests need of it.
 * @module
 */
export * from "./mod.ts";
export type { Account } from "./account/account.ts";
export { type ChatPaint, describeEvent, nickNumber, NO_PAINT } from "./client/terminal/describe.ts";
export { type ClientCommand, readClientCommand, runClientCommand } from "./client/commands.ts";
export { ChatDesk, type DeskTerminal } from "./client/screen/desk.ts";
export { MIN_COLUMNS, MIN_ROWS } from "./client/screen/view.ts";
export { PlainDesk } from "./client/terminal/plain_desk.ts";
export { ChatTerminal, sayLines } from "./client/terminal/terminal.ts";
export { HistoryArchive } from "./archive/history_archive.ts";
export type { LogFormat } from "./archive/log_reader.ts";
export { HTML_END, HTML_HEAD, htmlLine, htmlTitle } from "./archive/html_form.ts";
export { type ImportedLog, importLog } from "./archive/import_log.ts";
export { type PastLine, pastLineOf, titleOf } from "./archive/past_line.ts";
export { clockText, plainText } from "./archive/text_form.ts";
export { type CaseMapping, foldName, isChannel } from "./codec/names.ts";
export type { HistoryEntry, NewHistoryEntry } from "./history/history.ts";
export { accountsOfTalk } from "./history/codec/talk_key.ts";
export { pathsOfHistory } from "./history/database_file.ts";
export { type InvitationLink, readInvitationLink, writeInvitationLink } from "./invite/link.ts";
export { type OperatorsFile, readOperators } from "./server/operators_file.ts";
