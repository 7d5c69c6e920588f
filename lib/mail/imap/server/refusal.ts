/** Refusal of a command: its status, and the text of the reply with a response code in front (RFC 5530). */
export class ImapRefusal extends Error {
  /** Name of the class. */
  override readonly name: string = "ImapRefusal";
  /** NO: the command failed; BAD: it is invalid. */
  readonly status: "NO" | "BAD";

  /** Creates a refusal. */
  constructor(status: "NO" | "BAD", text: string) {
    super(text);
    this.status = status;
  }
}

/** Returns a refusal with NO. */
export function no(text: string): ImapRefusal {
  return new ImapRefusal("NO", text);
}
