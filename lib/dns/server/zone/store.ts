import { nameKey } from "../../codec/canonical.ts";
import type { TransferSource } from "../answer/transfer_responder.ts";
import type { AnswerSource, ClientQuery, ServedAnswer } from "../answer/types.ts";
import { transferOf } from "../transfer/transfer_of.ts";
import { answerChaos } from "./chaos.ts";
import { labelEnd } from "./labels.ts";
import { Lookup } from "./lookup.ts";
import { Zone, type ZoneData } from "./zone.ts";

/** Seconds for which an answer from a zone may be used again: as long as the server runs, it stays the same. */
const KEEP_SECONDS = 3600;

/** The zones of a server: answers with authority (RFC 1034 §4.3.2). */
export class ZoneStore implements AnswerSource, TransferSource {
  readonly #zones: ReadonlyMap<string, Zone>;

  /** Takes zones; of two with one name the last counts. */
  constructor(zones: readonly Zone[]) {
    this.#zones = new Map(zones.map((zone) => [zone.key, zone]));
  }

  /**
   * Makes a store of zones by their records.
   *
   * @throws {UsageError} `invalid-zone` if a zone has no SOA record.
   */
  static fromZones(zones: readonly ZoneData[]): ZoneStore {
    return new ZoneStore(zones.map((zone) => new Zone(zone)));
  }

  /** Its zones. */
  get zones(): readonly Zone[] {
    return [...this.#zones.values()];
  }

  /** Returns the zone with the longest name that a name is in; undefined if it is in none. */
  zoneOf(name: string): Zone | undefined {
    return this.#closest(nameKey(name));
  }

  /** Answers a question about a name in one of the zones, and about the software of the server. */
  answer(query: ClientQuery): ServedAnswer | undefined {
    const { name, type, class: klass } = query.question;
    if (klass === "CH") return answerChaos(query.question);
    if (klass !== "IN" && klass !== "ANY") return undefined;
    const key = nameKey(name);
    const zone = this.#find(key, type);
    if (!zone) return undefined;
    const found = new Lookup(query, (other, asked) => this.#find(other, asked)).run(zone, key);
    // What ANY is answered with depends on the transport, and what a DNAME makes of a name on the letters of the query.
    const varies = type === "ANY" || found.answers.some((record) => record.type === "DNAME");
    return { ...found, keep: varies ? 0 : KEEP_SECONDS };
  }

  /** Answers a request for the transfer of a zone (RFC 5936, RFC 1995); undefined if the name is not that of a zone. */
  transfer(query: ClientQuery, reserve: number): Iterable<Uint8Array> | undefined {
    const { name, class: klass } = query.question;
    const zone = klass === "IN" ? this.#zones.get(nameKey(name)) : undefined;
    return zone && transferOf(query, zone, reserve);
  }

  /** A zone cut belongs to the parent zone when it is asked for DS (RFC 4035 §3.1.4.1). */
  #find(key: string, type: string): Zone | undefined {
    const zone = this.#closest(key);
    if (type !== "DS" || zone?.key !== key || key === ".") return zone;
    return this.#closest(key.slice(labelEnd(key) + 1) || ".") ?? zone;
  }

  #closest(key: string): Zone | undefined {
    for (let rest = key; rest !== ".";) {
      const zone = this.#zones.get(rest);
      if (zone) return zone;
      rest = rest.slice(labelEnd(rest) + 1) || ".";
    }
    return this.#zones.get(".");
  }
}
