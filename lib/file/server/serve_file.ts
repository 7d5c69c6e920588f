import {
  type ByteRange,
  evaluateConditions,
  Fields,
  formatContentRange,
  formatHttpDate,
  ifRangeHolds,
  mediaTypeOf,
  parseHttpDate,
  parseRange,
  type ServerRequest,
  type ServerResponse,
  type Validators,
} from "../../http/mod.ts";
import { ALWAYS, refuse } from "./answer.ts";
import { frameByteRanges } from "../codec/byteranges.ts";
import { validatorsOf } from "./entity.ts";
import type { FoundFile } from "./root.ts";

/** Maximum number of ranges in one response. */
const MAX_RANGES = 32;

/** The fields that go out with a file, whatever part of it. */
export function fileFields(name: string, now: Validators, more: Readonly<Record<string, string>>): Fields {
  const fields = new Fields({
    ...ALWAYS,
    "Content-Type": mediaTypeOf(name),
    "ETag": now.etag,
    // A browser may keep it, and has to ask each time whether it is still the same.
    "Cache-Control": "no-cache",
    "Accept-Ranges": "bytes",
    ...more,
  });
  if (now.lastModified !== undefined) fields.append("Last-Modified", formatHttpDate(now.lastModified));
  return fields;
}

/** Answers GET or HEAD with an open file, or the parts of it that were asked for; the file is closed with the response. */
export function serveFile(
  request: ServerRequest,
  found: FoundFile,
  name: string,
  more: Readonly<Record<string, string>> = {},
): ServerResponse {
  const { file, stat } = found;
  const now = validatorsOf(stat);
  const fields = fileFields(name, now, more);
  const condition = conditionOf(request, now);
  if (condition !== "proceed") {
    file.close();
    if (condition === 412) return refuse(412, "the file has changed");
    fields.delete("content-type");
    return { status: 304, headers: fields };
  }
  const whole = { file, offset: 0, length: stat.size };
  const range = request.method === "GET" ? request.headers.get("range") : undefined;
  if (range === undefined || !ifRangeHolds(request.headers, now)) return { headers: fields, body: whole };
  const ranges = parseRange(range, stat.size, { max: MAX_RANGES });
  if (ranges === "unsatisfiable") {
    file.close();
    return refuse(416, "range not satisfiable", { "Content-Range": formatContentRange({ size: stat.size }) });
  }
  // Who asks for more than there is in all gets all there is, once.
  if (!ranges || total(ranges) > stat.size) return { headers: fields, body: whole };
  const [only] = ranges;
  if (ranges.length === 1 && only) {
    fields.append("Content-Range", formatContentRange({ range: only, size: stat.size }));
    return { status: 206, headers: fields, body: { file, offset: only.first, length: only.last - only.first + 1 } };
  }
  const boundary = `toucan-${crypto.randomUUID()}`;
  const { before, after } = frameByteRanges(ranges, stat.size, mediaTypeOf(name), boundary);
  fields.set("Content-Type", `multipart/byteranges; boundary=${boundary}`);
  const body = ranges.flatMap((
    { first, last },
    i,
  ) => [before[i] ?? "", { file, offset: first, length: last - first + 1 }]);
  return { status: 206, headers: fields, body: [...body, after] };
}

function total(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/**
 * Evaluates the conditions of a request. A date proves nothing about a file whose time was set back: only the very date
 * that was sent means "not modified".
 */
export function conditionOf({ method, headers }: ServerRequest, now: Validators): "proceed" | 304 | 412 {
  const result = evaluateConditions(method, headers, now);
  if (result !== 304 || headers.has("if-none-match")) return result;
  const since = parseHttpDate(headers.get("if-modified-since") ?? "");
  return since === Math.floor((now.lastModified ?? NaN) / 1000) * 1000 && isOld(now) ? 304 : "proceed";
}

/** Whether no second version can have the same date any more. */
function isOld({ lastModified = 0 }: Validators): boolean {
  return Date.now() - lastModified > 2000;
}
