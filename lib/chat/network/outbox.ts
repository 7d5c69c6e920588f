import { encodeBatch, EVENT_VERSION, parseBatch } from "./codec/batch.ts";
import type { EventBatch, NetworkEvent } from "./codec/event.ts";

/** Events of one message, so that it stays far below the limit of a message. */
const MAX_BATCH_CHARS = 128 * 1024;
/** Pause before a message is published again. */
const RETRY_MS = 250;
/** Limit of the characters that wait. */
const MAX_WAITING_CHARS = 16 * 1024 * 1024;
/** Size of an event besides its text. */
const EVENT_CHARS = 64;

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
  #events: NetworkEvent[] = [];
  #chars = 0;
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
    return this.#chars < MAX_WAITING_CHARS;
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
    this.#events.push(event);
    this.#chars += sizeOf(event);
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
    let chars = 0;
    let count = 0;
    for (const event of this.#events) {
      if (count > 0 && chars + sizeOf(event) > MAX_BATCH_CHARS) break;
      chars += sizeOf(event);
      count++;
    }
    const taken = this.#events.slice(0, count);
    this.#events = this.#events.slice(count);
    this.#chars -= chars;
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

/** Returns the length of an event; an estimate, but never more than a few times too low. */
function sizeOf(event: NetworkEvent): number {
  return EVENT_CHARS + (event.kind === "line" ? event.line.length : event.kind === "enter" ? 512 : 64);
}
