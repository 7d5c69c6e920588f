import type { ResourceRecord } from "../codec/record.ts";
import type { ChainSignature, SecurityReason } from "./chain.ts";
import type { Denial, Query } from "./denial.ts";
import { type Nsec, nsecDenial, nsecNoCloser } from "./nsec.ts";
import { type Nsec3, Nsec3Proof } from "./nsec3.ts";
import { reason } from "./reasons.ts";
import { recordSets } from "./rrset.ts";
import { readNsec, readNsec3 } from "./security_data.ts";
import { type Signer, type VerifyContext, verifySet } from "./verify_set.ts";

/** Maximum number of sets of NSEC or NSEC3 records that are verified in one message: a proof takes three. */
const MAX_PROOF_SETS = 12;

/** The NSEC and NSEC3 records in the authority section of a message that a zone signed. */
export interface Proofs {
  readonly signatures: readonly ChainSignature[];
  /** Returns what they prove about a name, or why they prove nothing. */
  denial(query: Query): Promise<Denial | SecurityReason>;
  /** Returns what they prove about names closer than the wildcard below the ancestor of `labels` labels. */
  noCloser(name: string, labels: number): Promise<Denial | SecurityReason>;
}

/** Verifies the proofs of a message, and the SOA record that says how long they are valid. */
export async function verifiedProofs(
  authorities: readonly ResourceRecord[],
  signer: Signer,
  context: VerifyContext,
): Promise<Proofs> {
  const nsecs: Nsec[] = [];
  const nsec3s: Nsec3[] = [];
  const signatures: ChainSignature[] = [];
  let failure: SecurityReason | undefined;
  let soaFailure: SecurityReason | undefined;
  const sets = recordSets(authorities).filter(({ type }) => ["NSEC", "NSEC3", "SOA"].includes(type));
  for (const set of sets.slice(0, MAX_PROOF_SETS)) {
    const check = await verifySet(set, signer, context);
    signatures.push(...check.signatures);
    if (set.type === "SOA") soaFailure ??= check.reason;
    failure ??= check.reason;
    // One that was made from a wildcard says nothing about its owner.
    if (check.reason || check.wildcard !== undefined) continue;
    for (const { name, rdata } of set.records) {
      const nsec = set.type === "NSEC" ? readNsec(rdata) : undefined;
      if (nsec) nsecs.push({ ...nsec, owner: name });
      const nsec3 = set.type === "NSEC3" ? readNsec3(rdata) : undefined;
      if (nsec3) nsec3s.push({ ...nsec3, owner: name });
    }
  }
  const hashed = new Nsec3Proof(nsec3s, signer.zone, context.work);
  const missing = (what: string): SecurityReason => failure ?? reason("nsec-missing", what);
  return {
    signatures,
    async denial(query) {
      const { name, type } = query;
      if (soaFailure) return soaFailure;
      const found = hashed.tooExpensive ?? nsecDenial(nsecs, query) ?? await hashed.denial(query);
      return found ?? missing(
        nsecs.length + nsec3s.length === 0
          ? `no proof (NSEC, NSEC3) that ${name} has no ${type}`
          : `NSEC or NSEC3 records do not prove that ${name} has no ${type}`,
      );
    },
    async noCloser(name, labels) {
      const range = nsecNoCloser(nsecs, name, labels);
      if (range !== undefined) return { kind: "no-name", proof: range };
      return hashed.tooExpensive ?? await hashed.noCloser(name, labels) ??
        missing(`no proof (NSEC, NSEC3) that ${name} has no records of its own, beside the wildcard`);
    },
  };
}
