import type { LineInput } from "../../core/mod.ts";
import type { Chunk } from "./dialogue.ts";
import type { SinkHost } from "./host.ts";
import type { Incoming } from "./incoming.ts";
import { maxReceived } from "./size_limit.ts";

/** Bytes of a message that must arrive within `dataTime`. */
const MIN_PROGRESS_BYTES = 1024;
/** A message that a client sends: by DATA up to its final dot, or by BDAT in chunks. Its bytes count against the room of the sink. */
export class Reception {
  /** Its content. */
  readonly incoming: Incoming;
  readonly #host: Pick<SinkHost, "limits" | "inFlight" | "hasRoom">;
  readonly #progressed: () => void;
  #state: "none" | "data" | "chunk" | "between" = "none";
  #chunk?: Chunk;
  #left = 0;
  #counted = 0;
  #moved = 0;

  /** Creates the reception of a connection; calls `progressed` when the client is fast enough. */
  constructor(incoming: Incoming, host: Pick<SinkHost, "limits" | "inFlight" | "hasRoom">, progressed: () => void) {
    this.incoming = incoming;
    this.#host = host;
    this.#progressed = progressed;
  }

  /** Whether the next bytes belong to a message. */
  get active(): boolean {
    return this.#state === "data" || this.#state === "chunk";
  }

  /** Whether a message has begun; between chunks of it, commands are read. */
  get open(): boolean {
    return this.#state !== "none";
  }

  /** Chunk that is read, or was read last; undefined for DATA. */
  get chunk(): Chunk | undefined {
    return this.#chunk;
  }

  /** Whether a chunk has arrived that has no more bytes. */
  get complete(): boolean {
    return this.#state === "chunk" && this.#left === 0;
  }

  /** Begins a message of DATA. */
  beginData(): void {
    this.incoming.begin();
    this.#state = "data";
    this.#moved = 0;
    this.#progressed();
  }

  /** Begins a chunk; the first one, also a message. */
  beginChunk(chunk: Chunk): void {
    if (!this.open) this.incoming.begin();
    this.#state = "chunk";
    this.#chunk = chunk;
    this.#left = chunk.size;
    this.#moved = 0;
    this.#progressed();
  }

  /** Takes buffered bytes. `done`: the message or the chunk is complete. `too-much`: the client sends far more than is accepted. */
  take(input: LineInput): "more" | "done" | "too-much" {
    const { incoming } = this;
    const { length } = input.peek();
    const done = this.#chunk ? this.#takeChunk(input) : this.#takeData(input);
    this.#count(incoming.held);
    if (!this.#host.hasRoom(0)) incoming.drop();
    if (done) return "done";
    if (incoming.size > maxReceived(this.#host.limits.messageSize)) return "too-much";
    this.#moved += length;
    if (this.#moved >= MIN_PROGRESS_BYTES) {
      this.#moved = 0;
      this.#progressed();
    }
    return "more";
  }

  /** Ends a chunk; the message goes on. */
  endChunk(): void {
    this.#state = "between";
  }

  /** Ends the message. */
  end(): void {
    this.#state = "none";
    this.#chunk = undefined;
    this.#count(0);
  }

  #takeData(input: LineInput): boolean {
    const { used, done } = this.incoming.push(input.peek());
    input.skip(used);
    return done;
  }

  #takeChunk(input: LineInput): boolean {
    const bytes = input.peek().subarray(0, this.#left);
    if (this.#chunk?.refusal === undefined) this.incoming.append(bytes);
    input.skip(bytes.length);
    this.#left -= bytes.length;
    return this.#left === 0;
  }

  #count(held: number): void {
    this.#host.inFlight += held - this.#counted;
    this.#counted = held;
  }
}
