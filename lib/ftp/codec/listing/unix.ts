import type { FtpEntry } from "../entry.ts";
import { parseSize } from "../size.ts";
import { UNIX_DATE, unixTime } from "./unix_time.ts";

/** Characters in which the name has to begin: hostile lines cost no more than this. */
const HEAD_LENGTH = 300;
/** Type and permissions, with a mark of an access control list. */
const MODE = /^([-dlbcpsDCMnP?])([-r][-w][-xsStTlL][-r][-w][-xsStTlL][-r][-w][-xsStTlL])[-+.@]?(?=\s)/;
/** NetWare, which has rights instead of permissions. */
const RIGHTS = /^([-d])\s?\[[-RWCEAFMS]{1,8}\](?=\s)/;

/**
 * Patterns of the line before the name. First as `ls` writes it, since the name of an owner can be that of a month; then without or with
 * more words for the owner and the group; then with a size or a month that only the server understands.
 */
const FRONTS = [
  String
    .raw`^\s{1,9}\d{1,9}\s{1,40}\S{1,64}\s{1,40}\S{1,64}\s{1,40}(?:\d{1,9},\s{0,9})?(\d{1,20})\s{1,9}${UNIX_DATE.known}`,
  String.raw`\s(\d{1,20})\s{1,9}${UNIX_DATE.known}`,
  String.raw`\s(\S{1,20})\s{1,9}${UNIX_DATE.any}`,
].map((front) => new RegExp(`${front}(?:\\s|$)`, "iu"));

/**
 * Parses a line of `ls -l` and its imitations, or of NetWare; undefined for another form. The size of a folder or a device is not
 * that of its content, and left out.
 */
export function parseUnixLine(line: string, now: number): FtpEntry | undefined {
  const rights = RIGHTS.exec(line);
  const [start, kind = "", permissions] = rights ?? MODE.exec(line) ?? [];
  if (start === undefined) return undefined;
  const head = line.slice(start.length, HEAD_LENGTH);
  let front: RegExpExecArray | null = null;
  for (const pattern of FRONTS) front ??= pattern.exec(head);
  if (!front) return undefined;
  const rest = line.slice(start.length + front.index + front[0].length);
  const type = typeOf(kind);
  const size = type === "file" || type === "link" ? parseSize(front[1] ?? "") : undefined;
  const { name, target } = type === "link" ? splitLink(rest, size) : { name: rights ? rest.trimStart() : rest };
  return {
    name,
    type,
    ...(size !== undefined && { size }),
    ...unixTime(front.groups ?? {}, now),
    ...(permissions !== undefined && { mode: modeBits(permissions) }),
    ...(target && { target }),
  };
}

function typeOf(kind: string): FtpEntry["type"] {
  if (kind === "-") return "file";
  if (kind === "d") return "folder";
  return kind === "l" ? "link" : "other";
}

const ARROW = " -> ";

/** Splits at the arrow behind which the target has as many bytes as the line says, which is how a link's size is counted; or at the first. */
function splitLink(text: string, size: number | undefined): { name: string; target?: string } {
  const first = text.indexOf(ARROW);
  if (first < 0) return { name: text };
  for (let at = first; at >= 0; at = text.indexOf(ARROW, at + 1)) {
    const target = text.slice(at + ARROW.length);
    if (size === undefined || target.length > size) continue;
    if (new TextEncoder().encode(target).length === size) return { name: text.slice(0, at), target };
    // Targets only become shorter.
    if (target.length * 3 < size) break;
  }
  return { name: text.slice(0, first), target: text.slice(first + ARROW.length) };
}

/** Returns the bits of `rwxr-xr-x`, where setuid, setgid and the sticky bit are letters in place of each `x`, capitals without it. */
function modeBits(permissions: string): number {
  let mode = 0;
  for (let index = 0; index < permissions.length; index++) {
    const letter = permissions[index] ?? "-";
    if (letter === "-") continue;
    const last = index % 3 === 2;
    if (!last || letter === "x" || letter === "s" || letter === "t") mode |= 0o400 >> index;
    if (last && letter !== "x") mode |= 0o4000 >> (index - 2) / 3;
  }
  return mode;
}
