/** Envelope of a message, from the SMTP commands; the header may differ. */
export interface MailEnvelope {
  /** The sender; empty for the empty path. */
  readonly from: string;
  /** The recipients. */
  readonly to: readonly string[];
}

/** A message stored by a sink. */
export interface StoredMail extends MailEnvelope {
  /** Its id, made by the sink. */
  readonly id: string;
  /** Time of arrival, in milliseconds since 1970. */
  readonly received: number;
  /** Size in bytes, as stored. */
  readonly size: number;
}
