/** Destination of text: stdout or stderr of the process, or a substitute in a test. */
export interface Sink {
  /** Writes some of the bytes and returns their number. */
  writeSync(bytes: Uint8Array): number;
  /** Whether it is a terminal. */
  isTerminal(): boolean;
}
