import { nameKey } from "../canonical.ts";
import { encodeMessage } from "../encode.ts";
import type { DnsMessage } from "../message.ts";
import { TSIG_ERRORS, TsigChain, TsigError, type TsigErrorName, type TsigKey, withTsig } from "./chain.ts";

/** Result of the verification of a query at a server. */
export type VerifiedQuery =
  /** The query has no signature. */
  | { readonly kind: "unsigned" }
  /** The chain with which the answers are signed. */
  | { readonly kind: "signed"; readonly chain: TsigChain }
  /** The answer to send instead of another, and why. */
  | { readonly kind: "rejected"; readonly reason: TsigErrorName; readonly answer: Uint8Array };

const NOTAUTH = 9;
const EMPTY = new Uint8Array();

/**
 * Verifies the signature of a query (RFC 8945 §5.2). An answer about an unknown key or a wrong signature is not signed;
 * one about the time is, and tells the server's.
 */
export async function verifyQuery(
  bytes: Uint8Array,
  query: DnsMessage,
  keys: readonly TsigKey[],
  time: number,
): Promise<VerifiedQuery> {
  const { tsig } = query;
  if (!tsig) return { kind: "unsigned" };
  const { id, questions, opcode, recursionDesired } = query;
  const plain = encodeMessage({ id, response: true, opcode, recursionDesired, questions, rcode: NOTAUTH });
  const facts = { name: tsig.name, algorithm: tsig.algorithm, fudge: tsig.fudge, originalId: id };
  const unsigned = (reason: TsigErrorName): VerifiedQuery => ({
    kind: "rejected",
    reason,
    answer: withTsig(plain, { ...facts, time: tsig.timeSigned, mac: EMPTY, error: TSIG_ERRORS[reason], other: EMPTY }),
  });
  const key = keys.find(({ name, algorithm }) =>
    nameKey(name) === nameKey(tsig.name) && algorithm === nameKey(tsig.algorithm)
  );
  if (!key) return unsigned("BADKEY");
  const chain = new TsigChain(key);
  try {
    await chain.verify(bytes, tsig, time);
    return { kind: "signed", chain };
  } catch (error) {
    if (!(error instanceof TsigError)) throw error;
    if (error.reason !== "BADTIME") return unsigned(error.reason === "BADTRUNC" ? "BADTRUNC" : "BADSIG");
    const other = timeBytes(time);
    const terms = { time: tsig.timeSigned, fudge: tsig.fudge, error: TSIG_ERRORS.BADTIME, other };
    return { kind: "rejected", reason: "BADTIME", answer: await chain.sign(plain, terms) };
  }
}

/** A time in six bytes. */
function timeBytes(time: number): Uint8Array {
  return Uint8Array.from({ length: 6 }, (_, index) => Math.floor(time / 256 ** (5 - index)) % 256);
}
