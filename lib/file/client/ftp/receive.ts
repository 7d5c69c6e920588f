import { NetworkError } from "../../../core/mod.ts";
import type { FtpClient } from "../../../ftp/mod.ts";
import type { Destination } from "../../../get/internal.ts";
import type { Sha256 } from "../../digest/sha256.ts";
import type { OnProgress } from "../remote/remote.ts";

/** Size of the read buffer in bytes. */
const CHUNK_BYTES = 1 << 20;

/** Details of a file to receive. */
export interface Receiving {
  /** Path on the server. */
  readonly path: string;
  /** Size of the file in bytes, if it is known. */
  readonly size?: number;
  /** Whether the time of the file is asked for as well. */
  readonly modified?: boolean;
  /** Digest that is fed with the bytes. */
  readonly hash?: Sha256;
  /** Called as bytes are received. */
  readonly onProgress?: OnProgress;
}

/**
 * Receives a file, or what a destination lacks of it. Returns its time, if that was asked for and the server tells it.
 *
 * @throws {NegativeError} `no-such-file`
 * @throws {NetworkError} `transfer-incomplete`, also when the server sends more than the size of the file.
 */
export async function receive(
  client: FtpClient,
  destination: Destination,
  receiving: Receiving,
): Promise<number | undefined> {
  const { path, size, modified, hash, onProgress } = receiving;
  const from = destination.size;
  const download = await client.retrieve(path, { offset: from, size, modified });
  try {
    const piece = new Uint8Array(Math.min(CHUNK_BYTES, size === undefined ? CHUNK_BYTES : size - from + 1));
    for (let count = await download.read(piece); count !== null; count = await download.read(piece)) {
      const bytes = piece.subarray(0, count);
      if (size !== undefined && destination.size + count > size) throw tooLong(client, path, size);
      hash?.update(bytes);
      await destination.write(bytes);
      onProgress?.({ bytes: destination.size, total: size });
    }
    await download.end();
    return download.modified;
  } catch (error) {
    await download.abort();
    throw error;
  }
}

function tooLong({ peer }: FtpClient, path: string, size: number): NetworkError {
  return new NetworkError(`cannot retrieve ${path}: ${peer} sends more than the ${size} bytes of the file`, {
    code: "transfer-incomplete",
    operation: "retrieve",
    peer,
  });
}
