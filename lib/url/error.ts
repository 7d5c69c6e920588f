import { NegativeError } from "../core/errors/errors.ts";

/**
 * A text is not a URL under the rules it was read by.
 *
 * @example Show where a URL is invalid
 * ```ts
 * import { InvalidUrlError, parseUrl } from "./mod.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => parseUrl("http://a b/"), InvalidUrlError);
 * ```
 */
export class InvalidUrlError extends NegativeError {
  /** The name of the class. */
  override readonly name: string = "InvalidUrlError";
  /** The text. */
  readonly input: string;
  /** The place in it where it stops being one, in UTF-16 code units from 0. */
  readonly offset: number;

  /** Makes the error: the reason is the end of the sentence "not a URL: …". */
  constructor(reason: string, input: string, offset: number) {
    super(`not a URL: ${reason}`, { code: "invalid-url", operation: "parse" });
    this.input = input;
    this.offset = Math.min(offset, input.length);
  }
}

/** Returns the error for a line that is too long or not UTF-8; `text` is its beginning. */
export function unreadable(text: string, problem: "too-long" | "not-utf8"): InvalidUrlError {
  if (problem === "too-long") return new InvalidUrlError("it is longer than 1 MiB", text, text.length);
  const place = text.indexOf("\ufffd");
  return new InvalidUrlError("it is not UTF-8", text, place < 0 ? text.length : place);
}

/**
 * An edit cannot be done on this URL: it would change more than the part that it names.
 *
 * @example Reject an edit that a URL cannot have
 * ```ts
 * import { EditError, parseUrl, setPart } from "./mod.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => setPart(parseUrl("mailto:a@example.com"), "port", "1"), EditError);
 * ```
 */
export class EditError extends NegativeError {
  /** The name of the class. */
  override readonly name: string = "EditError";

  /** Makes the error from a sentence. */
  constructor(message: string, hint?: string, reason?: string) {
    super(message, { code: "cannot-edit", operation: "edit", hint, reason });
  }
}

/** A fault found by a splitter at a place in the text that it works on; the caller knows the text as it was given. */
export class Fault extends Error {
  /** The name of the class. */
  override readonly name: string = "Fault";
  /** The place in the splitter's text. */
  readonly at: number;

  /** Makes the fault. */
  constructor(reason: string, at: number) {
    super(reason);
    this.at = at;
  }
}
