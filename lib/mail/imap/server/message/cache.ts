import { withLineEnds } from "../../../mime/line_ends.ts";
import type { FolderMail, MailFolder } from "../../../store/types.ts";

/** Reads messages for FETCH and SEARCH. The last one is kept: clients ask for the parts of a message one after the other. */
export class MessageCache {
  #last?: { readonly folder: MailFolder; readonly mail: FolderMail["mail"]; readonly bytes: Uint8Array };

  /** Reads a message; undefined when it is gone. */
  async read(folder: MailFolder, { uid, mail }: FolderMail): Promise<Uint8Array | undefined> {
    // In the maildirs of two users, files of the same name can be different messages.
    if (this.#last?.folder === folder && this.#last.mail === mail) return this.#last.bytes;
    const stored = await folder.read(uid);
    if (!stored) return undefined;
    const bytes = withLineEnds(stored);
    this.#last = { folder, mail, bytes };
    return bytes;
  }
}
