/** A pause that can be ended early. */
export class Delay {
  #end?: () => void;

  /** Whether it is under way. */
  get active(): boolean {
    return this.#end !== undefined;
  }

  /** Resolves after this many milliseconds, or when it is ended. */
  async wait(ms: number): Promise<void> {
    if (ms === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#end = resolve;
    await promise;
    clearTimeout(timer);
    this.#end = undefined;
  }

  /** Ends it. */
  end(): void {
    this.#end?.();
  }
}
