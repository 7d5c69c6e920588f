import { fromSystem, ipVersion, plainIP, ToucanError, UsageError } from "../../../core/mod.ts";
import { reverseName } from "../../client/reverse.ts";
import { RCODE } from "../../client/status.ts";
import { nameKey, parentName } from "../../codec/canonical.ts";
import { recordFrom, type ResourceRecord } from "../../codec/record.ts";
import type { AnswerSource, ClientQuery, ServedAnswer } from "../answer/types.ts";
import { parseHosts } from "./hosts.ts";
import { addRecord, isWildcardOrName, looksLikeUrl, type NameEntry, recordOfValue, servedName } from "./name_entry.ts";

/** Options of a {@link NameTable}. */
export interface NameTableOptions {
  /** Seconds for which clients may keep the records. @default {60} */
  readonly ttl?: number;
}

/** Maximum size of a hosts file: lists of blocked names have some 10 MiB. */
const MAX_HOSTS_BYTES = 64 * 1024 * 1024;
const TTL_SECONDS = 60;
const KEEP_SECONDS = 3600;
/** Maximum number of aliases that one answer follows. */
const MAX_ALIASES = 16;

/**
 * Names with addresses that are given as words or in hosts files. Exact names come before wildcards, words before hosts
 * files. A name does not have other records, and addresses have names (PTR).
 */
export class NameTable implements AnswerSource {
  readonly #entries = new Map<string, NameEntry>();
  readonly #ttl: number;

  /** Creates an empty table. */
  constructor({ ttl = TTL_SECONDS }: NameTableOptions = {}) {
    this.#ttl = ttl;
  }

  /** Number of names, those of addresses included. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Adds a name by a word: `app.test=127.0.0.1,::1`, `*.test=127.0.0.1` for all names below, `alias.test=app.test`.
   *
   * @throws {UsageError} `invalid-word`, `invalid-name`.
   */
  addWord(text: string): void {
    if (looksLikeUrl(text)) {
      throw new UsageError(`invalid word "${text}": a name or an address is required, not a URL`, {
        code: "invalid-word",
      });
    }
    const [, written = "", values = ""] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
    const list = values.split(",");
    if (written === "" || list.includes("")) {
      throw new UsageError(`invalid word "${text}": must be NAME=ADDRESS[,ADDRESS...] or NAME=NAME`, {
        code: "invalid-word",
      });
    }
    const name = servedName(written);
    if (!isWildcardOrName(nameKey(name))) {
      throw new UsageError(`invalid name "${written}": a wildcard is "*." before a name`, { code: "invalid-word" });
    }
    for (const value of list) {
      if (looksLikeAddress(value) && ipVersion(value) === undefined || value.includes("%") || value.startsWith("*")) {
        throw new UsageError(`invalid address "${value}" of "${written}": must be an IP address or a name`, {
          code: "invalid-word",
        });
      }
      this.#add(name, value, "word");
    }
  }

  /**
   * Adds the names of a hosts file (hosts(5)): lines of an address and its names. Names that the table has already are
   * left as they are.
   *
   * @throws {UsageError} `invalid-hosts`, with file, line and column.
   */
  addHosts(text: string, file: string): void {
    const known = new Set([...this.#entries].filter(([, { source }]) => source !== "hosts").map(([key]) => key));
    for (const { address, names } of parseHosts(text, file)) {
      for (const name of names) {
        if (!known.has(nameKey(name))) this.#add(name, plainIP(address), "hosts");
      }
    }
  }

  /**
   * Adds the names of a hosts file by its path.
   *
   * Requires read permission for it.
   *
   * @throws {UsageError} `invalid-hosts`.
   * @throws {SystemError} When it cannot be read.
   */
  addHostsFile(path: string): void {
    try {
      const { isFile, size } = Deno.statSync(path);
      // Reading a FIFO would wait for its writer.
      if (!isFile || size > MAX_HOSTS_BYTES) {
        const why = isFile ? `it has more than ${MAX_HOSTS_BYTES / 1024 ** 2} MiB` : "it is not a file";
        throw new UsageError(`cannot read ${path}: ${why}`, { code: "invalid-hosts" });
      }
      this.addHosts(Deno.readTextFileSync(path), path);
    } catch (error) {
      throw error instanceof ToucanError ? error : fromSystem(error, { doing: "read", what: path });
    }
  }

  /** Answers a question about one of the names. */
  answer({ question: { name, type, class: klass } }: ClientQuery): ServedAnswer | undefined {
    if (this.#entries.size === 0 || klass !== "IN" && klass !== "ANY") return undefined;
    let entry = this.#find(nameKey(name));
    if (!entry) return undefined;
    const { source } = entry;
    const answers: ResourceRecord[] = [];
    const answer = { rcode: RCODE.NOERROR, authoritative: klass === "IN", answers, source, keep: KEEP_SECONDS };
    const seen = new Set<string>();
    for (let owner = name; entry && seen.size < MAX_ALIASES; entry = this.#find(nameKey(owner))) {
      // Words that are aliases of each other end with what was found.
      if (seen.has(nameKey(owner))) break;
      seen.add(nameKey(owner));
      const { records }: NameEntry = entry;
      const found = records.filter((record) => type === "ANY" || record.type === type);
      const [alias] = records.filter((record) => record.type === "CNAME");
      const used = found.length > 0 || !alias ? found : [alias];
      for (const record of used) answers.push(record.name === owner ? record : { ...record, name: owner });
      if (found.length > 0) return answer;
      // Resolvers cache that there is no such record only with a SOA record (RFC 2308 §3).
      if (!alias) return { ...answer, authorities: [startOf(entry, this.#ttl)] };
      owner = alias.data;
    }
    return answer;
  }

  /** The entry of a name, or of the closest wildcard above. */
  #find(key: string): NameEntry | undefined {
    const own = this.#entries.get(key);
    if (own) return own;
    for (let above = key; above !== ".";) {
      above = parentName(above);
      const wildcard = this.#entries.get(above === "." ? "*." : `*.${above}`);
      if (wildcard) return wildcard;
    }
    return undefined;
  }

  #add(name: string, value: string, source: string): void {
    const record = recordOfValue(name, value, this.#ttl);
    addRecord(this.#entry(name, source), record);
    const reverse = record.type === "CNAME" || name.startsWith("*") ? undefined : reverseName(value);
    // The first name of an address is the one that it has.
    if (reverse === undefined || this.#entries.has(reverse)) return;
    this.#entry(reverse, source).records.push(recordFrom({ name: reverse, type: "PTR", ttl: this.#ttl, data: name }));
  }

  #entry(name: string, source: string): NameEntry {
    const key = nameKey(name);
    let entry = this.#entries.get(key);
    if (!entry) this.#entries.set(key, entry = { name, source, records: [] });
    return entry;
  }
}

/** Whether a value is meant as an address: it has colons, or digits and dots only. */
function looksLikeAddress(value: string): boolean {
  return value.includes(":") || /^[\d.]+$/.test(value);
}

/** The SOA record of a zone that has only this name. */
function startOf({ name }: NameEntry, ttl: number): ResourceRecord {
  const owner = name.startsWith("*.") ? name.slice(2) || "." : name;
  return recordFrom({
    name: owner,
    type: "SOA",
    ttl,
    data: `localhost. hostmaster.invalid. 1 3600 1200 604800 ${ttl}`,
  });
}
