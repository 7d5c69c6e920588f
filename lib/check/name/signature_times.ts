import { NetworkError, TimeoutError } from "../../core/mod.ts";
import { query, type ResolverConfig } from "../../dns/internal.ts";
import type { AskLimits } from "./ask.ts";

/** When all signatures of the root are valid. */
export interface SignatureTimes {
  /** The latest begin. */
  readonly from: Date;
  /** The earliest end. */
  readonly until: Date;
}

/** Returns when the signatures over the SOA of the root are valid; undefined if the server returns none. They are not verified. */
export async function signatureTimes(config: ResolverConfig, limits: AskLimits): Promise<SignatureTimes | undefined> {
  try {
    const { signal, timeout, trace, connections } = limits;
    const flags = { dnssecOk: true };
    const { replies = [] } = await query(".", "SOA", { config, flags, signal, timeout, trace, connections });
    const signatures = replies.flatMap(({ message }) => message.answers).filter(({ type }) => type === "RRSIG");
    const [times] = signatures.flatMap(({ fields }) => {
      const [from, until] = [instantOf(fields.inception), instantOf(fields.expiration)];
      return from && until ? [{ from, until }] : [];
    });
    return times;
  } catch (error) {
    if (!limits.signal.aborted && (error instanceof NetworkError || error instanceof TimeoutError)) return undefined;
    throw error;
  }
}

/** Returns the time that a field of a signature means: seconds since 1970, or `YYYYMMDDHHmmSS` (RFC 4034 §3.2). */
function instantOf(field: unknown): Date | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(String(field)) ?? [];
  const [year = 0, month = 1, day, hour, minute, second] = parts.map(Number);
  if (parts.length > 0) return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const seconds = Number(field);
  return Number.isFinite(seconds) ? new Date(seconds * 1000) : undefined;
}
