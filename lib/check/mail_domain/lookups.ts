import { TimeoutError, ToucanError } from "../../core/mod.ts";
import { type QueryType, resolve, type ResourceRecord } from "../../dns/mod.ts";
import type { ProbeContext } from "../probe/probe.ts";

/** Result of a lookup: records, or why there are none. */
export interface Looked {
  /** The records of the type. */
  readonly records: readonly ResourceRecord[];
  /** Whether the name does not exist. */
  readonly missing: boolean;
  /** Why nothing is known. */
  readonly error?: { readonly code: string; readonly reason: string; readonly timedOut: boolean };
}

/** Lookups of a check, each made once. */
export class Lookups {
  readonly #context: ProbeContext;
  readonly #known = new Map<string, Promise<Looked>>();

  constructor(context: ProbeContext) {
    this.#context = context;
  }

  /** Looks for the records of one type that a name has. Does not reject. */
  records(name: string, type: QueryType): Promise<Looked> {
    const key = `${type} ${name.toLowerCase()}`;
    const looked = this.#known.get(key) ?? this.#ask(name, type);
    this.#known.set(key, looked);
    return looked;
  }

  /** Returns the texts of a name, the strings of each record joined. */
  async texts(name: string): Promise<Omit<Looked, "records"> & { readonly texts: readonly string[] }> {
    const { records, ...rest } = await this.records(name, "TXT");
    return { ...rest, texts: records.map(textOf) };
  }

  /** Returns the addresses of a name, of both families; and why there is none, if that could not be told. */
  async addresses(name: string): Promise<{ readonly addresses: readonly string[]; readonly error?: Looked["error"] }> {
    const found = await Promise.all([this.records(name, "A"), this.records(name, "AAAA")]);
    const addresses = found.flatMap(({ records }) => records.map(({ fields }) => String(fields.address)));
    const error = addresses.length > 0 ? undefined : found.find(({ error }) => error !== undefined)?.error;
    return { addresses, ...(error && { error }) };
  }

  async #ask(name: string, type: QueryType): Promise<Looked> {
    const { servers: server, signal, timeout, trace, connections } = this.#context;
    try {
      // The name is absolute: no domains are appended.
      for await (
        const found of resolve(`${name.replace(/\.$/, "")}.`, {
          ...{ server, signal, timeout, trace, connections },
          types: [type],
        })
      ) {
        const { answers, error } = found;
        const records = answers.filter((record) => record.type === type);
        if (!error || NEGATIVE.has(error.code)) return { records, missing: error?.code === "name-not-found" };
        return failed(error);
      }
    } catch (error) {
      // Names of others may not be names of hosts at all.
      if (!(error instanceof ToucanError) || signal.aborted) throw error;
      return failed(error);
    }
    return { records: [], missing: false };
  }
}

/** Answers that say that there is nothing. */
const NEGATIVE: ReadonlySet<string> = new Set(["name-not-found", "no-data", "no-records"]);

function failed(error: ToucanError): Looked {
  const { code, message: reason } = error;
  return { records: [], missing: false, error: { code, reason, timedOut: error instanceof TimeoutError } };
}

/** Lookups of each check: its context is the same for all of its probes. */
const OF_CHECKS = new WeakMap<ProbeContext, Lookups>();

/** Returns the lookups of a check, which its probes share. */
export function lookupsOf(context: ProbeContext): Lookups {
  const known = OF_CHECKS.get(context) ?? new Lookups(context);
  OF_CHECKS.set(context, known);
  return known;
}

function textOf({ fields: { strings } }: ResourceRecord): string {
  return Array.isArray(strings) ? strings.join("") : "";
}

/** Returns a name without the dot of the root. */
export function bareName(name: unknown): string {
  return String(name).replace(/(?<=.)\.$/, "");
}
