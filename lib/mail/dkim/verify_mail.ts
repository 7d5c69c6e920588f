import { BodyHashes } from "./body_hash.ts";
import { type DkimKeyRecord, parseDkimKeyRecord } from "./codec/key_record.ts";
import { type DkimSignature, parseDkimSignature, withoutSignature } from "./codec/signature.ts";
import { type RawField, rawFields, signedText } from "./codec/signed_header.ts";
import type { TagFault } from "./codec/tags.ts";
import { splitMessage } from "./message_parts.ts";
import { dkimPublicKey } from "./public_key.ts";
import type { DkimOutcome, DkimResult, VerifyDkimOptions } from "./types.ts";

/** Bytes of a header with signatures that are verified. */
const MAX_HEADER_BYTES = 1 << 20;
/** Shortest RSA key whose signatures count (RFC 8301 §3.2), and the longest that is checked, in bits. */
const MIN_RSA_BITS = 1024;
const MAX_RSA_BITS = 8192;
/** Milliseconds by which the clock of a signer may be ahead. */
const CLOCK_SKEW_MS = 3_600_000;
const MAX_SIGNATURES = 8;
/** Characters of a signature that tell it apart. */
const START_LENGTH = 8;
const KEY_TYPES: Readonly<Record<string, string>> = { "rsa-sha256": "rsa", "ed25519-sha256": "ed25519" };

/**
 * Verifies the DKIM signatures of a message (RFC 6376, RFC 8463): rsa-sha256 with keys of 1024 to 8192 bits and ed25519-sha256.
 * rsa-sha1 does not count (RFC 8301). A signature that covers a part of the body only is valid, and says so.
 *
 * Permissions: those of `lookup` in the options.
 *
 * @param message The message; its lines end with CR LF.
 * @returns An outcome for each signature, from the top; none for a message without.
 * @throws {Error} Not for failed lookups: their result is `temperror`.
 * @example Verify a message
 * ```ts
 * import { verifyDkim } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const message = new TextEncoder().encode("DKIM-Signature: v=1; a=rsa-sha256; d=example.com\r\nFrom: a@example.com\r\n\r\nhi\r\n");
 * const [outcome] = await verifyDkim(message, { lookup: () => Promise.resolve([]) });
 * const reason = "the signature is invalid: b: missing; bh: missing; h: missing; s: missing";
 * assertEquals([outcome?.result, outcome?.reason], ["neutral", reason]);
 * ```
 */
export async function verifyDkim(message: Uint8Array, options: VerifyDkimOptions): Promise<readonly DkimOutcome[]> {
  const { header, body } = splitMessage(message, MAX_HEADER_BYTES);
  const fields = rawFields(header);
  const found = fields.filter(({ name }) => name === "dkim-signature").slice(
    0,
    options.maxSignatures ?? MAX_SIGNATURES,
  );
  const check = new SignatureCheck(fields, new BodyHashes(body), options);
  const outcomes: DkimOutcome[] = [];
  for (const field of found) outcomes.push(await check.outcome(field));
  return outcomes;
}

/** Ends a check: the result, and why. */
interface Verdict {
  readonly result: DkimResult;
  readonly reason: string;
  readonly bits?: number;
  readonly testing?: boolean;
  readonly unsignedBytes?: number;
}

class SignatureCheck {
  readonly #fields: readonly RawField[];
  readonly #bodies: BodyHashes;
  readonly #options: VerifyDkimOptions;

  constructor(fields: readonly RawField[], bodies: BodyHashes, options: VerifyDkimOptions) {
    this.#fields = fields;
    this.#bodies = bodies;
    this.#options = options;
  }

  async outcome(field: RawField): Promise<DkimOutcome> {
    const { signature, faults } = parseDkimSignature(field.text.slice(field.text.indexOf(":") + 1));
    const count = this.#fields.filter(({ name }) => name === "from").length;
    const verdict = signature
      ? await this.#verify(signature, field.text)
      : { result: "neutral" as const, reason: `the signature is invalid: ${faultText(faults)}` };
    return {
      ...{ unsignedBytes: 0, testing: false },
      ...verdict,
      ...{
        domain: signature?.domain ?? "",
        selector: signature?.selector ?? "",
        algorithm: signature?.algorithm ?? "",
      },
      identity: signature?.identity ?? "",
      start: signature?.signature.toBase64().slice(0, START_LENGTH) ?? "",
      sealed: (signature?.fields.filter((name) => name === "from").length ?? 0) > count,
    };
  }

  async #verify(signature: DkimSignature, field: string): Promise<Verdict> {
    const { algorithm, domain, selector, signed, expires } = signature;
    const now = this.#options.now ?? Date.now();
    if (algorithm === "rsa-sha1") return { result: "policy", reason: "rsa-sha1 does not count (RFC 8301)" };
    const type = Object.hasOwn(KEY_TYPES, algorithm) ? KEY_TYPES[algorithm] : undefined;
    if (type === undefined) return { result: "neutral", reason: `unknown algorithm "${algorithm.slice(0, 40)}"` };
    if (expires !== undefined && expires * 1000 < now) {
      return { result: "fail", reason: `the signature expired at ${timeText(expires)}` };
    }
    if (signed !== undefined && signed * 1000 > now + CLOCK_SKEW_MS) {
      return { result: "neutral", reason: `the signature is of the future: ${timeText(signed)}` };
    }
    const name = `${selector}._domainkey.${domain}`;
    let texts: readonly string[];
    try {
      texts = await this.#options.lookup(name, "TXT");
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { result: "temperror", reason: `cannot look up the key ${name}: ${why}` };
    }
    const [text] = texts;
    if (text === undefined) return { result: "permerror", reason: `no key at ${name}` };
    if (texts.length > 1) return { result: "permerror", reason: `${texts.length} records at ${name}` };
    const { record, faults } = parseDkimKeyRecord(text);
    if (!record) return { result: "permerror", reason: `the key at ${name} is invalid: ${faultText(faults)}` };
    const problem = unfit(record, signature, type);
    if (problem !== undefined) return { result: "permerror", reason: `the key at ${name} ${problem}` };
    return { ...await this.#check(signature, field, record), testing: record.testing };
  }

  async #check(signature: DkimSignature, field: string, record: DkimKeyRecord): Promise<Verdict> {
    const { algorithm, domain, selector, header, length } = signature;
    const key = await dkimPublicKey(record);
    const name = `${selector}._domainkey.${domain}`;
    if (!key) return { result: "permerror", reason: `the key at ${name} is not a ${record.type} key` };
    const { bits } = key;
    if (record.type === "rsa" && (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS || key.slow)) {
      const problem = key.slow
        ? "has a long exponent"
        : `has ${bits} bits (accepted: ${MIN_RSA_BITS} to ${MAX_RSA_BITS})`;
      return { result: "policy", reason: `the key at ${name} ${problem}`, bits };
    }
    const body = await this.#bodies.of(signature.body, length);
    if (length !== undefined && length > body.length) {
      return { result: "fail", reason: `the body is shorter than the signed ${length} bytes`, bits };
    }
    if (!sameBytes(body.hash, signature.bodyHash)) {
      return { result: "fail", reason: "the body does not have the signed hash: it was changed", bits };
    }
    const text = octets(signedText(this.#fields, signature.fields, withoutSignature(field), header));
    if (!await key.verify(signature.signature, text).catch(() => false)) {
      return { result: "fail", reason: "the signature does not belong to this header, or to another key", bits };
    }
    const unsignedBytes = body.length - (length ?? body.length);
    const rest = unsignedBytes > 0 ? `, except for the last ${unsignedBytes} bytes of the body` : "";
    return { result: "pass", reason: `signed by ${domain} (${algorithm}, ${bits} bits)${rest}`, bits, unsignedBytes };
  }
}

/** Returns why a key must not be used for a signature. */
function unfit({ key, type, hashes, strict }: DkimKeyRecord, signature: DkimSignature, wanted: string) {
  if (key.length === 0) return "was revoked";
  if (type !== wanted) return `is of type "${type.slice(0, 40)}", the signature needs ${wanted}`;
  if (hashes && !hashes.includes("sha256")) return "is not for sha256";
  const { identity, domain } = signature;
  const agent = identity.slice(identity.lastIndexOf("@") + 1).toLowerCase();
  return strict && agent !== domain ? `is not for ${agent.slice(0, 80)}, which is below ${domain}` : undefined;
}

function faultText(faults: readonly TagFault[]): string {
  return faults.map(({ tag, problem }) => tag === "" ? problem : `${tag}: ${problem}`).slice(0, 5).join("; ");
}

function timeText(seconds: number): string {
  return seconds < 8.64e12 ? new Date(seconds * 1000).toISOString().replace(".000Z", "Z") : `${seconds}`;
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

function octets(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
