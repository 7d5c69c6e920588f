import type { IncomingFile } from "../upload/incoming_file.ts";

/** Interrupted uploads that are kept, of all clients and of one. */
const MAX_PARTS = 64;
const MAX_PARTS_OF_CLIENT = 8;
/** Milliseconds for which they are kept. */
const LIFETIME_MS = 3_600_000;

interface Part {
  readonly client: string;
  readonly incoming: IncomingFile;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Interrupted uploads, which their clients may continue while the server runs. None is listed, or has its name. */
export class UploadParts {
  /** By client and path, the oldest first. */
  readonly #parts = new Map<string, Part>();
  #closed = false;

  /** Keeps one. Without room the oldest makes way. */
  async keep(client: string, path: readonly string[], incoming: IncomingFile): Promise<void> {
    if (this.#closed) return await incoming.discard();
    // Until the new one is there nothing waits: several uploads may be interrupted at once.
    const key = keyOf(client, path);
    const dropped = [this.#remove(key)];
    const own = Array.from(this.#parts).filter(([, part]) => part.client === client);
    if (own.length >= MAX_PARTS_OF_CLIENT) dropped.push(this.#remove(own[0]?.[0]));
    if (this.#parts.size >= MAX_PARTS) dropped.push(this.#remove(this.#parts.keys().next().value));
    const timer = setTimeout(() => void this.#remove(key)?.discard(), LIFETIME_MS);
    this.#parts.set(key, { client, incoming, timer });
    for (const old of dropped) await old?.discard();
  }

  /** Size of what a client has sent of a file. */
  size(client: string, path: readonly string[]): number | undefined {
    return this.#parts.get(keyOf(client, path))?.incoming.size;
  }

  /** Hands over what a client has sent of a file; the caller discards it, or keeps it again. */
  take(client: string, path: readonly string[]): IncomingFile | undefined {
    return this.#remove(keyOf(client, path));
  }

  #remove(key: string | undefined): IncomingFile | undefined {
    const part = key === undefined ? undefined : this.#parts.get(key);
    if (!part || key === undefined) return undefined;
    clearTimeout(part.timer);
    this.#parts.delete(key);
    return part.incoming;
  }

  /** Removes all; none is kept from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const key of [...this.#parts.keys()]) await this.#remove(key)?.discard();
  }
}

/** NUL and slashes are in no name. */
function keyOf(client: string, path: readonly string[]): string {
  return `${client}\0${path.join("/")}`;
}
