import { UsageError } from "../../core/errors/errors.ts";
import { showUntrusted } from "../../core/untrusted.ts";
import { agreed, apply } from "./edit.ts";
import { EditError } from "../error.ts";
import { encodeChar, percentDecode } from "../percent.ts";
import type { Url } from "../url.ts";
import { encodeValue } from "./value.ts";

/**
 * Checks a text that cannot be one segment of a path.
 *
 * @throws {UsageError} When it is empty, or one of the dots that lead elsewhere.
 */
export function checkSegment(segment: string): void {
  if (segment !== "" && !/^(?:\.|%2e){1,2}$/i.test(segment)) return;
  const give = "specify one segment; slashes in it are encoded";
  throw new UsageError(`invalid path segment "${showUntrusted(segment, { limit: 60 })}"; ${give}`);
}

/**
 * Adds one segment at the end of the path: its slashes are encoded, so that it stays one.
 *
 * @param url The URL.
 * @param segment The segment; slashes in it are encoded.
 * @returns The URL with the segment appended to its path.
 * @throws {UsageError} When it is empty or `.` or `..`.
 * @throws {EditError} When the path has no segments: `mailto:`.
 * @example Append a segment
 * ```ts
 * import { addSegment, parseUrl } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(addSegment(parseUrl("http://a/b"), "c/d").text, "http://a/b/c%2Fd");
 * ```
 */
export function addSegment(url: Url, segment: string): Url {
  checkSegment(segment);
  if (url.record?.opaque) throw new EditError("cannot add to the path: it has no segments");
  const span = url.span("path") ?? { start: 0, end: 0 };
  const path = url.given("path") ?? "";
  const closed = path.endsWith("/") || (url.special && path.endsWith("\\")) || (path === "" && !url.span("host"));
  const text = encodeValue(url, "path", segment.replace(/[/\\]/g, encodeChar));
  const changed = apply(url, { start: span.end, end: span.end, text: `${closed ? "" : "/"}${text}` }, "path");
  return agreed(url, changed, "path", ({ path: was }) => `${was}${was.endsWith("/") ? "" : "/"}${percentDecode(text)}`);
}
