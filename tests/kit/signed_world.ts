import { createHash } from "node:crypto";
import {
  canonicalData,
  canonicalName,
  compareBytes,
  decodeMessage,
  encodeMessage,
  labelCount,
  type MessageParts,
  recordOf,
  type ResourceRecord,
  typeNumber,
  type ValidateOptions,
} from "../../lib/dns/internal.ts";

const ED25519 = 15;
const TTL = 300;
const INCEPTION = Date.UTC(2020, 0, 1) / 1000;
const EXPIRATION = Date.UTC(2060, 0, 1) / 1000;

/** A key of a zone, which signs for real and as an attacker does. */
export class ZoneKey {
  private constructor(
    readonly zone: string,
    readonly rdata: Uint8Array<ArrayBuffer>,
    readonly privateKey: CryptoKey,
  ) {}

  /** Makes an Ed25519 key. */
  static async make(zone: string): Promise<ZoneKey> {
    const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    if (!("privateKey" in pair)) throw new Error("a pair of keys was made");
    const key = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    return new ZoneKey(zone, Uint8Array.of(1, 1, 3, ED25519, ...key), pair.privateKey);
  }

  /** The DNSKEY record. */
  get record(): ResourceRecord {
    return this.#keyRecord(this.rdata);
  }

  /** Returns DNSKEY records of other keys with the same tag. */
  twins(count: number): ResourceRecord[] {
    return Array.from({ length: count }, () => this.#keyRecord(this.#twin()));
  }

  #twin(): Uint8Array<ArrayBuffer> {
    const wanted = tagOf(this.rdata);
    for (;;) {
      const rdata = Uint8Array.of(1, 1, 3, ED25519, ...crypto.getRandomValues(new Uint8Array(32)));
      // The tag is the sum of all words of 16 bits, but for a carry.
      new DataView(rdata.buffer).setUint16(34, 0);
      new DataView(rdata.buffer).setUint16(34, wanted - tagOf(rdata));
      if (tagOf(rdata) === wanted) return rdata;
    }
  }

  /** Returns the DS record of the key. */
  get delegation(): ResourceRecord {
    const digest = createHash("sha256").update(canonicalName(this.zone)).update(this.rdata).digest();
    const tag = tagOf(this.rdata);
    return recordOf({
      ...{ name: this.zone, type: "DS", ttl: TTL },
      rdata: Uint8Array.of(tag >> 8, tag & 255, ED25519, 2, ...digest),
    });
  }

  /** Returns the records with a valid signature, behind `forged` others with the same tag. */
  async sign(records: readonly ResourceRecord[], forged = 0): Promise<ResourceRecord[]> {
    const head = this.#signatureHead(records);
    const data = [head, ...records.map(signedForm).sort(compareBytes)];
    const signature = await crypto.subtle.sign("Ed25519", this.privateKey, await new Blob(data).arrayBuffer());
    return [...records, ...this.forge(records, forged), signatureRecord(records, head, new Uint8Array(signature))];
  }

  /** Returns signatures with the tag of the key that are not by it; `signer` is what they name as their zone. */
  forge(records: readonly ResourceRecord[], count: number, signer: string = this.zone): ResourceRecord[] {
    const head = this.#signatureHead(records, signer);
    return Array.from(
      { length: count },
      () => signatureRecord(records, head, crypto.getRandomValues(new Uint8Array(64))),
    );
  }

  #keyRecord(rdata: Uint8Array<ArrayBuffer>): ResourceRecord {
    return recordOf({ name: this.zone, type: "DNSKEY", ttl: TTL, rdata });
  }

  /** The data of a signature before the signature itself (RFC 4034 §3.1). */
  #signatureHead([record]: readonly ResourceRecord[], signer = this.zone): Uint8Array<ArrayBuffer> {
    const view = new DataView(new ArrayBuffer(18));
    view.setUint16(0, typeNumber(record?.type ?? "") ?? 0);
    view.setUint8(2, ED25519);
    view.setUint8(3, labelCount(record?.name ?? "."));
    view.setUint32(4, TTL);
    view.setUint32(8, EXPIRATION);
    view.setUint32(12, INCEPTION);
    view.setUint16(16, tagOf(this.rdata));
    return Uint8Array.of(...new Uint8Array(view.buffer), ...canonicalName(signer));
  }
}

/** The tag of a key (RFC 4034 appendix B). */
function tagOf(rdata: Uint8Array): number {
  const sum = rdata.reduce((sum, byte, index) => sum + (index % 2 === 0 ? byte * 256 : byte), 0);
  return (sum + Math.floor(sum / 65_536)) & 0xffff;
}

/** A record as it is signed (RFC 4034 §3.1.8.1). */
function signedForm({ name, type, rdata }: ResourceRecord): Uint8Array<ArrayBuffer> {
  const data = canonicalData(type, rdata);
  const view = new DataView(new ArrayBuffer(10));
  view.setUint16(0, typeNumber(type) ?? 0);
  view.setUint16(2, 1);
  view.setUint32(4, TTL);
  view.setUint16(8, data.length);
  return Uint8Array.of(...canonicalName(name), ...new Uint8Array(view.buffer), ...data);
}

function signatureRecord([record]: readonly ResourceRecord[], head: Uint8Array, signature: Uint8Array) {
  const name = record?.name ?? ".";
  return recordOf({ name, type: "RRSIG", ttl: TTL, rdata: Uint8Array.of(...head, ...signature) });
}

/** Returns the hash of a name with an empty salt (RFC 5155 §5). */
export function hashOf(name: string, iterations: number): Uint8Array {
  let hash: Uint8Array = canonicalName(name);
  for (let round = 0; round <= iterations; round++) hash = createHash("sha1").update(hash).digest();
  return hash;
}

/** Sections of a response. */
export type Sections = Pick<Partial<MessageParts>, "rcode" | "answers" | "authorities">;

/** Returns what asks `answer` in place of a server; the messages cross no wire, but are encoded and decoded. */
export function asking(
  answer: (name: string, type: string) => Sections | Promise<Sections>,
): NonNullable<ValidateOptions["ask"]> {
  return async (_server, { name, type }) => {
    const questions = [{ name, type, class: "IN" }];
    const sections = await answer(name, type);
    return { message: decodeMessage(encodeMessage({ id: 1, response: true, questions, ...sections })) };
  };
}

/** Calls of a method of WebCrypto, counted until the end of the scope. */
export function countCalls(method: "verify" | "digest"): { readonly calls: number } & Disposable {
  const { subtle } = crypto;
  const original = Reflect.get(subtle, method);
  const counted = { calls: 0 };
  Object.defineProperty(subtle, method, {
    configurable: true,
    value: (...args: unknown[]) => {
      counted.calls++;
      return Reflect.apply(original, subtle, args);
    },
  });
  return Object.assign(counted, { [Symbol.dispose]: () => void Reflect.deleteProperty(subtle, method) });
}
