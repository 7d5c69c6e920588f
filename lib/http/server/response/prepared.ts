import { concat, UsageError } from "../../../core/mod.ts";
import { encodeOctets } from "../../codec/octets.ts";
import { headOf, sendsContent } from "./head_of.ts";
import type { ServerResponse } from "./response.ts";

/**
 * A response whose head and body were written once, to be sent often; {@link prepareResponse} makes it.
 *
 * @example Send the same response often
 * ```ts
 * import { prepareResponse, type PreparedResponse, serveHttp } from "../../mod.ts";
 *
 * const hello: PreparedResponse = prepareResponse({ body: "hello" });
 * await using server = serveHttp("127.0.0.1:0", () => hello);
 * ```
 */
export class PreparedResponse {
  /** The status. */
  readonly status: number;
  /** Status line and field lines, without Date, Connection and the empty line. */
  readonly head: Uint8Array;
  /** The body. */
  readonly body: Uint8Array;
  #date?: Uint8Array;
  #whole: Uint8Array = NOTHING;

  /** Puts one together; `head` is not checked again. */
  constructor(status: number, head: Uint8Array, body: Uint8Array) {
    this.status = status;
    this.head = head;
    this.body = body;
  }

  /** All that goes out on a connection that goes on, put together once for each second. */
  whole(date: Uint8Array): Uint8Array {
    if (this.#date !== date) {
      this.#date = date;
      this.#whole = concat([this.head, date, END, this.body]);
    }
    return this.#whole;
  }
}

const NOTHING = new Uint8Array();
const END = encodeOctets("\r\n");

/**
 * Writes a response once so that it can be sent often: head and body go out in one piece. To HEAD the same one is
 * answered, the server leaves the body out.
 *
 * @param response The response; its body is a text or bytes.
 * @returns The prepared response.
 * @throws {UsageError} `invalid-field`, `invalid-status`, or `invalid-body` when the body is not text or bytes.
 * @example Prepare a response
 * ```ts
 * import { prepareResponse } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { head } = prepareResponse({ headers: { "Content-Type": "text/plain" }, body: "hello" });
 * assertEquals(new TextDecoder().decode(head), "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n");
 * ```
 */
export function prepareResponse(response: ServerResponse): PreparedResponse {
  const { body = "" } = response;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body ?? new Uint8Array();
  if (!(bytes instanceof Uint8Array)) {
    throw new UsageError("only text and bytes can be prepared", { code: "invalid-body" });
  }
  const { status, text } = headOf(response, { length: bytes.length, explicit: false });
  return new PreparedResponse(status, encodeOctets(text), sendsContent("GET", status) ? bytes : NOTHING);
}
