/** The envelope of a message: what the client said, whatever the message says of itself. */
export interface MailEnvelope {
  /** The sender; empty for the empty path. */
  readonly from: string;
  /** The recipients. */
  readonly to: readonly string[];
}

/** A message that a sink has. */
export interface StoredMail extends MailEnvelope {
  /** Its id, made by the sink. */
  readonly id: string;
  /** When it came, in milliseconds since 1970. */
  readonly received: number;
  /** Bytes that it has, as it is stored. */
  readonly size: number;
}
