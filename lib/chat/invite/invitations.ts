import { createHash } from "../../deps/node/hash.ts";
import type { RecordStore } from "../history/record_store.ts";
import type { UsedInvitation } from "../server/shared_fact.ts";

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

/** Invitation as it is stored. */
export interface Invitation extends InvitationTerms {
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

/** Invitation that a client has shown, with the token that replaces it when it admits one client. */
export interface ShownInvitation extends UsedInvitation {
  /** That token. */
  readonly token: string;
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
  create(terms: InvitationTerms, now: number): string | undefined {
    const { token, invitation } = newInvitation(terms);
    return this.add(invitation, now) ? token : undefined;
  }

  /** Adds an invitation; returns false when there are {@link MAX_INVITATIONS}. The next commit stores it. */
  add({ hash, expires, once }: Invitation, now: number): boolean {
    let count = 0;
    for (const one of this.#all()) {
      if (one.expires > now) count++;
      else this.#records.save(KIND, one.hash, undefined);
    }
    if (count >= MAX_INVITATIONS) return false;
    this.#save({ hash, expires, once });
    return true;
  }

  /**
   * Admits a client by a token; undefined when it is unknown, used or expired. One that is used once is replaced by another for
   * this client, which has to come back after a lost connection.
   */
  redeem(token: string, now: number): Admission | undefined {
    const shown = this.shown(token, now);
    const used = shown && this.use(shown, now);
    return used && { expires: used.expires, ...(used.once ? { next: shown.token } : {}) };
  }

  /** Returns the invitation that a token is for, with the token that may replace it; undefined when it is not valid. */
  shown(token: string, now: number): ShownInvitation | undefined {
    if (!TOKEN.test(token)) return undefined;
    const hash = hashOf(token);
    if (!this.#find(hash, now)) return undefined;
    const next = newInvitation({ expires: now });
    return { hash, next: next.invitation.hash, token: next.token };
  }

  /** Uses an invitation, of which one that admits one client is replaced; undefined when it is not valid. */
  use({ hash, next }: UsedInvitation, now: number): Invitation | undefined {
    const found = this.#find(hash, now);
    if (!found?.once) return found;
    this.#records.save(KIND, hash, undefined);
    this.#save({ hash: next, expires: found.expires });
    return found;
  }

  /** Returns what is stored of all invitations. */
  get stored(): readonly string[] {
    return this.#records.all(KIND);
  }

  /** Adds an invitation as it was stored. */
  restore(text: string): void {
    const invitation = readInvitation(text);
    if (invitation) this.#save(invitation);
  }

  /** Forgets all invitations. */
  clear(): void {
    for (const { hash } of this.#all()) this.#records.save(KIND, hash, undefined);
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

  #find(hash: string, now: number): Invitation | undefined {
    return this.#all().find((one) => one.hash === hash && one.expires > now);
  }

  #save(invitation: Invitation): void {
    this.#records.save(KIND, invitation.hash, JSON.stringify(invitation));
  }

  #all(): readonly Invitation[] {
    return this.#records.all(KIND).flatMap((text) => readInvitation(text) ?? []);
  }
}

/** Returns a new token, and the invitation that is stored for it. */
export function newInvitation({ expires, once = false }: InvitationTerms): {
  readonly token: string;
  readonly invitation: Invitation & { readonly once: boolean };
} {
  const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
  return { token, invitation: { hash: hashOf(token), expires, once } };
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
