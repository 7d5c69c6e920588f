/**
 * All of `lib/file`: the library, and what else tools, other rooms and tests need of it.
 * @module
 */
export * from "./mod.ts";
export { accessLine, accessRecord, ftpAccessLine, type FtpAccessRecord, ftpAccessRecord } from "./server/access_log.ts";
export { entryRecord, entryRow, unreadableText } from "./client/entry_row.ts";
export { getStream, putStream } from "./client/streams.ts";
export { sumLine } from "./client/sum_line.ts";
export { FormError, type FormEvent, FormReader } from "./codec/multipart.ts";
export { encodePath, parseTargetPath, type TargetPath } from "./codec/path.ts";
