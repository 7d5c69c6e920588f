import { MAX_NAME_BYTES } from "./limits.ts";

/** An entry of a folder on an FTP server. Its texts are untrusted, and may contain control characters. */
export interface FtpEntry {
  /** Name within the folder. Entries of a listing never have `.`, `..`, or a name with a slash, NUL, CR or LF. */
  readonly name: string;
  /** Kind of the entry; `other` for devices, sockets, pipes, and what the server does not tell. */
  readonly type: "file" | "folder" | "link" | "other";
  /** Size in bytes. */
  readonly size?: number;
  /** Time of the last change, in milliseconds since 1970. */
  readonly modified?: number;
  /** Accuracy of `modified`. A time to the minute or the day is from `LIST`, in the unknown time zone of the server, and taken as UTC. */
  readonly precision?: "second" | "minute" | "day";
  /** Permission bits of Unix, such as `0o644`. */
  readonly mode?: number;
  /** Target of a link. */
  readonly target?: string;
  /** Identity of the file (RFC 3659 §7.5.2): two entries with the same one are the same file. */
  readonly unique?: string;
}

/** The entries of a folder. */
export interface FtpListing {
  /** Entries whose names can be the name of a file. */
  readonly entries: FtpEntry[];
  /** Number of lines that are not an entry, or whose name cannot be the name of a file. */
  readonly unreadable: number;
}

/**
 * Returns whether a text can be the name of an entry of a folder: not empty, not `.` or `..`, without a slash, NUL, CR or LF,
 * and of at most {@link MAX_NAME_BYTES}.
 */
export function isEntryName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\0\r\n]/.test(name) && fits(name);
}

function fits(name: string): boolean {
  if (name.length * 3 <= MAX_NAME_BYTES) return true;
  return name.length <= MAX_NAME_BYTES && new TextEncoder().encode(name).length <= MAX_NAME_BYTES;
}
