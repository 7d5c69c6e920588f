/**
 * Files over HTTP: a server for a folder, and its clients.
 * @module
 */
export { getTree, type GetTreeOptions } from "./client/get/get_tree.ts";
export { putTree, type PutTreeOptions } from "./client/put/put_tree.ts";
export { list } from "./client/remote/list.ts";
export type { RemoteEntry, RemoteListing } from "./client/remote/remote_entry.ts";
export type { RemoteOptions } from "./client/remote/remote_options.ts";
export type { TreeEntry, TreeOptions, TreeReport } from "./client/report.ts";
export type { ListedEntry, Listing } from "./server/listing.ts";
export { serveFiles } from "./server/serve.ts";
export type { FileFtpOptions, FileServer, FileServerOptions } from "./server/types.ts";
export {
  ConnectionPool,
  type Credentials,
  type FollowOptions,
  type RefusedClient,
  type ServedRequest,
} from "../http/mod.ts";
export type { FtpEvent, FtpServer, PortRange } from "../ftp/mod.ts";
