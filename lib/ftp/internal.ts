/**
 * All of `lib/ftp`: the public library, and what tools, other rooms and tests use of it.
 * @module
 */
export * from "./mod.ts";
export { formatEpsvReply, formatPasvReply, parseEpsvReply, parsePasvReply } from "./codec/endpoint.ts";
export { isEntryName } from "./codec/entry.ts";
export { FACTS, formatFacts, parseFactLines, parseFacts, parsePathFacts } from "./codec/facts.ts";
export { parseFeatures } from "./codec/features.ts";
export {
  MAX_LINE_BYTES,
  MAX_LISTING_BYTES,
  MAX_LISTING_ENTRIES,
  MAX_NAME_BYTES,
  MAX_REPLY_LINES,
} from "./codec/limits.ts";
export { parseListing } from "./codec/listing/list.ts";
export { parseQuotedPath, pathProblem, quotePath } from "./codec/path_text.ts";
export { formatTimeValue, parseTimeValue } from "./codec/time_value.ts";
export { type CommandFault, type FtpCommand, parseFtpCommand } from "./codec/command.ts";
export { ftpCommandLine } from "./codec/command_text.ts";
export { FtpReplyParser, ftpReplyText } from "./codec/reply.ts";
export { formatListLine } from "./codec/listing_text.ts";
export { formatReply, type FtpReplyText } from "./codec/reply_text.ts";
export { PassivePorts } from "./server/data/ports.ts";
export { type FtpShared, startFtp } from "./server/serve.ts";
