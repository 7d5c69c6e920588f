/** Reason for which a request of a file is rejected, with the status of its response. */
export class FileRefusal extends Error {
  /** Name of the class. */
  override readonly name: string = "FileRefusal";
  /** Status of the response. */
  readonly status: number;

  /** Creates a refusal; the message is sent to the client. */
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
