import { INITIAL_WINDOW, MAX_PAYLOAD_BYTES, MAX_WINDOW } from "../codec/http2/frame.ts";

/** Flow-control windows of the sending direction (RFC 9113 §6.9): that of the connection. */
export class ConnectionWindow {
  #credit = INITIAL_WINDOW;
  #streamSize = INITIAL_WINDOW;
  readonly #streams = new Set<StreamWindow>();

  /** Number of bytes that may be sent. */
  get credit(): number {
    return this.#credit;
  }

  /** Creates the window of a stream. */
  open(): StreamWindow {
    const window = new StreamWindow(this, this.#streamSize, () => this.#streams.delete(window));
    this.#streams.add(window);
    return window;
  }

  /** Adds credit; false if the window becomes too large. */
  add(count: number): boolean {
    if (this.#credit + count > MAX_WINDOW) return false;
    this.#credit += count;
    for (const stream of this.#streams) stream.wake();
    return true;
  }

  /** Sets the size of the windows of all streams, whose credit may become negative; false if one becomes too large. */
  resizeStreams(size: number): boolean {
    const difference = size - this.#streamSize;
    this.#streamSize = size;
    return [...this.#streams].every((stream) => stream.add(difference));
  }

  /** Uses credit up. */
  use(count: number): void {
    this.#credit -= count;
  }
}

/** Flow-control window of a stream. */
export class StreamWindow {
  readonly #connection: ConnectionWindow;
  readonly #closed: () => void;
  #credit: number;
  #error?: unknown;
  #wake?: () => void;

  /** Creates a window; {@link ConnectionWindow.open} calls it. */
  constructor(connection: ConnectionWindow, credit: number, closed: () => void) {
    this.#connection = connection;
    this.#credit = credit;
    this.#closed = closed;
  }

  /** Adds credit; false if the window becomes too large. */
  add(count: number): boolean {
    if (this.#credit + count > MAX_WINDOW) return false;
    this.#credit += count;
    this.wake();
    return true;
  }

  /**
   * Takes at most `want` bytes of both windows, as many as a frame can carry; waits while there are none. `waits` is told before
   * and after a wait.
   */
  async take(want: number, waits: (begins: boolean) => void): Promise<number> {
    while (true) {
      if (this.#error !== undefined) throw this.#error;
      const count = this.tryTake(want);
      if (count > 0) return count;
      waits(true);
      await this.wait();
      waits(false);
    }
  }

  /** Takes as many bytes as are free now; 0 for none. */
  tryTake(want: number): number {
    const count = Math.max(0, Math.min(want, this.#credit, this.#connection.credit, MAX_PAYLOAD_BYTES));
    this.#credit -= count;
    this.#connection.use(count);
    return count;
  }

  /** Resolves when there may be more; rejects when the stream has ended. */
  async wait(): Promise<void> {
    await new Promise<void>((resolve) => this.#wake = resolve);
    if (this.#error !== undefined) throw this.#error;
  }

  /** Lets a sender look at the window again. */
  wake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Ends it; a sender that waits is rejected. */
  close(error: unknown): void {
    this.#error ??= error;
    this.#closed();
    this.wake();
  }
}
