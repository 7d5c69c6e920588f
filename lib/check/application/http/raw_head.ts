import { concat, type Connection, NetworkError } from "../../../core/mod.ts";
import { HTTP_LIMITS } from "../../../http/mod.ts";
import { HeadScanner, parseResponseHead, type ResponseHead } from "../../../http/internal.ts";

/** Head of a response, and bytes behind it. */
export interface RawHead {
  /** The head. */
  readonly head: ResponseHead;
  /** Bytes that came with it. */
  readonly rest: Uint8Array<ArrayBuffer>;
}

/**
 * Reads the head of a response from a connection, for requests that the client does not send: without Host, or to upgrade.
 *
 * @throws {HttpMessageError} For what is not HTTP, or passes a limit.
 * @throws {NetworkError} `connection-cut` when the connection ends before.
 */
export async function readRawHead(connection: Connection): Promise<RawHead> {
  const scanner = new HeadScanner("response", HTTP_LIMITS);
  const buffer = new Uint8Array(4096);
  let held: Uint8Array<ArrayBuffer> = new Uint8Array();
  while (true) {
    const count = await connection.read(buffer);
    if (count === null) {
      throw new NetworkError(`${connection.peer} closed the connection`, { code: "connection-cut" });
    }
    held = concat([held, buffer.subarray(0, count)]);
    const place = scanner.find(held, 0, held.length);
    if (!place) continue;
    const head = parseResponseHead(held, place);
    head.headers.keep();
    return { head, rest: held.slice(place.end) };
  }
}
