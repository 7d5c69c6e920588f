import { createHash } from "../../deps/node/hash.ts";
import type { RecordStore } from "../history/record_store.ts";

const KIND = "invitation";
/** Random bytes of a token: too many to guess, so that a plain hash of it can be stored. */
const TOKEN_BYTES = 16;
const TOKEN = /^[A-Za-z0-9_-]{22}$/;
/** Maximum number of invitations that are valid at the same time. */
export const MAX_INVITATIONS = 1000;

/** Terms of an invitation. */
export interface InvitationTerms {
  /** Time at which it expires, in milliseconds since 1970. */
  readonly expires: number;
  /**
   * Whether it admits one client only.
   *
   * @default {false}
   */
  readonly once?: boolean;
}

interface Invitation extends InvitationTerms {
  /** SHA-256 of the token. */
  readonly hash: string;
}

/** Invitation that is valid. */
export interface ValidInvitation {
  /** Id: the first characters of the hash of its token. */
  readonly id: string;
  /** Time at which it expires, in milliseconds since 1970. */
  readonly expires: number;
  /** Whether it admits one client only. */
  readonly once: boolean;
}

/** Admission by an invitation. */
export interface Admission {
  /** Token that replaces the used one of a client that was invited once. */
  readonly next?: string;
  /** Time at which that expires, in milliseconds since 1970. */
  readonly expires: number;
}

/** Invitations to a chat. Hashes of their tokens are stored with the history, where other programs may add some. */
export class Invitations {
  readonly #records: RecordStore;

  /** Uses the records of a history. */
  constructor(records: RecordStore) {
    this.#records = records;
  }

  /** Creates an invitation and returns its token; undefined when there are {@link MAX_INVITATIONS}. The next commit stores it. */
  create({ expires, once = false }: InvitationTerms, now: number): string | undefined {
    let count = 0;
    for (const one of this.#all()) {
      if (one.expires > now) count++;
      else this.#records.save(KIND, one.hash, undefined);
    }
    if (count >= MAX_INVITATIONS) return undefined;
    const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toBase64({
      alphabet: "base64url",
      omitPadding: true,
    });
    this.#save({ hash: hashOf(token), expires, once });
    return token;
  }

  /**
   * Admits a client by a token; undefined when it is unknown, used or expired. One that is used once is replaced by another for
   * this client, which has to come back after a lost connection.
   */
  redeem(token: string, now: number): Admission | undefined {
    if (!TOKEN.test(token)) return undefined;
    const hash = hashOf(token);
    const found = this.#all().find((one) => one.hash === hash);
    if (!found || found.expires <= now) return undefined;
    const { expires, once } = found;
    if (!once) return { expires };
    this.#records.save(KIND, hash, undefined);
    return { expires, next: this.create({ expires }, now) };
  }

  /** Returns the invitations that are valid, the first to expire first. */
  list(now: number): ValidInvitation[] {
    return this.#all().filter(({ expires }) => expires > now).sort((one, other) => one.expires - other.expires)
      .map(({ hash, expires, once = false }) => ({ id: idOf(hash), expires, once }));
  }

  /** Revokes an invitation by its id; returns false when none is valid. The next commit stores it. */
  revoke(id: string, now: number): boolean {
    const found = this.#all().filter(({ hash, expires }) => expires > now && idOf(hash) === id.toLowerCase());
    for (const { hash } of found) this.#records.save(KIND, hash, undefined);
    return found.length > 0;
  }

  #save(invitation: Invitation): void {
    this.#records.save(KIND, invitation.hash, JSON.stringify(invitation));
  }

  #all(): readonly Invitation[] {
    return this.#records.all(KIND).flatMap((text) => readInvitation(text) ?? []);
  }
}

/** Returns a stored invitation; undefined for one that this version cannot read. */
function readInvitation(text: string): Invitation | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const { hash, expires, once }: Partial<Record<keyof Invitation, unknown>> = value;
    if (typeof hash !== "string" || typeof expires !== "number") return undefined;
    return { hash, expires, once: once === true };
  } catch {
    return undefined;
  }
}

function idOf(hash: string): string {
  return hash.slice(0, 12);
}

/** Returns the id of the invitation that a token is for. */
export function invitationIdOf(token: string): string {
  return idOf(hashOf(token));
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
