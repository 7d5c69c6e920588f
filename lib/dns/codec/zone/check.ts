import { isSubdomain, nameKey, parentName } from "../canonical.ts";
import type { ResourceRecord } from "../record.ts";
import type { ReadZone } from "./read.ts";
import type { ZonePlace } from "./lexer.ts";

/** Something wrong with a zone as a whole. */
export interface ZoneProblem {
  /** Whether servers refuse the zone because of it. */
  readonly severity: "error" | "warning";
  /** Description of the fault. */
  readonly message: string;
  /** Where the record stands, if it is about one. */
  readonly place?: ZonePlace;
}

/** Types that a name with an alias may have (RFC 4034 §2.5, RFC 2181 §10.1). */
const BESIDE_ALIAS = new Set(["CNAME", "RRSIG", "NSEC", "KEY", "SIG", "NSEC3"]);
/** Types of which a name has one record. */
const SINGLE = ["SOA", "CNAME", "DNAME"];

/**
 * Checks what no record shows by itself: one SOA at the top of the zone, NS records, aliases alone at their names, no
 * records outside the zone. What `named-checkzone` and `nsd-checkzone` reject is an error, other mistakes are warnings.
 */
export function checkZone(zone: Pick<ReadZone, "origin" | "records" | "places">): ZoneProblem[] {
  const { origin, records, places } = zone;
  const problems: ZoneProblem[] = [];
  let placeOf: Map<ResourceRecord, ZonePlace | undefined> | undefined;
  const add = (severity: ZoneProblem["severity"], message: string, record?: ResourceRecord) => {
    // Made for the first problem only: most zones have none.
    if (record) placeOf ??= new Map(records.map((each, index) => [each, places[index]]));
    const place = record && placeOf?.get(record);
    problems.push({ severity, message, ...(place && { place }) });
  };
  const names = byName(records);
  const top = names.get(nameKey(origin)) ?? [];
  if (!top.some(({ type }) => type === "SOA")) add("error", `zone ${origin} has no SOA record`);
  if (!top.some(({ type }) => type === "NS")) add("error", `zone ${origin} has no NS records`);
  for (const record of records) {
    if (!isSubdomain(record.name, origin)) add("error", `${record.name} is outside the zone ${origin}`, record);
    else if (record.type === "SOA" && nameKey(record.name) !== nameKey(origin)) {
      add("error", `a SOA record of ${record.name} in the zone ${origin}`, record);
    }
  }
  for (const [key, own] of names) {
    checkName(own, add);
    checkAbove(key, own, { origin: nameKey(origin), names }, add);
  }
  for (const record of records) checkTarget(record, names, origin, add);
  return problems;
}

type Add = (severity: ZoneProblem["severity"], message: string, record?: ResourceRecord) => void;
type Names = ReadonlyMap<string, readonly ResourceRecord[]>;

function byName(records: readonly ResourceRecord[]): Names {
  const names = new Map<string, ResourceRecord[]>();
  for (const record of records) {
    const key = nameKey(record.name);
    const own = names.get(key);
    if (own) own.push(record);
    else names.set(key, [record]);
  }
  return names;
}

function checkName(own: readonly ResourceRecord[], add: Add): void {
  if (own.length === 1) return;
  const alias = own.find(({ type }) => type === "CNAME");
  const other = alias && own.find(({ type }) => !BESIDE_ALIAS.has(type));
  if (other) add("error", `${other.name} has a CNAME record and ${other.type} records`, other);
  for (const type of SINGLE) {
    const [, second] = own.filter((record) => record.type === type);
    if (second) add("error", `${second.name} has several ${type} records`, second);
  }
  const ttls = new Map<string, number | undefined>();
  const seen = new Set<string>();
  for (const record of own) {
    const set = record.type === "RRSIG" ? `RRSIG ${record.fields.typeCovered}` : record.type;
    if (!ttls.has(set)) ttls.set(set, record.ttl);
    else if (ttls.get(set) !== record.ttl) {
      add("warning", `the ${record.type} records of ${record.name} have different TTLs`, record);
      ttls.set(set, record.ttl);
    }
    const whole = `${record.type} ${record.data}`;
    if (seen.has(whole)) add("warning", `${record.name} has a ${record.type} record twice`, record);
    seen.add(whole);
  }
}

/** Records below a delegation or a DNAME are never answered with, other than addresses of its servers. */
function checkAbove(
  key: string,
  [first]: readonly ResourceRecord[],
  { origin, names }: { readonly origin: string; readonly names: Names },
  add: Add,
): void {
  if (!first || key === origin) return;
  for (let above = parentName(key); above !== "."; above = parentName(above)) {
    const own = names.get(above) ?? [];
    const dname = own.find(({ type }) => type === "DNAME");
    if (dname) return add("error", `${first.name} is below the DNAME record of ${dname.name}`, first);
    if (above === origin) return;
    const cut = own.find(({ type }) => type === "NS");
    if (cut) {
      const glue = (names.get(key) ?? []).every(({ type }) => type === "A" || type === "AAAA");
      if (!glue) add("warning", `${first.name} is below the delegation of ${cut.name}`, first);
      return;
    }
  }
}

/** Servers of mail and names need addresses, not aliases (RFC 2181 §10.3). */
function checkTarget(record: ResourceRecord, names: Names, origin: string, add: Add): void {
  const { type, fields, name } = record;
  const target = type === "NS" || type === "SRV" ? fields.target : type === "MX" ? fields.exchange : undefined;
  if (typeof target !== "string" || target === "." || !isSubdomain(target, origin)) return;
  const own = names.get(nameKey(target));
  if (own?.some((other) => other.type === "CNAME")) {
    return add("warning", `${type} of ${name}: ${target} is an alias`, record);
  }
  if (own?.some((other) => other.type === "A" || other.type === "AAAA") || isCovered(target, names)) return;
  add("warning", `${type} of ${name}: ${target} has no address`, record);
}

/** Whether a wildcard, a delegation or a DNAME above may have the addresses of a name. */
function isCovered(target: string, names: Names): boolean {
  for (let above = parentName(nameKey(target)); above !== "."; above = parentName(above)) {
    if (names.has(`*.${above}`)) return true;
    if (names.get(above)?.some(({ type }) => type === "DNAME")) return true;
  }
  return false;
}
