import type { DnsMessage } from "./message.ts";
import { type EdnsOption, OPTION_CODES } from "./edns.ts";
import { decodeText } from "./rdata/text.ts";

/** A reason that a server gives for its answer (RFC 8914). */
export interface ExtendedError {
  /** Its code. */
  readonly code: number;
  /** Meaning of the code, in words. */
  readonly name: string;
  /** Text of the server, as it sent it; may be empty. */
  readonly text: string;
}

/** The codes, in words (IANA registry "Extended DNS Error Codes"). */
const WORDS: readonly string[] = [
  "other error",
  "unsupported DNSKEY algorithm",
  "unsupported DS digest type",
  "stale answer",
  "forged answer",
  "DNSSEC indeterminate",
  "DNSSEC bogus",
  "signature expired",
  "signature not yet valid",
  "DNSKEY missing",
  "RRSIGs missing",
  "no zone key bit set",
  "NSEC missing",
  "cached error",
  "not ready",
  "blocked",
  "censored",
  "filtered",
  "prohibited",
  "stale NXDOMAIN answer",
  "not authoritative",
  "not supported",
  "no reachable authority",
  "network error",
  "invalid data",
  "signature expired before valid",
  "too early",
  "unsupported NSEC3 iterations value",
  "unable to conform to policy",
  "synthesized",
  "invalid query type",
];

/** Codes whose words say more with the validation that failed: `DNSSEC bogus (signature expired)`. */
const OF_DNSSEC = new Set([1, 2, 7, 8, 9, 10, 11, 12, 25, 27]);
const BOGUS = 6;

/** Returns the reasons in a message, at most 16. */
export function extendedErrors({ edns }: Pick<DnsMessage, "edns">): ExtendedError[] {
  const options = edns?.options.filter(({ code }) => code === OPTION_CODES.EXTENDED_ERROR) ?? [];
  return options.filter(({ data }) => data.length >= 2).slice(0, 16).map(({ data }) => {
    const code = (data[0] ?? 0) << 8 | (data[1] ?? 0);
    return { code, name: extendedErrorName(code), text: decodeText(data.subarray(2)).replace(/\0+$/, "") };
  });
}

/** Returns what a code means: `signature expired`, or `code 4711` for one that is not registered. */
export function extendedErrorName(code: number): string {
  return WORDS[code] ?? `code ${code}`;
}

/**
 * Returns the reasons as one phrase: `DNSSEC bogus (signature expired)`; empty without any. The server's own text is
 * quoted; it may have any characters.
 */
export function explainErrors(errors: readonly ExtendedError[]): string {
  const validation = errors.find(({ code }) => OF_DNSSEC.has(code));
  const bogus = errors.find(({ code }) => code === BOGUS);
  const parts = errors.filter((error) => !(bogus && error === validation)).map((error) => {
    const detail = error === bogus && validation ? ` (${validation.name})` : "";
    const name = !bogus && error === validation ? `DNSSEC bogus (${error.name})` : error.name + detail;
    const own = [error.text, error === bogus ? validation?.text ?? "" : ""].filter((text) => text !== "");
    return own.length === 0 ? name : `${name}: "${own.join(" ")}"`;
  });
  return parts.join("; ");
}

/** Returns the option with a reason. */
export function extendedErrorOption(code: number, text = ""): EdnsOption {
  const words = new TextEncoder().encode(text);
  const data = new Uint8Array(2 + words.length);
  data.set([code >> 8, code & 255]);
  data.set(words, 2);
  return { code: OPTION_CODES.EXTENDED_ERROR, data };
}
