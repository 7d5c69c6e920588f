import type { LineChannel } from "../../../core/lines/client/line_channel.ts";
import { formatSize } from "../../../core/mod.ts";
import { DataDecoder } from "../../codec/data_decoder.ts";

const BUFFER_BYTES = 64 * 1024;

/**
 * Reads a message behind a positive reply, without transparency, up to the dot. Each piece is the receiver's until the next one.
 *
 * @throws {NetworkError} `message-endless` beyond `limit` bytes: the connection is closed, since the server may send for ever;
 * `unexpected-reply` when it sends more than the message.
 */
export async function readBody(
  channel: LineChannel,
  limit: number,
  receive: (piece: Uint8Array) => Promise<void> | void,
): Promise<number> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  const pieces: Uint8Array[] = [];
  const decoder = new DataDecoder((piece) => pieces.push(piece));
  let size = 0;
  for (let done = false; !done;) {
    // A large message takes longer than a reply: each piece gets the time of a phase.
    channel.progress();
    const count = await channel.read(buffer);
    const decoded = decoder.push(buffer.subarray(0, count));
    done = decoded.done;
    for (const piece of pieces.splice(0)) {
      size += piece.length;
      if (size > limit) throw channel.fault("message-endless", `sent a message of more than ${formatSize(limit)}`);
      await receive(piece);
    }
    if (done && (decoded.used < count || channel.hasPending)) {
      throw channel.fault("unexpected-reply", "sent bytes after the end of a message");
    }
  }
  return size;
}
