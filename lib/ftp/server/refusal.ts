import { NegativeError } from "../../core/mod.ts";

/**
 * Negative answer to a command: the code of the reply and its text.
 *
 * @example Refuse what a client asks for
 * ```ts
 * import { FtpRefusal } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const refusal = new FtpRefusal(550, "Permission denied");
 * assertEquals([refusal.reply, refusal.message], [550, "Permission denied"]);
 * ```
 */
export class FtpRefusal extends NegativeError {
  /** Name of the class. */
  override readonly name: string = "FtpRefusal";
  /** Code of the reply, 400 to 599. */
  readonly reply: number;

  /** Creates a refusal; the text is sent to the client, and must not contain secrets of this machine. */
  constructor(reply: number, text: string, cause?: unknown) {
    super(text, { code: "ftp-refused", cause });
    this.reply = reply;
  }
}
