import { encodeBatch, EVENT_VERSION, parseBatch } from "./codec/batch.ts";
import type { EventBatch, NetworkEvent } from "./codec/event.ts";

/** Bytes of the events of one message, so that it stays far below the limit of a message. */
const MAX_BATCH_EVENT_BYTES = 128 * 1024;
/** Pause before a message is published again. */
const RETRY_MS = 250;
/** Limit of the bytes that wait. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

const encoder = new TextEncoder();

/** An event that waits, with its size in a message in bytes. */
interface Waiting {
  readonly event: NetworkEvent;
  readonly size: number;
}

/** Publishing of an outbox. */
export interface OutboxOptions {
  /** Id of the server. */
  readonly server: string;
  /** Publishes a message; resolves when it is stored. */
  publish(bytes: Uint8Array, id: string): Promise<void>;
  /** Called when a message could not be published, with the cause, and without one when it was after all. */
  result(error?: unknown): void;
}

/**
 * Events of a server on their way to the log. One message is published at a time, with all events that have come in
 * meanwhile: they are stored in their order even if the brokers fail between two messages, and many events cost one
 * round trip. A message is repeated with the same id until it is known to be stored.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #events: Waiting[] = [];
  #bytes = 0;
  #next = 1;
  #running = false;
  #stopped = false;
  #open = false;
  #idle?: PromiseWithResolvers<void>;

  /** Creates an empty outbox, which waits for `start`. */
  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Whether there is room for further events. */
  get roomy(): boolean {
    return this.#bytes < MAX_WAITING_BYTES;
  }

  /** Whether no event waits. */
  get empty(): boolean {
    return this.#events.length === 0 && !this.#running;
  }

  /** Starts to publish. */
  start(): void {
    this.#open = true;
    void this.#run();
  }

  /** Adds an event. */
  add(event: NetworkEvent): void {
    if (this.#stopped) return;
    const size = sizeOf(event);
    this.#events.push({ event, size });
    this.#bytes += size;
    // The events of one turn are one message.
    if (this.#open && !this.#running) queueMicrotask(() => void this.#run());
  }

  /** Resolves when all events are stored. */
  async flushed(): Promise<void> {
    if (this.empty || this.#stopped) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  /** Discards all events and ends. */
  stop(): void {
    this.#stopped = true;
    this.#events = [];
    this.#idle?.resolve();
  }

  async #run(): Promise<void> {
    if (this.#running || !this.#open) return;
    this.#running = true;
    while (this.#events.length > 0 && !this.#stopped) {
      const events = this.#take();
      const first = this.#next;
      this.#next += events.length;
      const { server } = this.#options;
      const bytes = encodeValid({ version: EVENT_VERSION, server, first, time: Date.now(), events });
      await this.#publish(bytes, `${server}-${first}`);
    }
    this.#running = false;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  /** Publishes a message until it is stored, or the outbox ends. */
  async #publish(bytes: Uint8Array, id: string): Promise<void> {
    for (let failed = false; !this.#stopped;) {
      try {
        await this.#options.publish(bytes, id);
        if (failed) this.#options.result();
        return;
      } catch (error) {
        if (this.#stopped) return;
        failed = true;
        this.#options.result(error);
        await new Promise<void>((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Removes and returns the events of the next message. */
  #take(): readonly NetworkEvent[] {
    let bytes = 0;
    let count = 0;
    for (const { size } of this.#events) {
      if (count > 0 && bytes + size > MAX_BATCH_EVENT_BYTES) break;
      bytes += size;
      count++;
    }
    const taken = this.#events.slice(0, count).map(({ event }) => event);
    this.#events = this.#events.slice(count);
    this.#bytes -= bytes;
    return taken;
  }
}

/** Encodes a batch; an event that readers would reject, and with it the whole batch, is replaced by one without effect. */
function encodeValid(batch: EventBatch): Uint8Array {
  const bytes = encodeBatch(batch);
  if (isValid(bytes)) return bytes;
  const events = batch.events.map((event): NetworkEvent =>
    isValid(encodeBatch({ ...batch, events: [event] })) ? event : { kind: "unknown" }
  );
  return encodeBatch({ ...batch, events });
}

function isValid(bytes: Uint8Array): boolean {
  const read = parseBatch(bytes);
  return typeof read === "object" && "events" in read;
}

/**
 * Returns the bytes of an event in a message, with its comma. An estimate would not do: readers ignore a message that is too
 * long, and then everything else of its server, whose numbers do not continue.
 */
function sizeOf(event: NetworkEvent): number {
  return encoder.encode(JSON.stringify(event)).length + 1;
}
