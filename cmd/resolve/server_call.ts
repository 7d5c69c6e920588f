import { inputGroups, inputs } from "../../lib/cli/mod.ts";
import type { Line, Trace } from "../../lib/core/mod.ts";
import type { NameServer, TlsSettings } from "../../lib/dns/internal.ts";

/** Parts of a call that queries servers about the names of its operands or of stdin. */
export interface ServerCall {
  /** The operands. */
  readonly operands: readonly string[];
  /** Record types; empty for the default. */
  readonly types: readonly string[];
  /** The servers. */
  readonly servers: readonly NameServer[];
  /** Maximum queries to each server. */
  readonly attempts?: number;
  /** Whether they are queried over TCP at once. */
  readonly tcp: boolean;
  /** Verification of the servers of encrypted connections. */
  readonly tls?: TlsSettings;
  /** Milliseconds for an input. */
  readonly timeout: number;
  /** Aborts it. */
  readonly signal: AbortSignal;
  /** Receives the trace of the wire. */
  readonly trace?: Trace;
}

/** Maximum length of an input line: each of the 255 bytes of a name may be written as an escape of four. */
const MAX_LINE_BYTES = 1024;
const LINES = { limit: MAX_LINE_BYTES, comments: true };

/** Returns the names of the operands, or of the lines of stdin. */
export function nameLines(operands: readonly string[]): AsyncGenerator<Line> {
  return inputs(operands, "NAME", LINES);
}

/** Returns the same in groups as they are read. */
export function nameGroups(operands: readonly string[]): AsyncGenerator<readonly Line[]> {
  return inputGroups(operands, "NAME", LINES);
}
