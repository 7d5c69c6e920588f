import { NetworkError } from "../../core/errors/errors.ts";
import { isSubdomain, nameKey } from "../codec/canonical.ts";
import { decodeMessage } from "../codec/message.ts";
import type { ResourceRecord } from "../codec/record.ts";

/** A change of a zone from one version to the next (RFC 1995 §4). */
export interface ZoneChange {
  /** SOA of the version before. */
  readonly from: ResourceRecord;
  /** Records that are no longer there. */
  readonly deleted: readonly ResourceRecord[];
  /** SOA of the version after. */
  readonly to: ResourceRecord;
  /** Records that are new. */
  readonly added: readonly ResourceRecord[];
}

/** A zone as it was transferred. */
export type TransferredZone =
  /** All of it: the SOA record first, and only once. */
  | { readonly kind: "full"; readonly soa: ResourceRecord; readonly records: ZoneSpool }
  /** Changes since a version. */
  | { readonly kind: "changes"; readonly soa: ResourceRecord; readonly changes: readonly ZoneChange[] }
  /** Nothing has changed. */
  | { readonly kind: "current"; readonly soa: ResourceRecord };

type MutableChange = { from: ResourceRecord; deleted: ResourceRecord[]; to?: ResourceRecord; added: ResourceRecord[] };

/**
 * The records of a whole zone, the SOA record first and only once. They are kept as the messages in which they came, and
 * read again each time: as objects they would take many times the memory.
 */
export class ZoneSpool implements Iterable<ResourceRecord> {
  readonly #messages: readonly Uint8Array[];
  /** Number of records. */
  readonly count: number;

  /** Keeps the messages of a transfer, which are valid and end with the SOA record once more. */
  constructor(messages: readonly Uint8Array[], count: number) {
    this.#messages = messages;
    this.count = count;
  }

  /** Reads the records. */
  *[Symbol.iterator](): Generator<ResourceRecord, void, void> {
    let left = this.count;
    for (const message of this.#messages) {
      for (const record of decodeMessage(message).answers) {
        if (left-- > 0) yield record;
      }
    }
  }
}

/** Puts the records of a transfer together, in the order in which they come (RFC 5936 §2.2, RFC 1995 §4). */
export class ZoneAssembler {
  readonly #zone: string;
  /** Serial of the version that the client has; undefined for all of the zone. */
  readonly #serial?: number;
  readonly #peer: string;
  #soa?: ResourceRecord;
  readonly #messages: Uint8Array[] = [];
  #count = 0;
  #changes?: MutableChange[];
  #done = false;

  /** Starts without a record. */
  constructor(zone: string, serial: number | undefined, peer: string) {
    this.#zone = zone;
    this.#serial = serial;
    this.#peer = peer;
  }

  /**
   * Adds a message and its records; returns the zone when it is whole.
   *
   * @throws {NetworkError} `transfer-malformed` for a record out of place.
   */
  add(message: Uint8Array, records: readonly ResourceRecord[]): TransferredZone | undefined {
    this.#messages.push(message);
    if (records.length === 0) throw this.#malformed("a message has no records");
    for (const record of records) {
      if (this.#done) throw this.#malformed("records follow the last SOA record");
      this.#one(record);
    }
    const soa = this.#soa;
    // One SOA record that is not newer than what the client has, and no more in its message.
    if (soa && !this.#done && this.#isCurrent(soa)) return { kind: "current", soa };
    return soa && this.#done ? this.#result(soa) : undefined;
  }

  #one(record: ResourceRecord): void {
    if (!isSubdomain(record.name, this.#zone)) throw this.#malformed(`${record.name} is outside the zone`);
    const soa = this.#soa;
    if (!soa) {
      if (!isSoa(record)) throw this.#malformed("the first record is not the SOA record of the zone");
      if (nameKey(record.name) !== nameKey(this.#zone)) {
        throw this.#malformed(`the SOA record is that of ${record.name}`);
      }
      this.#soa = record;
      this.#count = 1;
      return;
    }
    if (isSoa(record) && this.#startsChanges(record, soa)) this.#changes = [];
    if (this.#changes) return this.#change(this.#changes, record, soa);
    if (!isSoa(record)) {
      this.#count++;
      return;
    }
    if (!sameRecord(record, soa)) {
      throw this.#malformed("the zone has changed during the transfer: its SOA records differ");
    }
    this.#done = true;
  }

  /** A second SOA record, of the version that the client has, begins a list of changes. */
  #startsChanges(record: ResourceRecord, soa: ResourceRecord): boolean {
    return this.#serial !== undefined && !this.#changes && this.#count === 1 && !sameRecord(record, soa);
  }

  #change(changes: MutableChange[], record: ResourceRecord, soa: ResourceRecord): void {
    const last = changes.at(-1);
    if (!isSoa(record)) {
      if (!last) throw this.#malformed("a change has no SOA record");
      (last.to ? last.added : last.deleted).push(record);
    } else if (last && !last.to) last.to = record;
    else if (last && sameRecord(record, soa)) {
      if (!last.to || !sameRecord(last.to, soa)) {
        throw this.#malformed("the changes do not lead to the version of the zone");
      }
      this.#done = true;
    } else {
      const before = last?.to?.fields.serial ?? this.#serial;
      if (record.fields.serial !== before) {
        throw this.#malformed(`the changes begin at version ${record.fields.serial}, not ${before}`);
      }
      changes.push({ from: record, deleted: [], added: [] });
    }
  }

  #isCurrent(soa: ResourceRecord): boolean {
    if (this.#serial === undefined || this.#count !== 1 || this.#changes) return false;
    return !isNewer(Number(soa.fields.serial), this.#serial);
  }

  #result(soa: ResourceRecord): TransferredZone {
    if (!this.#changes) return { kind: "full", soa, records: new ZoneSpool(this.#messages, this.#count) };
    const changes = this.#changes.flatMap(({ from, deleted, to, added }) => to ? [{ from, deleted, to, added }] : []);
    return { kind: "changes", soa, changes };
  }

  #malformed(why: string): NetworkError {
    return new NetworkError(`${this.#peer} sent an invalid transfer of ${this.#zone}: ${why}`, {
      code: "transfer-malformed",
      operation: "transfer",
      peer: this.#peer,
    });
  }
}

function isSoa({ type }: ResourceRecord): boolean {
  return type === "SOA";
}

function sameRecord(one: ResourceRecord, other: ResourceRecord): boolean {
  return nameKey(one.name) === nameKey(other.name) && one.data.toLowerCase() === other.data.toLowerCase();
}

/** Whether a serial is newer than another (RFC 1982 §3.2). */
export function isNewer(serial: number, than: number): boolean {
  const ahead = (serial - than) >>> 0;
  return ahead !== 0 && ahead < 0x8000_0000;
}
