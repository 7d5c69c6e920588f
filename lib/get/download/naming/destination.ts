import {
  type ChunkSink,
  findOutput,
  fromSystem,
  NetworkError,
  openStream,
  type OutputStream,
  SystemError,
} from "../../../core/mod.ts";
import type { Entity } from "../entity.ts";

/** An open file or sink that a download is written to. */
export interface Destination {
  /** Bytes written so far. */
  readonly size: number;
  /** The entity that they are part of. */
  readonly entity?: Entity;
  /** The final path. */
  readonly file?: string;
  /** Whether written bytes cannot be taken back; a whole entity then continues them by skipping as many bytes. */
  readonly skips: boolean;
  /** Modification time for the file, in milliseconds since 1970. */
  modified?: number;
  /** Empties it, for this entity. */
  begin(entity: Entity): void;
  /** Appends bytes. */
  write(bytes: Uint8Array): void | Promise<void>;
  /** Flushes the complete download, and renames its file. */
  finish(): Promise<void>;
  /** Closes it; an incomplete part is removed unless it can be resumed. */
  close(): void;
  /** Removes the written bytes, because they failed verification. */
  discard?(): void;
}

/** A sink that receives bytes as they arrive. */
export class SinkDestination implements Destination {
  size = 0;
  entity?: Entity;
  readonly skips = true;
  readonly file?: string;
  readonly #sink: ChunkSink;

  /** Creates a destination for a sink; `file` is its path, if it has one. */
  constructor(sink: ChunkSink, file?: string) {
    this.#sink = sink;
    this.file = file;
  }

  /**
   * Begins an entity.
   *
   * @throws {NetworkError} `entity-changed` when bytes of another entity were written already.
   */
  begin(entity: Entity): void {
    if (this.size > 0) {
      throw new NetworkError("the transfer was interrupted, and the server's file is no longer the same", {
        code: "entity-changed",
        operation: "resume",
        hint: "download to a file, which can be restarted",
      });
    }
    this.entity = entity;
  }

  write(bytes: Uint8Array): void | Promise<void> {
    this.size += bytes.length;
    return this.#sink.write(bytes);
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    if (this.file !== undefined) this.#sink.end();
  }
}

/** Hint for an output that cannot be opened. */
export const REDIRECT = "write to stdout and redirect it";

/**
 * Opens an output path that is a device, a pipe or a descriptor: it receives bytes as they arrive, and is not replaced.
 * Undefined for any other path.
 *
 * @throws {SystemError} When it cannot be opened or examined.
 */
export async function openSpecialFile(path: string, signal?: AbortSignal): Promise<OutputStream | undefined> {
  try {
    return await openStream(findOutput(path), signal);
  } catch (error) {
    const known = fromSystem(error, { doing: "write", what: path });
    throw known instanceof SystemError && takesAll(known) ? withHint(known, REDIRECT) : known;
  }
}

/** Whether the runtime opens a path only for programs with every permission: any path in `/dev`, including `/dev/shm`. */
export function takesAll({ code, cause }: SystemError): boolean {
  return code === "permission-missing" && cause instanceof Error && cause.message.includes("--allow-all");
}

/** Returns the error with another hint. */
export function withHint({ message, code, operation, cause }: SystemError, hint: string): SystemError {
  return new SystemError(message, { code, operation, cause, hint });
}
