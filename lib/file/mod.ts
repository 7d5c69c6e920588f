/**
 * Files over HTTP: a server for a folder, and its clients.
 * @module
 */
export { FormError, type FormEvent, FormReader } from "./codec/multipart.ts";
export { encodePath, parseTargetPath, type TargetPath } from "./codec/path.ts";
export type { ListedEntry, Listing } from "./listing.ts";
export { serveFiles } from "./serve.ts";
export type { FileServer, FileServerOptions } from "./types.ts";
export { getTree, type GetTreeOptions } from "./client/get_tree.ts";
export { putTree } from "./client/put_tree.ts";
export { list, type RemoteOptions } from "./client/remote.ts";
export type { TreeEntry, TreeOptions, TreeReport } from "./client/report.ts";
export { accessLine, accessRecord } from "./access_log.ts";
export { demonstrate as demonstrateFiles } from "./demonstrate.ts";
export type { Demonstrated as DemonstratedFiles, Demonstration as FileDemonstration } from "./demonstrate.ts";
export { entryRow } from "./client/entry_row.ts";
export { sumLine } from "./client/sum_line.ts";
