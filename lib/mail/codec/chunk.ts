import { SystemError } from "../../core/errors/errors.ts";

/** Content of a BDAT command (RFC 3030): as many bytes as were announced, or what follows would be read as commands. */
export class Chunk {
  #left: number;

  /** Begins a chunk of this many bytes. */
  constructor(size: number) {
    this.#left = size;
  }

  /**
   * Takes the next bytes, and returns them.
   *
   * @throws {SystemError} `file-changed` when there are too many.
   */
  push(bytes: Uint8Array): Uint8Array {
    this.#left -= bytes.length;
    if (this.#left < 0) throw changed();
    return bytes;
  }

  /**
   * Returns what is sent at the end: nothing.
   *
   * @throws {SystemError} `file-changed` when bytes are missing.
   */
  end(): string {
    if (this.#left > 0) throw changed();
    return "";
  }
}

function changed(): SystemError {
  return new SystemError("the message has another size than announced", { code: "file-changed", operation: "read" });
}
