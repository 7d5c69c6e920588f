/** Metadata of a file that client and server tell each other. */
export interface FileMetadata {
  /** When it was modified, in milliseconds since 1970. */
  readonly modified?: number;
  /** Its permission bits, without setuid, setgid and sticky. */
  readonly mode?: number;
}

/** The request field of a PUT that carries it: `Toucan-File: mtime=1700000000123, mode="644"` (a dictionary of RFC 9651). */
export const FILE_FIELD = "Toucan-File";

/** Milliseconds that the clock of a peer may be ahead. */
const AHEAD_MS = 24 * 3600 * 1000;

/** Writes the value of the field. */
export function formatFileField({ modified, mode }: FileMetadata): string {
  return [
    ...(modified === undefined ? [] : [`mtime=${Math.trunc(modified)}`]),
    ...(mode === undefined ? [] : [`mode="${formatMode(mode)}"`]),
  ].join(", ");
}

/** Reads the value of the field; what is missing, malformed or out of bounds is left out. */
export function parseFileField(value: string, now: number): FileMetadata {
  const members = new Map(
    value.split(",").map((member) => {
      const [key = "", ...rest] = member.trim().split("=");
      return [key, rest.join("=")];
    }),
  );
  const mtime = /^-?\d{1,15}$/.exec(members.get("mtime") ?? "")?.[0];
  return {
    modified: mtime === undefined ? undefined : boundTime(Number(mtime), now),
    mode: parseMode(/^"([0-7]{1,6})"$/.exec(members.get("mode") ?? "")?.[1]),
  };
}

/** A modification time that a peer gave; undefined when it lies more than a day ahead, or before 1970. */
export function boundTime(modified: number, now: number): number | undefined {
  return Number.isFinite(modified) && modified >= 0 && modified <= now + AHEAD_MS ? modified : undefined;
}

/** Permission bits as in a listing: octal digits. */
export function formatMode(mode: number): string {
  return (mode & 0o777).toString(8).padStart(3, "0");
}

/** Reads octal digits that a peer gave: setuid, setgid and sticky are dropped, and the owner can read the file. */
export function parseMode(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-7]{1,6}$/.test(text) ? (parseInt(text, 8) & 0o777) | 0o400 : undefined;
}
