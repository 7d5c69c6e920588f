/** Fact that a server of a network tells the others, and that no command of a client says. */
export type SharedFact =
  /** An operator has done something that only its own server carries out (`formatModeration`). */
  | { readonly kind: "moderation"; readonly text: string }
  /** An invitation exists, under the hash of its token. */
  | { readonly kind: "invitation"; readonly hash: string; readonly expires: number; readonly once: boolean }
  /** An invitation is revoked, given by its id. */
  | { readonly kind: "invitation-revoked"; readonly id: string }
  /** A login has failed: from an address, unless it is that of the machine, and to an account, if one was named. */
  | { readonly kind: "login-failed"; readonly address?: string; readonly account?: string }
  /** A client at an address has registered an account. */
  | { readonly kind: "registered"; readonly address: string };

/** Invitation by which a client enters: the hash of its token and, when it is used up, that of the next one. */
export interface UsedInvitation {
  /** SHA-256 of the token. */
  readonly hash: string;
  /** SHA-256 of the token that replaces it. */
  readonly next: string;
}
