/** Timeout of each step of a demonstration, in milliseconds: all is on loopback, but some machines are slow. */
export const STEP_TIMEOUT_MS = 60_000;
