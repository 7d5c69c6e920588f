import { type Deadline, fromSystem, isUnknownFailure, NegativeError, NetworkError } from "../../core/mod.ts";
import { formatName, parseName } from "../codec/name.ts";
import type { FieldValue, RecordFields } from "../codec/rdata/kind.ts";
import { recordFrom, type ResourceRecord } from "../codec/record.ts";
import type { QueryType } from "../codec/types.ts";
import { bare, type LookupResult } from "../client/lookup_result.ts";

/** A server for {@link systemQuery} to ask instead of the system's: by its address, not by its name. */
export interface SystemServer {
  /** Its IP address. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
}

/**
 * Asks through the runtime's own resolver, which reads the system's configuration without a permission for it. It
 * tells records only: no TTL, no status, and the same for a name that does not exist, one without such records, and a
 * server that refuses or fails.
 *
 * Needs the net permission.
 *
 * @throws {NetworkError} `system-resolver-failed`.
 */
export async function systemQuery(
  name: string,
  type: QueryType,
  deadline: Deadline,
  server?: SystemServer,
): Promise<LookupResult> {
  const { signal } = deadline;
  const options = server ? { signal, nameServer: { ipAddr: server.host, port: server.port } } : { signal };
  const shown = systemName(name);
  if (!isSystemType(type)) {
    throw new NetworkError(`the system resolver cannot query ${type}`, {
      code: "system-resolver-failed",
      operation: "resolve",
      peer: name,
    });
  }
  try {
    const found: unknown = await deadline.race(Deno.resolveDns(name, type, options));
    const answers = Array.isArray(found) ? found.map((value) => recordOfSystem(shown, type, value)) : [];
    if (answers.length > 0) return { name: shown, type, answers };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (!(error instanceof Deno.errors.NotFound)) throw failure(error, name);
  }
  const error = new NegativeError(`the system found no ${type} of ${bare(shown)}`, {
    code: "no-records",
    operation: "resolve",
    reason: "system-resolver",
  });
  return { name: shown, type, answers: [], error };
}

/** The types that the runtime can query. */
const SYSTEM_TYPES = ["A", "AAAA", "CAA", "CNAME", "MX", "NAPTR", "NS", "PTR", "SOA", "SRV", "TXT"] as const;

function isSystemType(type: QueryType): type is typeof SYSTEM_TYPES[number] {
  return SYSTEM_TYPES.some((known) => known === type);
}

function failure(error: unknown, name: string): unknown {
  const known = fromSystem(error, { doing: "resolve", what: name });
  if (!isUnknownFailure(known) || !(error instanceof Error)) return known;
  return new NetworkError(`the system cannot resolve ${name}: ${error.message}`, {
    code: "system-resolver-failed",
    operation: "resolve",
    peer: name,
    cause: error,
  });
}

/** Converts a record of the runtime. */
function recordOfSystem(name: string, type: QueryType, value: unknown): ResourceRecord {
  return recordFrom({ name, type, data: fieldsOf(type, value) });
}

function fieldsOf(type: QueryType, value: unknown): string | RecordFields {
  if (type === "A" || type === "AAAA") return String(value);
  if (type === "TXT") return { strings: Array.isArray(value) ? value.map(String) : [] };
  if (typeof value !== "object" || value === null) return systemName(String(value));
  const fields: Record<string, FieldValue> = {};
  for (const [key, part] of Object.entries(value)) {
    if (typeof part === "boolean") fields.flags = part ? CRITICAL : 0;
    else if (typeof part === "number") fields[key] = part;
    else fields[key] = NAMES.has(key) ? systemName(String(part)) : String(part);
  }
  return fields;
}

/** The one flag of CAA (RFC 8659 §4.1). */
const CRITICAL = 128;
/** Which parts of records are names. */
const NAMES = new Set(["exchange", "mname", "rname", "target", "replacement"]);

/** Converts a name of the system to zone file form: an invalid one is read as plain labels. */
export function systemName(text: string): string {
  try {
    return formatName(parseName(text).labels);
  } catch {
    return formatName(text.split(".").filter((label) => label !== "").map((label) => new TextEncoder().encode(label)));
  }
}
