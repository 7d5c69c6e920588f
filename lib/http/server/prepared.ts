/** A response whose head and body were written once, to be sent often; {@link prepareResponse} makes it. */
export class PreparedResponse {
  /** The status. */
  readonly status: number;
  /** Status line and field lines, without Date, Connection and the empty line. */
  readonly head: Uint8Array;
  /** The body. */
  readonly body: Uint8Array;

  /** Puts one together; `head` is not checked again. */
  constructor(status: number, head: Uint8Array, body: Uint8Array) {
    this.status = status;
    this.head = head;
    this.body = body;
  }
}
