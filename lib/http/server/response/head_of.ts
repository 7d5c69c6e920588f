import { UsageError } from "../../../core/mod.ts";
import { statusLine } from "../../codec/encode.ts";
import { Fields } from "../../codec/fields/fields.ts";
import { mayHaveContent } from "../../codec/response.ts";
import type { ServerResponse } from "./response.ts";

/** Properties of a response's body that its head depends on. */
export interface BodyFacts {
  /** Size in bytes; undefined if unknown. */
  readonly length?: number;
  /** Whether a Content-Length among the fields counts: for streams, and where the body is left out on purpose. */
  readonly explicit: boolean;
}

/** The beginning of a response. */
export interface ResponseHeadText {
  /** The status. */
  readonly status: number;
  /** Status line and field lines; what the connection adds and the empty line are missing. */
  readonly text: string;
  /** Size of the body in bytes; undefined if it is sent in chunks, or up to the end of the connection. */
  readonly length?: number;
  /** Whether the handler wants the connection closed. */
  readonly close: boolean;
}

/** Whether the body of a response is sent: not where it can have none, nor with a 205, which must have none (RFC 9110 §15.3.6). */
export function sendsContent(method: string, status: number): boolean {
  return mayHaveContent(method, status) && status !== 205;
}

/**
 * Writes the head of a response, up to what the connection adds.
 *
 * @throws {UsageError} `invalid-field`, `invalid-status`.
 */
export function headOf(response: ServerResponse, body: BodyFacts): ResponseHeadText {
  const { status = 200, headers } = response;
  if (!(status >= 200 && status <= 599)) {
    throw new UsageError(`invalid status ${status} of a handler's response`, { code: "invalid-status" });
  }
  let text = statusLine(status);
  let explicit: number | undefined;
  let close = false;
  for (const [name, value] of headers instanceof Fields ? headers : new Fields(headers)) {
    switch (name.toLowerCase()) {
      case "content-length":
        if (body.explicit && /^\d{1,15}$/.test(value)) explicit = Number(value);
        break;
      case "connection":
        close ||= /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i.test(value);
        break;
      case "transfer-encoding":
      case "date":
        break;
      default:
        text += `${name}: ${value}\r\n`;
    }
  }
  // Neither has content; what a 304 stands for may have a length (RFC 9110 §8.6). That of a 205 is 0 (§15.3.6).
  const bodyless = status === 204 || status === 304;
  const length = status === 205 ? 0 : explicit ?? (bodyless ? undefined : body.length);
  if (length !== undefined && status !== 204) text += `Content-Length: ${length}\r\n`;
  return { status, text, length, close };
}
