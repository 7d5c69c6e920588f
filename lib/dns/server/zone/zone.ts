import { UsageError } from "../../../core/errors/errors.ts";
import { nameKey } from "../../codec/canonical.ts";
import { absoluteName } from "../../codec/rdata/absolute.ts";
import type { ResourceRecord } from "../../codec/record.ts";
import type { Denial } from "./denial.ts";
import { changedSet, type RecordSet, type ZoneNode } from "./node.ts";
import { NsecDenial } from "./nsec.ts";
import { Nsec3Denial } from "./nsec3.ts";
import { zoneTree } from "./tree.ts";

/** A zone to serve: its name and its records. */
export interface ZoneData {
  /** Name of the zone. */
  readonly origin: string;
  /** Its records, with TTL. */
  readonly records: readonly ResourceRecord[];
}

/** A zone that can be asked. */
export class Zone {
  /** Its name, absolute, as given. */
  readonly origin: string;
  /** Its name as a key. */
  readonly key: string;
  /** Its names by their keys. */
  readonly nodes: ReadonlyMap<string, ZoneNode>;
  /** Its top. */
  readonly top: ZoneNode;
  /** Its SOA record. */
  readonly soa: RecordSet;
  /** The same with the TTL of negative answers: the smaller of its own and its minimum (RFC 2308 §3). */
  readonly negativeSoa: RecordSet;
  /** Whether signatures are sent to those who ask for them. */
  readonly isSigned: boolean;
  /** Its proofs of what is missing, if it has any. */
  readonly denial: Denial | undefined;
  readonly #hashed: readonly ResourceRecord[];

  /**
   * Takes the records of a zone.
   *
   * @throws {UsageError} `invalid-zone` if there is no SOA record.
   */
  constructor({ origin, records }: ZoneData) {
    this.origin = absoluteName(origin, ".");
    this.key = nameKey(this.origin);
    const { nodes, hashed } = zoneTree(this.origin, records);
    this.nodes = nodes;
    this.#hashed = hashed;
    const top = this.nodes.get(this.key);
    const soa = top?.sets.get("SOA");
    const [record] = soa?.records ?? [];
    if (!top || !soa || !record) {
      throw new UsageError(`zone ${this.origin} has no SOA record`, { code: "invalid-zone" });
    }
    this.top = top;
    this.soa = soa;
    this.negativeSoa = changedSet(soa, { ttl: Math.min(record.ttl ?? 0, Number(record.fields.minimum)) });
    this.isSigned = (top.sets.get("DNSKEY")?.signatures.length ?? 0) > 0;
    this.denial = this.isSigned ? denialOf(this, records) : undefined;
  }

  /** Yields its records as a transfer has them: the SOA record first and again at the end (RFC 5936 §2.2). */
  *transferred(): Generator<ResourceRecord> {
    yield* this.soa.records;
    for (const { sets } of this.nodes.values()) {
      for (const set of sets.values()) if (set !== this.soa) yield* set.records;
    }
    yield* this.#hashed;
    yield* this.soa.records;
  }

  /** Its serial number. */
  get serial(): number {
    return Number(this.soa.records[0]?.fields.serial);
  }
}

function denialOf({ origin, top, nodes }: Zone, records: readonly ResourceRecord[]): Denial {
  return Nsec3Denial.of(origin, top.sets.get("NSEC3PARAM"), records) ?? new NsecDenial(nodes.values());
}
