import { type AddressInput, toAddress, UsageError } from "../../core/mod.ts";
import { FtpClient } from "./client.ts";
import { openSession } from "./open_session.ts";
import type { FtpClientOptions } from "./options.ts";

/** Ports of FTP (RFC 959 §8), and of FTP with TLS from the first byte. */
export const FTP_PORT = 21;
export const FTPS_PORT = 990;

/**
 * Connects to an FTP server, starts TLS if asked for, logs in, and asks for the features (RFC 959, 2389, 4217). Files are transferred as they are
 * (type I), and in passive mode only, to the address of the control connection: `EPSV`, else `PASV`, whose address is ignored.
 *
 * With TLS, all commands and data are protected, and a data connection must show the key of the control connection; TLS sessions are not
 * resumed, which the runtime cannot do.
 *
 * Permissions: `--allow-net=HOST`, with all ports, since the server chooses those of the data; of the proxy if there is one.
 *
 * @param to The address; the port is 21 unless given, with implicit TLS 990.
 * @returns The session; the caller closes it.
 * @throws {FtpRefusedError} `login-refused`, `tls-refused`, `ftp-refused`.
 * @throws {NetworkError} What `dial` throws; `ftp-invalid-reply`, `ftp-closing`, `tls-injection`, `connection-cut`.
 * @throws {TimeoutError} When a reply does not come in time.
 * @throws {SystemError} `tls-unsupported` for pins, unverified and client certificates before Deno 2.8.
 * @example Store a file
 * ```ts
 * import { connectFtp, serveFiles } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * {
 *   const options = { credentials: { user: "ada", password: "secret" }, upload: true, ftp: { listen: "127.0.0.1:0" } };
 *   await using server = serveFiles(folder, "127.0.0.1:0", options);
 *   await using client = await connectFtp(server.ftp[0]?.addr ?? "", { user: "ada", password: "secret" });
 *   await client.store("a.txt", "hello");
 * }
 * assertEquals(await Deno.readTextFile(`${folder}/a.txt`), "hello");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function connectFtp(to: AddressInput, options?: FtpClientOptions): Promise<FtpClient>;
export async function connectFtp(to: AddressInput, options: FtpClientOptions = {}): Promise<FtpClient> {
  const address = toAddress(to, { port: options.security === "implicit" ? FTPS_PORT : FTP_PORT });
  if (address.transport !== "ip") throw new UsageError("FTP cannot be used over a unix socket");
  const own = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, own.signal]) : own.signal;
  const session = await openSession(address, { ...options, signal });
  return new FtpClient(session, (reason) => own.abort(reason));
}
