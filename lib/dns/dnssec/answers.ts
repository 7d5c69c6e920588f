import { isSubdomain, labelCount, nameKey } from "../codec/canonical.ts";
import type { DnsMessage } from "../codec/message.ts";
import type { ResourceRecord } from "../codec/record.ts";
import { rcodeName } from "../client/status.ts";
import type { ChainLink, ChainRole, SecurityReason, SecurityStatus, Validation } from "./chain.ts";
import type { Denial } from "./denial.ts";
import { type Lookup, LookupFailure } from "./lookup.ts";
import { ancestor, equalNames } from "./names.ts";
import { verifiedProofs } from "./proofs.ts";
import { reason } from "./reasons.ts";
import { findSet, type RecordSet, recordSets } from "./rrset.ts";
import type { TrustAnchor } from "./trust_anchors.ts";
import { type VerifyContext, verifySet } from "./verify_set.ts";
import { TooMuchWork } from "./work.ts";
import { isDenial, unsignedReason, Zones, type ZoneState } from "./zones.ts";

/** Maximum number of aliases that are followed, as resolvers do. */
const MAX_ALIASES = 16;
/** Maximum number of sets of one name that are verified, for a question about all types. */
const MAX_SETS = 32;

/** Reasons that a server without DNSSEC gives for every name below a trust anchor. */
const MISSING: readonly string[] = ["rrsigs-missing", "dnskey-missing", "nsec-missing"];
const NO_SIGNATURES = "no response has a signature (RRSIG), although signatures were requested: " +
  "the server does not support DNSSEC, or they are removed on the way";

type Verdict = Pick<Validation, "status" | "reason" | "at">;

/** From the best to the worst. */
const ORDER: readonly SecurityStatus[] = ["secure", "insecure", "indeterminate", "bogus"];

/** Validates what a question is answered with: each alias on the way, then the records or the proof that there are none. */
export class Validator {
  readonly #lookup: Lookup;
  readonly #context: VerifyContext;
  readonly #zones: Zones;
  readonly #links: ChainLink[] = [];
  readonly #answers: ResourceRecord[] = [];
  #verdict: Verdict = { status: "secure" };
  #rcode?: string;
  /** Whether a response had a signature, of whatever. */
  #signed = false;

  /** Validates from these anchors down. */
  constructor(anchors: readonly TrustAnchor[], lookup: Lookup, context: VerifyContext) {
    this.#lookup = async (name, type) => {
      const message = await lookup(name, type);
      this.#signed ||= [...message.answers, ...message.authorities].some(({ type }) => type === "RRSIG");
      return message;
    };
    this.#context = context;
    this.#zones = new Zones(anchors, this.#lookup, context, this.#links);
  }

  /** Validates the answer to one question. */
  async validate(name: string, type: string): Promise<Validation> {
    try {
      await this.#follow(name, type);
    } catch (error) {
      if (error instanceof LookupFailure) {
        this.#worsen({ status: "indeterminate", reason: reason(error.code, error.message) });
      } else if (error instanceof TooMuchWork) {
        this.#worsen({ status: "bogus", reason: reason("too-much-work", error.message) });
      } else throw error;
    }
    if (!this.#signed && MISSING.includes(this.#verdict.reason?.code ?? "")) {
      this.#verdict = { ...this.#verdict, reason: reason("no-signatures", NO_SIGNATURES) };
    }
    return { name, type, ...this.#verdict, rcode: this.#rcode, answers: this.#answers, chain: this.#links };
  }

  async #follow(asked: string, type: string): Promise<void> {
    let name = asked;
    let message = await this.#lookup(name, type);
    let sets = recordSets(message.answers);
    this.#rcode = rcodeName(message.rcode);
    const seen = new Set<string>();
    while (!seen.has(nameKey(name)) && seen.size <= MAX_ALIASES) {
      seen.add(nameKey(name));
      const own = sets.filter((set) => equalNames(set.name, name) && (set.type === type || type === "ANY"));
      if (own.length > 0) {
        for (const set of own.slice(0, MAX_SETS)) await this.#records(set, "answer", message);
        return;
      }
      const target = await this.#alias(sets, name, message);
      if (target === undefined) return await this.#denial(name, type, message);
      name = target;
      if (answers(message, sets, name, type)) continue;
      // A server that is an authority for the alias alone has nothing about its target.
      message = await this.#lookup(name, type);
      sets = recordSets(message.answers);
      this.#rcode = rcodeName(message.rcode);
    }
    const text = `the aliases of ${asked} form a loop, or there are more than ${MAX_ALIASES}`;
    this.#worsen({ status: "bogus", reason: reason("alias-loop", text) });
  }

  /** Verifies the alias of a name, and returns its target. */
  async #alias(sets: readonly RecordSet[], name: string, message: DnsMessage): Promise<string | undefined> {
    const cname = findSet(sets, name, "CNAME");
    const dname = sets.find((set) =>
      set.type === "DNAME" && isSubdomain(name, set.name) && !equalNames(set.name, name)
    );
    const [target] = cname?.records ?? [];
    // A CNAME that was made from a DNAME is not signed (RFC 6672 §5.3.1).
    if (dname && !cname?.signatures.length) {
      await this.#records(dname, "alias", message);
      const made = substituted(name, dname);
      if (made !== undefined && target && !equalNames(target.data, made)) {
        const text = `the CNAME of ${name} is not the one that DNAME of ${dname.name} makes`;
        this.#worsen({ status: "bogus", reason: reason("alias-mismatch", text) });
      }
      return made;
    }
    if (cname) await this.#records(cname, "alias", message);
    return target?.data;
  }

  /** Verifies one set of the answer. */
  async #records(set: RecordSet, role: ChainRole, message: DnsMessage): Promise<void> {
    this.#answers.push(...set.records);
    const state = await this.#zoneOf(set.name, set.type, set.signatures.map(({ signer }) => signer));
    if (state.status !== "secure") return this.#worsen(state);
    const { reason: wrong, signatures, wildcard } = await verifySet(set, state, this.#context);
    const link = { role, zone: state.zone, name: set.name, type: set.type, signatures, wildcard };
    if (wrong) return this.#decide(link, "bogus", wrong);
    if (wildcard === undefined) return this.#decide(link, "secure");
    const proofs = await verifiedProofs(message.authorities, state, this.#context);
    const found = await proofs.noCloser(set.name, labelCount(wildcard) - 1);
    const proven = { ...link, signatures: [...signatures, ...proofs.signatures] };
    if (!isDenial(found)) return this.#decide(proven, "bogus", found);
    this.#proven(proven, found);
  }

  /** Verifies that a name, or its records, do not exist. */
  async #denial(name: string, type: string, message: DnsMessage): Promise<void> {
    const proofs = recordSets(message.authorities);
    const signers = proofs.flatMap(({ signatures }) => signatures.map(({ signer }) => signer));
    const state = await this.#zoneOf(name, type, signers);
    if (state.status !== "secure") return this.#worsen(state);
    const { signatures, denial } = await verifiedProofs(message.authorities, state, this.#context);
    const nameError = rcodeName(message.rcode) === "NXDOMAIN";
    const found = await denial({ name, type, nameError });
    const link = { role: "denial", zone: state.zone, name, type, signatures } as const;
    if (!isDenial(found)) return this.#decide(link, "bogus", found);
    const contradicts = nameError ? found.kind === "no-data" || found.kind === "unsigned" : found.kind === "no-name";
    if (!contradicts) return this.#proven(link, found);
    const [says, proves] = nameError ? ["NXDOMAIN", "exists"] : ["NOERROR", "does not exist"];
    const text = `the response code is ${says}, but signed records prove that ${name} ${proves} (${found.proof})`;
    this.#decide(link, "bogus", reason("nsec-missing", text));
  }

  /** Adds a link that a proof decides. */
  #proven(link: Omit<ChainLink, "status" | "reason">, { kind, proof }: Denial): void {
    const whole = { ...link, proof };
    if (kind !== "opt-out" && kind !== "iterations") return this.#decide(whole, "secure");
    this.#decide(whole, "insecure", unsignedReason(kind, link.name, link.zone, proof));
  }

  /** The zone that has to have signed; of DS records it is the one above (RFC 4035 §2.4). */
  #zoneOf(name: string, type: string, signers: readonly string[]): Promise<ZoneState> {
    const inside = type === "DS" && name !== "." ? ancestor(name, labelCount(name) - 1) : name;
    return this.#zones.zoneOf(inside, signers.filter((signer) => isSubdomain(inside, signer)));
  }

  #decide(link: Omit<ChainLink, "status" | "reason">, status: SecurityStatus, why?: SecurityReason): void {
    const { zone, name, type } = link;
    this.#links.push({ ...link, status, reason: why });
    this.#worsen({ status, reason: why, at: { zone, name, type } });
  }

  /** The verdict is that of the worst link; of several, the first. */
  #worsen({ status, reason, at }: Verdict): void {
    if (ORDER.indexOf(status) > ORDER.indexOf(this.#verdict.status)) this.#verdict = { status, reason, at };
  }
}

/** Whether a message says something about the target of an alias too. */
function answers(message: DnsMessage, sets: readonly RecordSet[], name: string, type: string): boolean {
  const more = sets.some((set) =>
    (equalNames(set.name, name) && [type, "CNAME"].includes(set.type)) ||
    (set.type === "DNAME" && isSubdomain(name, set.name) && !equalNames(name, set.name))
  );
  return more || message.authorities.some((record) => record.type === "SOA" && isSubdomain(name, record.name));
}

/** The name that a DNAME makes of one below it (RFC 6672 §2.2). */
function substituted(name: string, { name: owner, records: [record] }: RecordSet): string | undefined {
  if (!record) return undefined;
  let [rest, labels] = [name, labelCount(name) - labelCount(owner)];
  const kept: string[] = [];
  for (; labels > 0; labels--) {
    const parent = ancestor(rest, labelCount(rest) - 1);
    kept.push(parent === "." ? rest : rest.slice(0, rest.length - parent.length));
    rest = parent;
  }
  return record.data === "." ? kept.join("") : `${kept.join("")}${record.data}`;
}
