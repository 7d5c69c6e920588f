import {
  type Address,
  type BoundAddr,
  checkServerPassword,
  formatNetAddress,
  GroupCommit,
  isLoopback,
  type ListenInput,
  LoginLimit,
  toListenAddress,
  UsageError,
} from "../../core/mod.ts";
import { serveHttp } from "../../http/mod.ts";
import type { FtpServer } from "../../ftp/mod.ts";
import { Digests } from "../digest/digest.ts";
import { RootFiles } from "./ftp/files.ts";
import { serveByFtp } from "./ftp/serve.ts";
import { Gate } from "./gate.ts";
import { FileHandler } from "./handler.ts";
import { removeLeftovers } from "./upload/leftovers.ts";
import { Root } from "./root.ts";
import type { FileServer, FileServerOptions } from "./types.ts";

/** The largest file that clients may bring, in bytes, without `maxSize`. */
const MAX_SIZE = 16 * 2 ** 30;

/**
 * Serves the files below a folder over HTTP/1.1, and takes files where it is told to: GET and HEAD with ranges and
 * conditions, listings as a page and as JSON (`?list=json`, with `&digest=sha256`), PUT and forms. Small files come with
 * their SHA-256 (Repr-Digest, RFC 9530), others up to 1 MiB where Want-Repr-Digest asks for it. With `ftp` the same by FTP.
 * The folder is never left, by no path and no link.
 *
 * Permissions: `--allow-net=HOST:PORT` (for FTP `--allow-net`) and `--allow-read=FOLDER`; for uploads also `--allow-write=FOLDER`.
 *
 * @param root The folder to serve.
 * @param address The address to listen on.
 * @returns The server; it is listening when the call returns.
 * @throws {SystemError} `file-not-found`, `not-a-directory`, `address-in-use` and the like.
 * @throws {UsageError} `upload-unprotected` for uploads beyond this machine without credentials, `empty-password`, `invalid-host-name`, `invalid-network`.
 * @example Serve a folder, and request a range of a file
 * ```ts
 * import { request, serveFiles } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/a.txt`, "hello");
 * await using server = serveFiles(folder, "127.0.0.1:0");
 * using response = await request(`${server.url}a.txt`, { headers: { Range: "bytes=1-3" } });
 * assertEquals([response.status, await response.body.text(100)], [206, "ell"]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function serveFiles<const At extends ListenInput>(
  root: string,
  address: At,
  options?: FileServerOptions,
): FileServer<BoundAddr<At>>;
export function serveFiles(folder: string, listen: ListenInput, options: FileServerOptions = {}): FileServer {
  checkServerPassword(options.credentials?.password);
  const address = toListenAddress(listen);
  const { upload = false, overwrite = false, maxSize = MAX_SIZE, credentials, dotFiles, ignoreIndex = false } = options;
  const { host, loopback } = placeOf(address);
  const { listen: ftp, listenTls: ftps } = options.ftp ?? {};
  const local = loopback && [ftp, ftps].every((at) => at === undefined || placeOf(toListenAddress(at)).loopback);
  if (upload && !local && !credentials && !options.allowAnonymousUpload) {
    throw new UsageError("uploads from other machines require user name and password", {
      code: "upload-unprotected",
    });
  }
  const root = new Root(folder, { dotFiles });
  const shared = { root, digests: new Digests(), commits: new GroupCommit() };
  const logins = new LoginLimit();
  const handler = new FileHandler({
    ...shared,
    gate: new Gate({ credentials, local: loopback, host, allowHost: options.allowHost, logins }),
    ignoreIndex,
    upload: upload ? { maxSize, overwrite } : undefined,
  });
  const files = new RootFiles({ ...shared, upload, maxSize, authenticated: credentials !== undefined });
  const server = serveHttp(address, (request) => handler.answer(request), options);
  const doors: FtpServer[] = [];
  try {
    doors.push(...serveByFtp(files, options, logins));
  } catch (error) {
    void server.shutdown();
    throw error;
  }
  const stop = new AbortController();
  const cleaned = upload ? removeLeftovers(root, new Date(), stop.signal) : undefined;
  const finished = Promise.all([server, ...doors].map(({ finished }) => finished)).then(() => {}).finally(async () => {
    stop.abort();
    await files[Symbol.asyncDispose]();
    await cleaned;
  });
  const { addr, address: shown, port, url } = server;
  const shutdown = async () => {
    await Promise.all([server, ...doors].map((server) => server.shutdown()));
    await finished;
  };
  return {
    ...{ addr, address: shown, port, finished, url, ftp: doors },
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}

/** Where it will listen, and whether only this machine can connect to that. */
function placeOf(address: Address | Deno.Listener): { readonly host: string; readonly loopback: boolean } {
  if ("accept" in address) {
    const { addr } = address;
    const host = "hostname" in addr ? addr.hostname : formatNetAddress(addr);
    return { host, loopback: !("hostname" in addr) || isLoopback(host) };
  }
  if (address.transport === "unix") return { host: "localhost", loopback: true };
  return { host: address.host, loopback: address.host === "localhost" || isLoopback(address.host) };
}
