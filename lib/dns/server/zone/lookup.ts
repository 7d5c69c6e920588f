import { RCODE } from "../../client/status.ts";
import { nameKey } from "../../codec/canonical.ts";
import { MAX_NAME_BYTES, parseName, wireLength } from "../../codec/name.ts";
import { recordFrom, type ResourceRecord } from "../../codec/record.ts";
import type { ClientQuery, ServedAnswer } from "../answer/types.ts";
import { someSet } from "./any.ts";
import { labelEnd } from "./labels.ts";
import { changedSet, type RecordSet, type ZoneNode } from "./node.ts";
import type { Zone } from "./zone.ts";

/** Finds the zone that answers for a name and type. */
export type FindZone = (key: string, type: string) => Zone | undefined;

/** Maximum number of aliases that one answer follows. */
const MAX_ALIASES = 16;
const YXDOMAIN = 6;
const ADDRESS_TYPES = ["A", "AAAA"];

/** One question to the zones of a server (RFC 1034 §4.3.2, RFC 6672 §3.2, RFC 4035 §3.1). */
export class Lookup {
  readonly #findZone: FindZone;
  readonly #type: string;
  readonly #query: ClientQuery;
  readonly #answers: ResourceRecord[] = [];
  readonly #authorities: ResourceRecord[] = [];
  /** Sets that are in the answer or authority section; aliases are among them to see loops. */
  readonly #used = new Set<RecordSet | string>();
  readonly #needed: { readonly zone: Zone; readonly set: RecordSet; readonly glue: boolean }[] = [];
  #rcode: number = RCODE.NOERROR;
  #authoritative = true;
  #aliases = 0;

  /** Takes a question. */
  constructor(query: ClientQuery, findZone: FindZone) {
    this.#findZone = findZone;
    this.#query = query;
    this.#type = query.question.type;
  }

  /** Answers it from a zone. */
  run(zone: Zone, key: string): ServedAnswer {
    this.#resolve(zone, this.#query.question.name, key);
    const isClassAny = this.#query.question.class === "ANY";
    return {
      rcode: this.#rcode,
      authoritative: this.#authoritative && !isClassAny,
      answers: this.#answers,
      authorities: this.#authorities,
      additionals: this.#additionals(),
      source: `zone ${zone.origin === "." ? "." : zone.origin.slice(0, -1)}`,
    };
  }

  #resolve(zone: Zone, name: string, key: string): void {
    const node = zone.nodes.get(key);
    const encloser = node ?? closestEncloser(zone, key);
    const hider = encloser.hiddenBy ?? (encloser.cut || !node && encloser.dname ? encloser : undefined);
    if (hider?.cut && !(hider === node && this.#type === "DS")) this.#refer(zone, hider, hider.cut);
    else if (hider?.dname && hider !== node) this.#substitute(zone, name, hider, hider.dname);
    else if (node) this.#found(zone, name, node);
    else if (encloser.wildcard) this.#found(zone, name, encloser.wildcard, { key, encloser });
    else this.#missing(zone, key, encloser);
  }

  /** Answers with the records of a name, or of the wildcard that stands for it. */
  #found(zone: Zone, name: string, node: ZoneNode, synthesized?: { key: string; encloser: ZoneNode }): void {
    const proof = () => synthesized ? zone.denial?.noCloser(synthesized.key, synthesized.encloser) : undefined;
    const sets = this.#type === "ANY" ? this.#any(zone, node) : [node.sets.get(this.#type)];
    let isFound = false;
    for (const set of sets) {
      if (!set) continue;
      isFound = true;
      this.#answer(zone, synthesized ? changedSet(set, { name }) : set);
    }
    const alias = isFound ? undefined : node.sets.get("CNAME");
    if (!isFound && !alias) return this.#noData(zone, node, synthesized);
    if (!alias) return this.#prove(zone, proof());
    // The same alias twice is a loop.
    const loop = synthesized ? synthesized.key : alias;
    if (this.#used.has(loop)) return;
    this.#used.add(loop);
    this.#answer(zone, synthesized ? changedSet(alias, { name }) : alias);
    this.#prove(zone, proof());
    this.#follow(String(alias.records[0]?.fields.target));
  }

  #any(zone: Zone, node: ZoneNode): readonly RecordSet[] {
    // Signatures come with what they cover.
    const isSigned = this.#query.dnssecOk && zone.isSigned;
    const sets = [...node.sets.values()].filter(({ type }) => !(isSigned && type === "RRSIG"));
    // Over UDP the address of the client may be forged: a large answer would hit another (RFC 8482 §4.1).
    return this.#query.transport === "udp" ? someSet(sets) : sets;
  }

  #noData(zone: Zone, node: ZoneNode, synthesized?: { key: string; encloser: ZoneNode }): void {
    this.#authority(zone, zone.negativeSoa);
    this.#prove(
      zone,
      synthesized
        ? zone.denial?.noWildcardData(synthesized.key, synthesized.encloser, node, this.#type)
        : zone.denial?.noData(node, this.#type),
    );
  }

  #missing(zone: Zone, key: string, encloser: ZoneNode): void {
    this.#rcode = RCODE.NXDOMAIN;
    this.#authority(zone, zone.negativeSoa);
    this.#prove(zone, zone.denial?.noName(key, encloser));
  }

  #refer(zone: Zone, node: ZoneNode, cut: RecordSet): void {
    if (this.#answers.length === 0) this.#authoritative = false;
    this.#authority(zone, cut);
    this.#needed.push({ zone, set: cut, glue: true });
    if (!this.#query.dnssecOk || !zone.isSigned) return;
    const ds = node.sets.get("DS");
    if (ds) this.#authority(zone, ds);
    else this.#prove(zone, zone.denial?.insecure(node));
  }

  /** Puts the target of a DNAME in the place of its owner (RFC 6672 §2.2). */
  #substitute(zone: Zone, name: string, owner: ZoneNode, dname: RecordSet): void {
    if (!this.#used.has(dname)) this.#answer(zone, dname);
    this.#used.add(dname);
    const prefix = owner.key === "." ? name : name.slice(0, -owner.key.length);
    const end = String(dname.records[0]?.fields.target);
    const size = wireLength(parseName(end).labels) + (prefix === "" ? 0 : wireLength(parseName(prefix).labels)) - 1;
    if (size > MAX_NAME_BYTES) {
      this.#rcode = YXDOMAIN;
      return;
    }
    const target = end === "." ? prefix : prefix + end;
    const loop = `${nameKey(name)} ${nameKey(target)}`;
    if (this.#used.has(loop)) return;
    this.#used.add(loop);
    const alias = recordFrom({ name, type: "CNAME", ttl: dname.records[0]?.ttl, data: target });
    this.#answers.push(alias);
    // The alias itself may be what was asked for.
    if (this.#type !== "CNAME") this.#follow(target);
  }

  #follow(target: string): void {
    if (++this.#aliases > MAX_ALIASES) return;
    const key = nameKey(target);
    const zone = this.#findZone(key, this.#type);
    if (zone) this.#resolve(zone, target, key);
  }

  #answer(zone: Zone, set: RecordSet): void {
    this.#put(this.#answers, zone, set);
    if (set.targets.length > 0) this.#needed.push({ zone, set, glue: set.type === "NS" });
  }

  #prove(zone: Zone, proof: readonly RecordSet[] | undefined): void {
    if (!proof || !this.#query.dnssecOk) return;
    for (const set of proof) this.#authority(zone, set);
  }

  #authority(zone: Zone, set: RecordSet): void {
    if (this.#used.has(set)) return;
    this.#used.add(set);
    this.#put(this.#authorities, zone, set);
  }

  #put(section: ResourceRecord[], zone: Zone, set: RecordSet): void {
    const records = this.#query.dnssecOk && zone.isSigned ? set.signed : set.records;
    for (const record of records) section.push(record);
  }

  /** The addresses of the names in the answer; those behind a cut only for its name servers (glue). */
  #additionals(): readonly ResourceRecord[] {
    const records: ResourceRecord[] = [];
    const seen = new Set<RecordSet>();
    for (const { zone, set, glue } of this.#needed) {
      for (const target of set.targets) {
        const node = zone.nodes.get(target);
        if (!node || !glue && (node.hiddenBy || node.cut)) continue;
        for (const type of ADDRESS_TYPES) {
          const addresses = node.sets.get(type);
          if (!addresses || seen.has(addresses)) continue;
          seen.add(addresses);
          this.#put(records, zone, addresses);
        }
      }
    }
    return records;
  }
}

/** The longest ancestor of a name that is in the zone. */
function closestEncloser(zone: Zone, key: string): ZoneNode {
  for (let rest = key; rest.length > zone.key.length;) {
    rest = rest.slice(labelEnd(rest) + 1) || ".";
    const node = zone.nodes.get(rest);
    if (node) return node;
  }
  return zone.top;
}
