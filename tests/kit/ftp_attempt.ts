import { assert, assertInstanceOf, assertMatch } from "@std/assert";
import { ToucanError } from "../../lib/core/mod.ts";
import { connectFtp, type FtpClient, type FtpClientOptions } from "../../lib/ftp/mod.ts";
import type { ScriptedFtp } from "./scripted_ftp.ts";

/** Calls of a client, on a server with a file `a.txt` of 11 bytes. */
export const FTP_WORK = {
  retrieve: (client: FtpClient) => retrieveAll(client, 11),
  list: (client: FtpClient) => client.list(""),
  stat: (client: FtpClient) => client.stat("a.txt"),
  store: (client: FtpClient) => client.store("new.txt", "content"),
  rename: (client: FtpClient) => client.rename("a.txt", "b.txt"),
  remove: (client: FtpClient) => client.remove("a.txt"),
  setModified: (client: FtpClient) => client.setModified("a.txt", 0),
  hash: (client: FtpClient) => client.hash("a.txt", "sha256"),
} as const;

/** Name of a call. */
export type FtpWork = keyof typeof FTP_WORK;

/** Retrieves `a.txt` to its end; returns the number of bytes. */
export async function retrieveAll(client: FtpClient, size?: number): Promise<number> {
  await using download = await client.retrieve("a.txt", { size });
  const buffer = new Uint8Array(64 * 1024);
  while (await download.read(buffer) !== null);
  await download.end();
  return download.bytes;
}

/** Result of {@link attemptFtp}. */
export interface FtpAttempt {
  /** Result of the call. */
  readonly result?: unknown;
  /** Error of the connection or the call. */
  readonly error?: unknown;
  /** Client, if the connection was established; to be closed. */
  readonly client?: FtpClient;
}

/** Connects to a server and does something; returns the result or the error, and the client. */
export async function attemptFtp(
  server: ScriptedFtp,
  work: (client: FtpClient) => Promise<unknown>,
  options: FtpClientOptions = {},
): Promise<FtpAttempt> {
  let client: FtpClient | undefined;
  try {
    client = await connectFtp(server.address, options);
    return { result: await work(client), client };
  } catch (error) {
    return { error, client };
  }
}

/** Checks the code of an error, and that its message has no control characters. */
export function expectFtpError(error: unknown, code: RegExp): void {
  assertInstanceOf(error, ToucanError, `${error}`);
  assertMatch(error.code, code, error.message);
  // deno-lint-ignore no-control-regex -- no control character may reach a terminal.
  assert(!/[\x00-\x1f\x7f-\x9f]/.test(error.message), JSON.stringify(error.message));
}
