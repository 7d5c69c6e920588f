import { ToucanError, UsageError } from "../../core/mod.ts";
import type { MailChoice } from "./choose.ts";
import { type MailContent, mailContent } from "./content.ts";
import { saveAttachments } from "./save/attachments.ts";
import type { MailTarget } from "./save/target.ts";
import type { ListedMail, MailSource } from "./source.ts";

/** Default limit of a message in bytes. */
const MAX_READ_BYTES = 64 * 2 ** 20;

/** Options of {@link readMails}. */
export interface ReadMailsOptions extends MailChoice {
  /**
   * Maximum size of a message in bytes.
   *
   * @default {64 MiB}
   */
  readonly maxSize?: number;
  /**
   * Where each message is saved.
   *
   * @default {it is not}
   */
  readonly target?: MailTarget;
  /**
   * Folder for attachments.
   *
   * @default {they are not saved}
   */
  readonly attachments?: string;
  /**
   * Whether messages are deleted on the server once they are saved.
   *
   * @default {false}
   */
  readonly remove?: boolean;
  /**
   * Whether messages are marked as read on the server.
   *
   * @default {false}
   */
  readonly markSeen?: boolean;
}

/** Result for a message. */
export type MailReadOutcome = MailRead | MailFailed;

/** A message that was read. */
export interface MailRead {
  /** The message in the listing. */
  readonly mail: ListedMail;
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** Its content. */
  readonly content: MailContent;
  /** Path under which it was saved. */
  readonly saved?: string;
  /** Paths under which its attachments were saved, in their order. */
  readonly files?: readonly string[];
  /** Whether the server was asked to delete it. */
  readonly removed: boolean;
  /** Absent. */
  readonly error?: undefined;
}

/** A message that could not be read. */
export interface MailFailed {
  /** The message in the listing; only its number when no message has it. */
  readonly mail: Pick<ListedMail, "number"> & Partial<ListedMail>;
  /** The reason. */
  readonly error: ToucanError;
}

/** Reads one message after the other. */
export class MailReader {
  readonly #source: MailSource;
  readonly #options: ReadMailsOptions;
  /** Whether a message has failed. */
  #gap = false;

  /** Reads from a source, which stays open. */
  constructor(source: MailSource, options: ReadMailsOptions) {
    const { target, remove = false, markSeen = false } = options;
    if (remove && !target) throw new UsageError("deleting messages requires a place to save them");
    if (remove && !source.remove) throw new UsageError(`${source.protocol} cannot delete messages`);
    if (markSeen && !source.markSeen) throw new UsageError(`${source.protocol} cannot mark messages as read`);
    this.#source = source;
    this.#options = options;
  }

  /** Reads a message: it is saved, with its attachments, before it is deleted on the server or marked as read. */
  async read(mail: ListedMail): Promise<MailReadOutcome> {
    const { maxSize = MAX_READ_BYTES, target, attachments, remove = false, markSeen = false, unread } = this.#options;
    const source = this.#source;
    let bytes: Uint8Array;
    try {
      bytes = await source.read(mail, maxSize);
    } catch (error) {
      if (!(error instanceof ToucanError) || !isOfMessage(error)) throw error;
      this.#gap = true;
      return { mail, error };
    }
    const content = mailContent(bytes);
    const saved = await target?.save(mail, bytes);
    const files = attachments === undefined ? undefined : await saveAttachments(content.attachments, attachments);
    if (remove) await source.remove?.([mail]);
    else if (markSeen) await source.markSeen?.([mail]);
    // Where only a number is remembered, a message that failed would never be read again.
    if (!this.#gap || source.protocol === "pop3") unread?.add([mail]);
    return { mail, bytes, content, ...(saved !== undefined && { saved }), ...(files && { files }), removed: remove };
  }
}

/** Codes of errors that concern one message: the connection is usable after them. */
const OF_MESSAGE = new Set(["no-such-message", "message-too-large", "message-refused"]);

function isOfMessage({ code }: ToucanError): boolean {
  return OF_MESSAGE.has(code);
}
