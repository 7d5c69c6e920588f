import { NetworkError } from "../../../core/errors/errors.ts";
import { concat } from "../../../deps/std/bytes.ts";
import { canonicalName, nameKey } from "../canonical.ts";
import type { TsigRecord } from "./record.ts";
import { CLASS_NUMBERS, META_TYPES } from "../types.ts";
import { ByteWriter } from "../writer.ts";

/** Algorithms of signatures by their names on the wire (RFC 8945 §6), and the hash of each. */
export const TSIG_ALGORITHMS = {
  "hmac-sha256.": { hash: "SHA-256", size: 32 },
  "hmac-sha384.": { hash: "SHA-384", size: 48 },
  "hmac-sha512.": { hash: "SHA-512", size: 64 },
} as const;

/** Name of an algorithm. */
export type TsigAlgorithm = keyof typeof TSIG_ALGORITHMS;

/** A secret that client and server share. */
export interface TsigKey {
  /** Name, absolute. */
  readonly name: string;
  /** Algorithm. */
  readonly algorithm: TsigAlgorithm;
  /** The secret. */
  readonly secret: Uint8Array;
}

/** Errors of signatures by their codes (RFC 8945 §3, §5.2). */
export const TSIG_ERRORS = { BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 } as const;

/** Name of such an error. */
export type TsigErrorName = keyof typeof TSIG_ERRORS;

/** Meanings of the errors. */
const WORDS: Readonly<Record<TsigErrorName, string>> = {
  BADSIG: "the signature does not match: another secret, or a changed message",
  BADKEY: "the key or its algorithm is not known",
  BADTIME: "the clocks of client and server differ too much",
  BADTRUNC: "the signature is too short",
};

/**
 * Why a signature is not accepted; its code is `tsig-failed`, its reason `BADSIG`, `BADKEY`, `BADTIME`, `BADTRUNC`, or
 * `unsigned` for a message that should have one.
 */
export class TsigError extends NetworkError {
  /** Name of the class. */
  override readonly name: string = "TsigError";
}

/** Returns the error for a reason. */
export function tsigError(reason: TsigErrorName | "unsigned", peer?: string, detail = ""): TsigError {
  const words = reason === "unsigned" ? "the message is not signed" : `${reason}, ${WORDS[reason]}`;
  const message = `${peer === undefined ? "" : `${peer}: `}TSIG: ${words}${detail}`;
  return new TsigError(message, { code: "tsig-failed", reason, operation: "transfer", peer });
}

/** Returns the name of an error code of a signature. */
export function tsigErrorName(code: number): TsigErrorName | undefined {
  const names = Object.keys(TSIG_ERRORS).filter((name): name is TsigErrorName => name in TSIG_ERRORS);
  return names.find((name) => TSIG_ERRORS[name] === code);
}

/** Facts that a signature covers beside the message. */
export interface TsigTerms {
  /** When it is made, in seconds since 1970. */
  readonly time: number;
  /** Seconds by which clocks may differ. @default {300} */
  readonly fudge?: number;
  /** Error code, in a response. @default {0} */
  readonly error?: number;
  /** Further data. */
  readonly other?: Uint8Array;
}

const FUDGE_SECONDS = 300;
/** Number of messages without a signature that may follow one another (RFC 8945 §5.3.1). */
const MAX_UNSIGNED = 99;
const EMPTY = new Uint8Array();

/**
 * Signatures of a query and of the messages that answer it, each of which covers the one before (RFC 8945 §5.3): the
 * client signs the query and verifies the rest, the server verifies the query and signs the rest.
 */
export class TsigChain {
  /** The key. */
  readonly key: TsigKey;
  readonly #crypto: Promise<CryptoKey>;
  /** The code before, and whether it is that of the query or of an answer. */
  #prior?: Uint8Array;
  #answered = false;
  /** Messages without a signature since then. */
  #unsigned: Uint8Array[] = [];

  /** Starts with a query. */
  constructor(key: TsigKey) {
    this.key = key;
    const { hash } = TSIG_ALGORITHMS[key.algorithm];
    const secret = key.secret.slice();
    this.#crypto = crypto.subtle.importKey("raw", secret, { name: "HMAC", hash }, false, ["sign", "verify"]);
  }

  /** Number of messages since the last signature. */
  get unsigned(): number {
    return this.#unsigned.length;
  }

  /** Returns a message with its signature at the end. */
  async sign(message: Uint8Array, terms: TsigTerms): Promise<Uint8Array<ArrayBuffer>> {
    const facts = { fudge: FUDGE_SECONDS, error: 0, other: EMPTY, ...terms };
    const id = ((message[0] ?? 0) << 8) | (message[1] ?? 0);
    const covered = this.#covered(message, facts);
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", await this.#crypto, covered));
    this.#next(mac);
    return withTsig(message, { ...facts, name: this.key.name, algorithm: this.key.algorithm, mac, originalId: id });
  }

  /**
   * Verifies a message, with its signature if it has one.
   *
   * @throws {TsigError} When the signature does not match, is too old, or too many messages have none.
   */
  async verify(message: Uint8Array, tsig: TsigRecord | undefined, time: number, peer?: string): Promise<void> {
    if (!tsig) {
      // The first answer has a signature, and every hundredth.
      if (!this.#answered || this.#unsigned.length >= MAX_UNSIGNED) throw tsigError("unsigned", peer);
      this.#unsigned.push(message);
      return;
    }
    const { name, algorithm, mac, timeSigned, fudge, error } = tsig;
    const failure = tsigErrorName(error);
    // An answer about a bad signature is not signed; some servers leave BADTIME without one as well.
    if (failure && (failure !== "BADTIME" || mac.length === 0)) {
      throw tsigError(failure, peer, " (reported by the server)");
    }
    if (nameKey(name) !== nameKey(this.key.name) || nameKey(algorithm) !== this.key.algorithm) {
      throw tsigError("BADKEY", peer);
    }
    if (mac.length !== TSIG_ALGORITHMS[this.key.algorithm].size) throw tsigError("BADTRUNC", peer);
    const covered = this.#covered(unsignedPart(message, tsig), { ...tsig, time: timeSigned });
    const same = await crypto.subtle.verify("HMAC", await this.#crypto, mac.slice(), covered);
    if (!same) throw tsigError("BADSIG", peer);
    this.#next(mac.slice());
    if (failure) throw tsigError(failure, peer, ` (the server's clock is at ${serverTime(tsig)})`);
    if (Math.abs(time - timeSigned) > fudge) {
      throw tsigError("BADTIME", peer, ` (${Math.abs(time - timeSigned)}s, at most ${fudge}s are allowed)`);
    }
  }

  #next(mac: Uint8Array): void {
    this.#answered = this.#prior !== undefined;
    this.#prior = mac;
    this.#unsigned = [];
  }

  /** Bytes that a signature covers (RFC 8945 §4.3). */
  #covered(message: Uint8Array, facts: Required<TsigTerms>): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter(message.length + 512);
    if (this.#prior) {
      out.u16(this.#prior.length);
      out.put(this.#prior);
    }
    this.#unsigned.forEach((each) => out.put(each));
    out.put(message);
    if (!this.#answered) {
      out.put(canonicalName(this.key.name));
      out.u16(CLASS_NUMBERS.ANY);
      out.u32(0);
      out.put(canonicalName(this.key.algorithm));
    }
    out.u48(facts.time);
    out.u16(facts.fudge);
    if (!this.#answered) {
      out.u16(facts.error);
      out.u16(facts.other.length);
      out.put(facts.other);
    }
    return out.bytes();
  }
}

/** A message as it was before it was signed: with its id of then, and without the record. */
function unsignedPart(message: Uint8Array, { offset, originalId }: TsigRecord): Uint8Array {
  const part = message.slice(0, offset);
  part[0] = originalId >> 8;
  part[1] = originalId & 255;
  setAdditionals(part, -1);
  return part;
}

/** Returns a message with the record of a signature, also of one that is empty. */
export function withTsig(
  message: Uint8Array,
  tsig: Omit<TsigRecord, "offset" | "timeSigned"> & { readonly time: number },
): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(256);
  out.name(tsig.name);
  out.u16(META_TYPES.TSIG);
  out.u16(CLASS_NUMBERS.ANY);
  out.u32(0);
  const start = out.length;
  out.u16(0);
  out.name(tsig.algorithm);
  out.u48(tsig.time);
  out.u16(tsig.fudge);
  out.u16(tsig.mac.length);
  out.put(tsig.mac);
  out.u16(tsig.originalId);
  out.u16(tsig.error);
  out.u16(tsig.other.length);
  out.put(tsig.other);
  out.setU16(start, out.length - start - 2);
  const bytes = concat([message, out.bytes()]);
  setAdditionals(bytes, 1);
  return bytes;
}

/** Returns the size of the record of a signature, in bytes: to be left free in a message. */
export function tsigSize({ name, algorithm }: TsigKey): number {
  const size = TSIG_ALGORITHMS[algorithm].size;
  return canonicalName(name).length + 10 + canonicalName(algorithm).length + 16 + size;
}

/** Changes the number of additional records. */
function setAdditionals(message: Uint8Array, change: number): void {
  const count = ((message[10] ?? 0) << 8 | (message[11] ?? 0)) + change;
  message[10] = count >> 8;
  message[11] = count & 255;
}

/** The clock of a server that says BADTIME (RFC 8945 §5.2.3). */
function serverTime({ other }: TsigRecord): string {
  if (other.length !== 6) return "an unknown time";
  const seconds = other.reduce((sum, byte) => sum * 256 + byte, 0);
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? "an unknown time" : date.toISOString();
}
