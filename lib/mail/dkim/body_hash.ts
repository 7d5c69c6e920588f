import { TimeSlice } from "../../core/mod.ts";
import { createHash } from "../../deps/node/hash.ts";
import { RelaxedBody } from "./codec/relaxed_body.ts";
import type { Canonicalization } from "./codec/signature.ts";
import { SimpleBody } from "./codec/simple_body.ts";

/** Bytes of a body that are hashed without a break. */
const CHUNK_BYTES = 256 * 1024;

/** Hash of a canonical body. */
export interface BodyHash {
  /** The hash, SHA-256. */
  readonly hash: Uint8Array;
  /** Bytes of the canonical body. */
  readonly length: number;
}

/** Hashes the body of a message, each form of it once. */
export class BodyHashes {
  readonly #body: Uint8Array;
  readonly #known = new Map<string, Promise<BodyHash>>();

  /** Hashes this body. */
  constructor(body: Uint8Array) {
    this.#body = body;
  }

  /** Returns the hash of the canonical body, or of its first bytes. */
  of(canonicalization: Canonicalization, limit = Infinity): Promise<BodyHash> {
    const key = `${canonicalization} ${limit}`;
    const known = this.#known.get(key) ?? this.#hash(canonicalization, limit);
    this.#known.set(key, known);
    return known;
  }

  async #hash(canonicalization: Canonicalization, limit: number): Promise<BodyHash> {
    const hash = createHash("sha256");
    const canonical = canonicalization === "relaxed" ? new RelaxedBody() : new SimpleBody();
    const turns = new TimeSlice();
    let length = 0;
    const take = (piece: Uint8Array) => {
      if (length < limit) hash.update(piece.subarray(0, Math.min(piece.length, limit - length)));
      length += piece.length;
    };
    for (let at = 0; at < this.#body.length; at += CHUNK_BYTES) {
      take(canonical.push(this.#body.subarray(at, at + CHUNK_BYTES)));
      // Other clients go on meanwhile.
      if (turns.due) await turns.pass();
    }
    take(canonical.end());
    return { hash: Uint8Array.fromBase64(hash.digest("base64")), length };
  }
}
