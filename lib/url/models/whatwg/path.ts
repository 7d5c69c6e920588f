import { ENCODE_SETS, percentEncode } from "../../percent.ts";

/** A segment of dots: what has to be taken out of a path. */
const DOTS = /\/(?:\.|%2e){1,2}(?:\/|$)/i;
const ONE_DOT = /^(?:\.|%2e)$/i;
const TWO_DOTS = /^(?:\.|%2e){2}$/i;
const DRIVE = /^[a-z][:|]$/i;
const NORMAL_DRIVE = /^[a-z]:$/i;

/** Whether a path starts with a letter of a Windows drive (WHATWG URL §4.2). */
export function startsWithDrive(text: string): boolean {
  return /^[a-z][:|](?:$|[/\\?#])/i.test(text);
}

/** Whether a segment is a drive in its normal form. */
export function isNormalDrive(segment: string | undefined): boolean {
  return segment !== undefined && NORMAL_DRIVE.test(segment);
}

/** Takes the last segment off, unless it is a drive (WHATWG URL §4.2). */
export function shorten(path: string[], file: boolean): void {
  if (!(file && path.length === 1 && isNormalDrive(path[0]))) path.pop();
}

/**
 * The normal form of a path, as the segments behind its slashes (WHATWG URL §4.4, the path state). `text` is what
 * follows the first slash; `before` are segments that it stands behind.
 */
export function normalPath(text: string, scheme: string, special: boolean, before: readonly string[] = []): string[] {
  const file = scheme === "file";
  const path = [...before];
  const encoded = percentEncode(special ? text.replaceAll("\\", "/") : text, ENCODE_SETS.path);
  const segments = encoded.split("/");
  for (const [i, segment] of segments.entries()) {
    const last = i === segments.length - 1;
    if (TWO_DOTS.test(segment)) {
      shorten(path, file);
      if (last) path.push("");
    } else if (ONE_DOT.test(segment)) {
      if (last) path.push("");
    } else path.push(file && path.length === 0 && DRIVE.test(segment) ? `${segment.charAt(0)}:` : segment);
  }
  return path;
}

/**
 * The same for a whole path of a URL with a host or a slash in front, as text. `plain` says that there is nothing in it
 * to encode, nor a backslash.
 */
export function normalPathText(text: string, scheme: string, special: boolean, plain: boolean): string {
  if (text === "") return special ? "/" : "";
  if (plain && text.startsWith("/") && !DOTS.test(text)) return text;
  const start = text.startsWith("/") || (special && text.startsWith("\\")) ? 1 : 0;
  return "/" + normalPath(text.slice(start), scheme, special).join("/");
}
