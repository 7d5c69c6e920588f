import { HttpRemote } from "../http/http_remote.ts";
import { readUrl } from "../../../http/internal.ts";
import type { Remote } from "./remote.ts";
import type { OpenOptions } from "./remote_options.ts";

/**
 * Returns what a URL names, for the protocol of its scheme. Nothing is sent yet.
 *
 * @throws {UsageError} `invalid-url`, `unsupported-scheme` and the like.
 */
export async function openRemote(url: string | URL, options: OpenOptions): Promise<Remote> {
  if (!isFtpUrl(url)) return new HttpRemote(readUrl(url), options);
  const { FtpRemote } = await import("../ftp/ftp_remote.ts");
  return FtpRemote.of(url, options);
}

/** Returns whether a URL is one of FTP. */
export function isFtpUrl(url: string | URL): boolean {
  return /^\s*ftps?:/i.test(String(url));
}
