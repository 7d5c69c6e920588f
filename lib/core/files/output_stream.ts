import { raceSignal } from "../time/deadline.ts";
import { closeQuietly } from "../dial/connection.ts";
import { OutputClosedError, SystemError } from "../errors/errors.ts";
import { fromSystem } from "../errors/system_error.ts";
import { type ByteWriter, writeAll } from "../bytes/writer.ts";
import type { OutputPath } from "./output_path.ts";

/** Output that is written as data arrives: written data cannot be undone. */
export interface OutputStream {
  /** Writes all of the bytes. */
  write(bytes: Uint8Array): Promise<void>;
  /** Closes it. */
  end(): void;
}

/** Whether opening a pipe blocks the whole process, signals too, until it has a reader. */
const OPENING_BLOCKS = /^2\.[0-7]\./.test(Deno.version.deno);
const HINT = "write to stdout and redirect it";

/**
 * Opens an output that is not a regular file: a device, a pipe, or an inherited file descriptor. It is
 * written in place, and never replaced. Returns undefined for everything else. The signal ends the wait for the reader of a pipe.
 *
 * Requires read and write permission for the path, and none for a descriptor.
 *
 * @throws {SystemError} `not-a-file` for a pipe where the runtime cannot be interrupted while it opens one, and for a
 * descriptor that cannot be written; `permission-missing` for devices that the sandbox denies.
 */
export async function openStream(output: OutputPath, signal?: AbortSignal): Promise<OutputStream | undefined> {
  const { given, path, descriptor, discards, there } = output;
  if (discards) return { write: () => Promise.resolve(), end: () => {} };
  if (descriptor !== undefined) return await openDescriptor(output, descriptor);
  if (!there?.isCharDevice && !there?.isFifo && !there?.isBlockDevice) return undefined;
  if (there.isFifo && OPENING_BLOCKS) {
    throw notWritable(`cannot write ${given}: a pipe as an output requires Deno 2.8 or later`);
  }
  try {
    // Opening a pipe waits for its reader.
    const file = await raceSignal(Deno.open(path, { write: true }), signal);
    return streamOf(file, given, () => closeQuietly(file));
  } catch (error) {
    throw fromSystem(error, { doing: "write", what: given });
  }
}

async function openDescriptor({ given, path }: OutputPath, descriptor: number): Promise<OutputStream> {
  if (descriptor === 1) return streamOf(Deno.stdout, given, () => {});
  if (descriptor === 2) return streamOf(Deno.stderr, given, () => {});
  if (descriptor === 0) throw notWritable(`cannot write ${given}: it is stdin`);
  try {
    // Other processes write to the same file: their data stays.
    const file = await Deno.open(path, { append: true });
    return streamOf(file, given, () => closeQuietly(file));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw fromSystem(error, { doing: "write", what: given });
  }
  return await openInherited(descriptor, given);
}

/** Opens a pipe by its descriptor, such as that of `>(command)` in a shell: its path requires all permissions. */
async function openInherited(descriptor: number, given: string): Promise<OutputStream> {
  const { Socket } = await import("../../deps/node/inherited_pipe.ts");
  try {
    const socket = new Socket({ fd: descriptor, readable: false, writable: true });
    let failure: Error | undefined;
    socket.on("error", (error: Error) => failure ??= error);
    const write = (bytes: Uint8Array) => {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const done = (error?: Error | null) => error ? reject(failure ?? error) : resolve(bytes.length);
      socket.write(bytes.slice(), done);
      return promise;
    };
    return streamOf({ write }, given, () => socket.end());
  } catch (cause) {
    const why = "the sandbox permits only descriptors of pipes";
    throw notWritable(`cannot write ${given}: ${why}`, cause);
  }
}

function streamOf(writer: ByteWriter, given: string, end: () => void): OutputStream {
  return {
    write: (bytes) =>
      writeAll(writer, bytes).catch((error) => {
        const closed = error instanceof Deno.errors.BrokenPipe || (error instanceof Error && codeOf(error) === "EPIPE");
        throw closed ? new OutputClosedError(given, error) : fromSystem(error, { doing: "write", what: given });
      }),
    end,
  };
}

function codeOf(error: Error): unknown {
  return "code" in error ? error.code : undefined;
}

function notWritable(message: string, cause?: unknown): SystemError {
  return new SystemError(message, { code: "not-a-file", operation: "write", hint: HINT, cause });
}
