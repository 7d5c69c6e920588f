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

/** Where the bytes of a download go. */
export interface Destination {
  /** How many bytes are there. */
  readonly size: number;
  /** What they are a part of. */
  readonly entity?: Entity;
  /** The file that it will be. */
  readonly file?: string;
  /** Whether a continuation may be cut out of the whole: what is there cannot be taken back. */
  readonly skips: boolean;
  /** When the content was changed last, in milliseconds since 1970, where a file shall have that time. */
  modified?: number;
  /** Begins anew with this entity. */
  begin(entity: Entity): void;
  /** Adds bytes. */
  write(bytes: Uint8Array): void | Promise<void>;
  /** All is there: makes it last. */
  finish(): Promise<void>;
  /** Lets it go; what is not finished is kept only where it can be continued. */
  close(): void;
  /** Removes what is there: it is not what it should be. */
  discard?(): void;
}

/** A sink that takes bytes as they come. */
export class SinkDestination implements Destination {
  size = 0;
  entity?: Entity;
  readonly skips = true;
  readonly file?: string;
  readonly #sink: ChunkSink;

  /** Writes into this; `file` is its path, where it has one. */
  constructor(sink: ChunkSink, file?: string) {
    this.#sink = sink;
    this.file = file;
  }

  /** @throws {NetworkError} `entity-changed` when bytes of another went out already. */
  begin(entity: Entity): void {
    if (this.size > 0) {
      throw new NetworkError("the transfer was cut, and what is there now cannot be taken for its continuation", {
        code: "entity-changed",
        operation: "resume",
        hint: "load it to a file, which can be begun anew",
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

/** What can be done where an output cannot be opened. */
export const REDIRECT = "write to stdout, and redirect that";

/**
 * Opens what stands where a file shall be written when that is no regular file: a device, a pipe or a descriptor takes
 * bytes as they come, and there is nothing to replace. Undefined for everything else.
 *
 * @throws {SystemError} When it cannot be opened, or looked at.
 */
export async function openSpecialFile(path: string, signal?: AbortSignal): Promise<OutputStream | undefined> {
  try {
    return await openStream(findOutput(path), signal);
  } catch (error) {
    const known = fromSystem(error, { doing: "write", what: path });
    throw known instanceof SystemError && takesAll(known) ? withHint(known, REDIRECT) : known;
  }
}

/** Whether the runtime opens a path only for programs with every permission: what lies in `/dev`, so in `/dev/shm` too. */
export function takesAll({ code, cause }: SystemError): boolean {
  return code === "permission-missing" && cause instanceof Error && cause.message.includes("--allow-all");
}

/** The same error with another hint. */
export function withHint({ message, code, operation, cause }: SystemError, hint: string): SystemError {
  return new SystemError(message, { code, operation, cause, hint });
}
