import {
  evaluateConditions,
  Fields,
  formatContentRange,
  formatDisposition,
  formatHttpDate,
  ifRangeHolds,
  parseRange,
  type ServerRequest,
  type ServerResponse,
} from "../../http/internal.ts";
import { extensionOf, type FileFormat } from "./kinds.ts";
import type { StoredFile } from "./file_store.ts";

/** Seconds for which a browser keeps a file; it never changes. */
const MAX_AGE_S = 3600;

/** A file that a link names. */
export interface LinkedFile extends StoredFile {
  /** Its id. */
  readonly id: string;
  /** Its format. */
  readonly format: FileFormat;
  /** The name in the link; untrusted. */
  readonly name: string;
}

/**
 * Fields with which every file is served: a browser neither guesses a type, nor executes anything in it, nor embeds it in a page of
 * another site.
 */
export const SAFE_FIELDS = {
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "sandbox; default-src 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
} as const;

/** Answers GET or HEAD with a file, or one range of it. The open file is closed with the response. */
export function sendStored(request: ServerRequest, linked: LinkedFile, file: Deno.FsFile): ServerResponse {
  const { id, format, name, extension, stored } = linked;
  const size = file.statSync().size;
  // The client chose the name: only one with the extension of the format is repeated.
  const shown = extensionOf(name) === extension ? name : `file.${extension}`;
  const fields = new Fields({
    ...SAFE_FIELDS,
    "Content-Type": format.type,
    "Content-Disposition": formatDisposition(shown, format.inline ? "inline" : "attachment"),
    "ETag": `"${id}"`,
    "Last-Modified": formatHttpDate(stored),
    "Cache-Control": `private, max-age=${MAX_AGE_S}, immutable`,
    "Accept-Ranges": "bytes",
  });
  const now = { etag: `"${id}"`, lastModified: stored };
  const condition = evaluateConditions(request.method, request.headers, now);
  if (condition !== "proceed") {
    file.close();
    fields.delete("content-type");
    return { status: condition, headers: fields };
  }
  const whole = { file, offset: 0, length: size };
  const range = request.method === "GET" ? request.headers.get("range") : undefined;
  if (range === undefined || !ifRangeHolds(request.headers, now)) return { headers: fields, body: whole };
  const ranges = parseRange(range, size, { max: 1 });
  if (ranges === "unsatisfiable") {
    file.close();
    return { status: 416, headers: { ...SAFE_FIELDS, "Content-Range": formatContentRange({ size }) }, body: "" };
  }
  const [only] = ranges ?? [];
  if (!only) return { headers: fields, body: whole };
  fields.append("Content-Range", formatContentRange({ range: only, size }));
  return { status: 206, headers: fields, body: { file, offset: only.first, length: only.last - only.first + 1 } };
}
