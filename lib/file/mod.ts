/**
 * Files over HTTP: a server for a folder, and its clients.
 * @module
 */
export { FormError, type FormEvent, FormReader } from "./codec/multipart.ts";
export { encodePath, parseTargetPath, type TargetPath } from "./codec/path.ts";
export type { ListedEntry, Listing } from "./listing.ts";
export { serveFiles } from "./serve.ts";
export type { FileServer, FileServerOptions } from "./types.ts";
