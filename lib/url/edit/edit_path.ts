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
  const give = "give the text of one segment; its slashes will be encoded";
  throw new UsageError(`"${showUntrusted(segment, { limit: 60 })}" is no segment of a path; ${give}`);
}

/**
 * Adds one segment at the end of the path: its slashes are encoded, so that it stays one.
 *
 * @throws {UsageError} When it is empty or `.` or `..`.
 * @throws {EditError} When the path has no segments: `mailto:`.
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
