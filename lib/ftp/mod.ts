/**
 * FTP (RFC 959, 2389, 2428, 3659, 4217): client and server.
 * @module
 */
export type { FtpEntry, FtpListing } from "./codec/entry.ts";
export { parseListing as parseFtpListing } from "./codec/listing/list.ts";
export type { FtpFeatures } from "./codec/features.ts";
export { FtpClient } from "./client/client.ts";
export { connectFtp } from "./client/connect.ts";
export { FtpDownload } from "./client/transfer/download.ts";
export type { FtpHashAlgorithm } from "./client/commands/hash.ts";
export type { FtpClientOptions, FtpSecurity, RetrieveOptions, StoreOptions } from "./client/options.ts";
export type { RenameStoredOptions } from "./client/commands/rename_stored.ts";
export { FtpRefusedError, FtpTransientError } from "./client/refusal.ts";
export { type FtpTarget, readFtpUrl } from "./client/url.ts";
export type { FtpReply } from "./codec/reply.ts";
export type {
  FtpFiles,
  FtpLogin,
  FtpPath,
  FtpSource,
  FtpTree,
  FtpUpload,
  FtpUploadOptions,
  FtpWriter,
} from "./server/files.ts";
export { FtpRefusal } from "./server/refusal.ts";
export { serveFtp } from "./server/serve.ts";
export type { FtpEvent, FtpServer, FtpServerOptions, PortRange, RefusedFtpClient } from "./server/types.ts";
