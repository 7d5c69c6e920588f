/** Link of a message. */
export interface MailLink {
  /** URL, without its fragment. */
  readonly url: string;
  /** Kind: a link to follow, a picture, or a style sheet. */
  readonly kind: "link" | "picture" | "style";
}

/** Something in the HTML of a message, or missing in it, that mail programs treat differently from a browser. */
export interface MailFact {
  /** Code, such as `script`. */
  readonly code: string;
  /** Description. */
  readonly text: string;
  /** Number of places, or of bytes for the size. */
  readonly count: number;
}

/** Links and facts of a message. */
export interface MailReview {
  /** Different links, in order. */
  readonly links: readonly MailLink[];
  /** Facts. */
  readonly facts: readonly MailFact[];
}

/** Outcome for a link. */
export interface LinkOutcome {
  /** URL of the link. */
  readonly url: string;
  /** Whether it leads to something: a status below 400. */
  readonly ok: boolean;
  /** Status of the last response, if there was one. */
  readonly status?: number;
  /** URL that it leads to, when it redirects. */
  readonly location?: string;
  /** Error, if there was no response: its code and message. */
  readonly error?: { readonly code: string; readonly message: string };
}
