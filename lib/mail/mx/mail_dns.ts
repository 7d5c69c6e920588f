import { NegativeError, type Trace, type WaitOptions } from "../../core/mod.ts";
import type { DnsConnections } from "../../dns/internal.ts";
import type { QueryType, ResourceRecord, ServerHealth, ServerInput, Validation } from "../../dns/mod.ts";

/** Only direct delivery loads it. */
const loadDns = () => import("../../dns/mod.ts");

/** Options of {@link MailDns}; `timeout` is in milliseconds, for one name. */
export interface MailDnsOptions extends WaitOptions {
  /** Servers to ask. @default those of the system */
  readonly servers?: readonly ServerInput[];
  /** DS or DNSKEY records to trust. @default the keys of the root */
  readonly anchors?: string;
  /** Connections to the servers, shared with other lookups. @default own ones for each */
  readonly connections?: DnsConnections;
  /** Receives what crosses the wire. */
  readonly trace?: Trace;
}

/** Lookups for the delivery of mail. */
export interface MailLookups {
  /** Whether other servers than those of the system are asked. */
  readonly own: boolean;
  /**
   * Returns the records of a name, none where there are none.
   *
   * @throws {NetworkError} When that cannot be told.
   */
  records(name: string, type: QueryType): Promise<readonly ResourceRecord[]>;
  /** Returns the validated records of a name; undefined where no server is known that could be asked. */
  validated(
    name: string,
    type: QueryType,
  ): Promise<Pick<Validation, "name" | "status" | "reason" | "answers"> | undefined>;
}

/** Lookups by DNS; each is made once. */
export class MailDns implements MailLookups {
  readonly #options: MailDnsOptions;
  #health?: ServerHealth;
  readonly #records = new Map<string, Promise<readonly ResourceRecord[]>>();
  readonly #validations = new Map<string, Promise<Validation | undefined>>();

  /** Looks up with these servers. */
  constructor(options: MailDnsOptions) {
    this.#options = options;
  }

  /** Whether other servers than those of the system are asked. */
  get own(): boolean {
    return this.#options.servers !== undefined;
  }

  /**
   * Returns the records of a name, none where there are none.
   *
   * @throws {NetworkError} When that cannot be told.
   */
  records(name: string, type: QueryType): Promise<readonly ResourceRecord[]> {
    return cached(this.#records, `${type} ${name}`, () => this.#ask(name, type));
  }

  /** Returns the validated records of a name; undefined where no server is known that could be asked. */
  validated(name: string, type: QueryType): Promise<Validation | undefined> {
    return cached(this.#validations, `${type} ${name}`, async () => {
      const { readResolverConfig, validate } = await loadDns();
      const servers = this.#options.servers ?? (await readResolverConfig())?.servers ?? [];
      if (servers.length === 0) return undefined;
      return await validate(name, type, { ...this.#options, servers });
    });
  }

  async #ask(name: string, type: QueryType): Promise<readonly ResourceRecord[]> {
    const { servers: server, signal, timeout, trace, connections } = this.#options;
    const { resolve, ServerHealth } = await loadDns();
    const health = this.#health ??= new ServerHealth();
    const types = [type];
    // The name is absolute: no domains are appended.
    for await (
      const { answers, error } of resolve(`${name}.`, {
        ...{ server, signal, timeout, trace, types, connections },
        health,
      })
    ) {
      if (!error) return answers.filter((record) => record.type === type);
      if (!(error instanceof NegativeError)) throw error;
    }
    return [];
  }
}

function cached<T>(known: Map<string, Promise<T>>, key: string, look: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? look();
  known.set(key, found);
  return found;
}
