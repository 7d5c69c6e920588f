import { formatAddress, type HostPort } from "../address/address.ts";
import { Deadline } from "../time/deadline.ts";
import type { Phase } from "../errors/errors.ts";
import type { DialOptions } from "./options.ts";

/** Default limit of a step of connecting in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Returns the limit of a step, in milliseconds. */
export function stepLimit({ connectTimeout, timeout }: DialOptions): number {
  return connectTimeout ?? timeout ?? CONNECT_TIMEOUT_MS;
}

/** State that all steps of one dial share. */
export interface Dial {
  readonly address: HostPort;
  readonly peer: string;
  readonly options: DialOptions;
  readonly deadline: Deadline;
  /** Milliseconds for each step. */
  readonly limit: number;
}

/** Runs a step of connecting under its own limit, and under that of the whole. */
export async function step<T>(dial: Dial, phase: Phase, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { address, options, deadline, limit } = dial;
  deadline.phase = phase;
  options.onStep?.(phase);
  using own = new Deadline(
    { signal: deadline.signal, timeout: limit },
    `connect to ${formatAddress(address)}`,
    phase,
  );
  try {
    return await own.race(work(own.signal));
  } catch (error) {
    throw own.signal.aborted ? own.signal.reason : error;
  }
}
