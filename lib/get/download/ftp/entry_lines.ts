import type { FtpEntry } from "../../../ftp/internal.ts";
import { formatHttpDate } from "../../../http/codec/fields/date.ts";

/** Returns what is known of a file on an FTP server as lines, in the manner of a head of HTTP. */
export function entryLines({ size, modified, type }: FtpEntry): string[] {
  return [
    ...(modified === undefined ? [] : [`Last-Modified: ${formatHttpDate(modified)}`]),
    ...(size === undefined ? [] : [`Content-Length: ${size}`]),
    ...(type === "file" ? [] : [`Type: ${type}`]),
  ];
}
