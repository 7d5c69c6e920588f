import type { ListedMail } from "../source.ts";

/** Forms in which messages are saved. */
export const SAVE_FORMATS: readonly ["eml", "maildir", "mbox"] = ["eml", "maildir", "mbox"];

/** Format in which a message is saved. */
export type SaveFormat = "eml" | "maildir" | "mbox";

/** Where messages are saved. */
export interface MailTarget {
  /** Whether it takes one message only. */
  readonly single?: boolean;
  /**
   * Saves a message, whole or not at all. It is on the disk when the promise resolves.
   *
   * @returns Path of the file that has it.
   * @throws {SystemError} When it cannot be written.
   */
  save(mail: ListedMail, bytes: Uint8Array): Promise<string>;
}
