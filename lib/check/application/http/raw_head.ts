import { concat, type Connection, NetworkError } from "../../../core/mod.ts";
import { HTTP_LIMITS } from "../../../http/mod.ts";
import { HeadScanner, parseResponseHead, type ResponseHead } from "../../../http/internal.ts";

/** Maximum number of informational responses (1xx) before the final one. */
const INFORMATIONAL = 16;

/** Head of a response, and bytes behind it. */
export interface RawHead {
  /** The head. */
  readonly head: ResponseHead;
  /** Bytes that came with it. */
  readonly rest: Uint8Array<ArrayBuffer>;
}

/**
 * Reads the head of a final response, or of one that switches protocols, from a connection, for requests that the client does not send: without Host, or to upgrade.
 *
 * @param onBytes Called with the number of bytes of the head that have come so far.
 * @throws {HttpMessageError} For what is not HTTP, or passes a limit.
 * @throws {NetworkError} `connection-cut` when the connection ends before, `http-too-many-informational` when only responses
 * come that announce one.
 */
export async function readRawHead(
  connection: Connection,
  onBytes?: (received: number) => void,
): Promise<RawHead> {
  const scanner = new HeadScanner("response", HTTP_LIMITS);
  const buffer = new Uint8Array(4096);
  let held: Uint8Array<ArrayBuffer> = new Uint8Array();
  for (let interim = 0; interim <= INFORMATIONAL;) {
    const place = scanner.find(held, 0, held.length);
    if (place) {
      const head = parseResponseHead(held, place);
      const rest = held.slice(place.end);
      if (head.status >= 200 || head.status === 101) {
        head.headers.keep();
        return { head, rest };
      }
      interim++;
      held = rest;
      continue;
    }
    const count = await connection.read(buffer);
    if (count === null) {
      throw new NetworkError(`${connection.peer} closed the connection`, { code: "connection-cut" });
    }
    held = concat([held, buffer.subarray(0, count)]);
    onBytes?.(held.length);
  }
  throw new NetworkError(`${connection.peer} sent more than ${INFORMATIONAL} informational responses`, {
    code: "http-too-many-informational",
  });
}
