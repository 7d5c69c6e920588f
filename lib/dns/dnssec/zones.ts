import { isSubdomain, labelCount, nameKey } from "../codec/canonical.ts";
import type { DnsMessage } from "../codec/message.ts";
import type { ChainLink, ChainSignature, SecurityReason, SecurityStatus } from "./chain.ts";
import type { Denial } from "./denial.ts";
import { type Lookup, LookupFailure } from "./lookup.ts";
import { namesBelow } from "./names.ts";
import { verifiedProofs } from "./proofs.ts";
import { reason } from "./reasons.ts";
import { findSet, type RecordSet, recordSets } from "./rrset.ts";
import type { KeyData } from "./security_data.ts";
import type { TrustAnchor } from "./trust_anchors.ts";
import { type VerifyContext, verifySet } from "./verify_set.ts";
import {
  chainDelegation,
  chainKey,
  delegationsOf,
  type EntryPoints,
  keysOf,
  trustedKeys,
  unsupported,
} from "./zone_keys.ts";

/** A zone as the chain reached it: with its keys where it is secure. */
export interface ZoneState {
  readonly zone: string;
  readonly status: SecurityStatus;
  readonly reason?: SecurityReason;
  /** The link that decided it, where it is not secure. */
  readonly at?: { readonly zone: string; readonly name: string; readonly type: string };
  readonly keys: readonly KeyData[];
}

/** Result of a search for a zone cut: another zone, or the same one, in which there may be nothing further down. */
type Cut = ZoneState | "same zone" | "nothing below";

/** The zones on the way from the trust anchors to names, each looked at once (RFC 4035 §5). */
export class Zones {
  readonly #anchors: readonly TrustAnchor[];
  readonly #lookup: Lookup;
  readonly #context: VerifyContext;
  readonly #links: ChainLink[];
  readonly #apexes = new Map<string, ZoneState>();
  readonly #cuts = new Map<string, Cut>();

  /** Adds a link to `links` for each step. */
  constructor(anchors: readonly TrustAnchor[], lookup: Lookup, context: VerifyContext, links: ChainLink[]) {
    this.#anchors = anchors;
    this.#lookup = lookup;
    this.#context = context;
    this.#links = links;
  }

  /**
   * The zone that a name is in, or the one on the way to it that is not secure. `signers` are the zones that signed what
   * is to be verified: the way ends at the first of them.
   */
  async zoneOf(name: string, signers: readonly string[]): Promise<ZoneState> {
    const wanted = new Set(signers.map(nameKey));
    const [anchor] = this.#anchors.filter(({ zone }) => isSubdomain(name, zone))
      .sort((a, b) => labelCount(b.zone) - labelCount(a.zone));
    if (!anchor) {
      const text = `no trust anchor for ${name} or a zone above it`;
      return { zone: ".", status: "indeterminate", reason: reason("no-trust-anchor", text), keys: [] };
    }
    let state = await this.#anchored(anchor);
    for (const below of namesBelow(anchor.zone, name)) {
      if (state.status !== "secure" || wanted.has(nameKey(state.zone))) break;
      const cut: Cut = this.#cuts.get(nameKey(below)) ?? await this.#cut(state, below);
      this.#cuts.set(nameKey(below), cut);
      if (cut === "nothing below") break;
      if (cut !== "same zone") state = cut;
    }
    return state;
  }

  async #anchored(anchor: TrustAnchor): Promise<ZoneState> {
    const known = this.#apexes.get(nameKey(anchor.zone)) ?? await this.#apex(anchor.zone, anchor, anchor.source);
    this.#apexes.set(nameKey(anchor.zone), known);
    return known;
  }

  /** Finds out whether a zone begins at a name, by the DS records that the zone above has or denies. */
  async #cut(parent: ZoneState, name: string): Promise<Cut> {
    const link = { role: "delegation", zone: parent.zone, name, type: "DS" } as const;
    const message = await this.#ask(name, "DS");
    if (message instanceof LookupFailure) {
      return this.#fail(link, "indeterminate", reason(message.code, message.message));
    }
    const sets = recordSets(message.answers);
    const ds = findSet(sets, name, "DS");
    if (ds) return await this.#delegated(parent, ds);
    const alias = findSet(sets, name, "CNAME");
    const above = sets.find((set) => set.type === "DNAME" && set.name !== name && isSubdomain(name, set.name));
    // An alias is data of the zone itself, which has no zone below that name.
    const redirection = alias && (alias.signatures.length > 0 || !above) ? alias : above;
    if (redirection) return await this.#redirected(parent, redirection, name);
    const { signatures, denial } = await verifiedProofs(message.authorities, parent, this.#context);
    const found = await denial({ name, type: "DS" });
    if (!isDenial(found)) return this.#fail(link, "bogus", found, signatures);
    return this.#denied(parent, found, name, signatures);
  }

  #denied(parent: ZoneState, { kind, proof }: Denial, name: string, signatures: readonly ChainSignature[]): Cut {
    const link = { zone: parent.zone, name, type: "DS", signatures, proof } as const;
    if (kind === "no-data" || kind === "no-name") {
      this.#links.push({ ...link, role: "no-cut", status: "secure" });
      return kind === "no-data" ? "same zone" : "nothing below";
    }
    return this.#fail(
      { ...link, role: "delegation" },
      "insecure",
      unsignedReason(kind, name, parent.zone, proof),
      signatures,
    );
  }

  async #delegated(parent: ZoneState, ds: RecordSet): Promise<ZoneState> {
    const delegations = delegationsOf(ds);
    const link = {
      ...{ role: "delegation", zone: parent.zone, name: ds.name, type: "DS" } as const,
      delegations: delegations.map(chainDelegation),
    };
    const { reason: wrong, signatures, wildcard } = await verifySet(ds, parent, this.#context);
    if (wrong) return this.#fail(link, "bogus", wrong, signatures);
    if (wildcard !== undefined) {
      return this.#fail(link, "bogus", reason("signature-invalid", `DS is from the wildcard ${wildcard}`), signatures);
    }
    const entry = { delegations, keys: [] };
    const unusable = unsupported(ds.name, entry);
    if (unusable) return this.#fail(link, "insecure", unusable, signatures);
    this.#links.push({ ...link, status: "secure", signatures });
    return await this.#apex(ds.name, entry);
  }

  async #redirected(parent: ZoneState, set: RecordSet, name: string): Promise<Cut> {
    const { reason: wrong, signatures } = await verifySet(set, parent, this.#context);
    const link = { role: "no-cut", zone: parent.zone, name, type: set.type } as const;
    if (wrong) return this.#fail(link, "bogus", wrong, signatures);
    this.#links.push({ ...link, status: "secure", signatures, proof: `${set.type} of ${set.name}` });
    return set.type === "CNAME" ? "same zone" : "nothing below";
  }

  /** Verifies the keys of a zone by its entry points. */
  async #apex(zone: string, entry: EntryPoints, anchor?: string): Promise<ZoneState> {
    const link = { role: "keys", zone, name: zone, type: "DNSKEY", anchor } as const;
    const unusable = unsupported(zone, entry);
    if (unusable) return this.#fail(link, "insecure", unusable);
    const message = await this.#ask(zone, "DNSKEY");
    if (message instanceof LookupFailure) {
      return this.#fail(link, "indeterminate", reason(message.code, message.message));
    }
    const set = findSet(recordSets(message.answers), zone, "DNSKEY");
    if (!set) return this.#fail(link, "bogus", reason("dnskey-missing", `${zone} has no DNSKEY`));
    const keys = keysOf(set);
    const trusted = await trustedKeys(zone, keys, entry, this.#context.work);
    const isTrusted = (key: KeyData) => !("code" in trusted) && trusted.includes(key);
    const shown = { ...link, keys: keys.map((key) => chainKey(key, isTrusted(key))) };
    if ("code" in trusted) return this.#fail(shown, "bogus", trusted);
    const { reason: wrong, signatures } = await verifySet(set, { zone, keys: trusted }, this.#context);
    if (wrong) return this.#fail(shown, "bogus", wrong, signatures);
    this.#links.push({ ...shown, status: "secure", signatures });
    return { zone, status: "secure", keys };
  }

  #fail(
    link: Omit<ChainLink, "status" | "signatures">,
    status: SecurityStatus,
    why: SecurityReason,
    signatures: readonly ChainSignature[] = [],
  ): ZoneState {
    this.#links.push({ ...link, status, reason: why, signatures });
    const { zone, name, type } = link;
    return { zone: name, status, reason: why, at: { zone, name, type }, keys: [] };
  }

  async #ask(name: string, type: string): Promise<DnsMessage | LookupFailure> {
    try {
      return await this.#lookup(name, type);
    } catch (error) {
      if (error instanceof LookupFailure) return error;
      throw error;
    }
  }
}

/** Whether this is what is proven, and not why nothing is. */
export function isDenial(found: Denial | SecurityReason): found is Denial {
  return "kind" in found;
}

/** Why data below a delegation, or denied in this way, is insecure. */
export function unsignedReason(kind: Denial["kind"], name: string, zone: string, proof: string): SecurityReason {
  if (kind === "iterations") return reason("nsec3-iterations", `${zone} has ${proof}`);
  return kind === "opt-out"
    ? reason("opt-out", `${name} is in an opt-out range of ${zone}, where delegations may be unsigned`)
    : reason("no-ds", `${name} is delegated by ${zone} without DS: the zone is not signed`);
}
