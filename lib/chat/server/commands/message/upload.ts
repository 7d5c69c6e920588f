import type { ChatFiles } from "../../../files/chat_files.ts";
import type { Session } from "../../client/session.ts";
import { moderated } from "../../moderation/moderation.ts";
import type { ChatState } from "../../state.ts";
import { printable } from "../../text.ts";
import type { ChatCommands } from "../command.ts";

/** Maximum number of files in a list. */
const MAX_LISTED = 100;
/** A file as a client names it: its id, with an extension, or its link. */
const FILE = /^(?:\S*\/files\/)?([0-9a-f]{32})(?:[./][^/]*)?$/;

/**
 * Shared files, a command of this server. Without a parameter the reply has a ticket, with which one file can be uploaded within a
 * minute, by an HTTP request to the page (`POST /files`, `Authorization: Bearer TICKET`). `LIST` lists the client's own files, `DELETE`
 * deletes one of them, and for IRC operators any.
 */
export const UPLOAD: ChatCommands = {
  UPLOAD: {
    cost: 2,
    run(state, session, { params: [subcommand, file = ""] }) {
      const { files } = state;
      if (!files) return session.fail("UPLOAD", "DISABLED", "Files cannot be shared on this server");
      if (subcommand === undefined) return issueTicket(files, session);
      const sub = subcommand.toUpperCase();
      if (sub === "LIST") return list(files, session);
      if (sub === "DELETE") return remove(state, files, session, file);
      session.fail("UPLOAD", "INVALID_PARAMS", printable(sub), "Unknown command");
    },
  },
};

function issueTicket(files: ChatFiles, session: Session): void {
  const ticket = files.tickets.issue(session);
  if (ticket === undefined) return session.fail("UPLOAD", "TOO_MANY", "Too many uploads; try again later");
  session.say("NOTE", "UPLOAD", "TICKET", ticket, "One file can be uploaded with this ticket");
}

function list(files: ChatFiles, session: Session): void {
  const owned = files.ownedBy(session);
  for (const { id, extension, size, stored } of owned.slice(0, MAX_LISTED)) {
    const about = [`${id}.${extension}`, `${size}`, new Date(stored).toISOString()];
    session.say("NOTE", "UPLOAD", "FILE", ...about, "One of your files");
  }
  const shown = owned.length > MAX_LISTED ? `The newest ${MAX_LISTED} of ${owned.length} files` : "End of your files";
  session.say("NOTE", "UPLOAD", "END", `${owned.length}`, shown);
}

function remove(state: ChatState, files: ChatFiles, session: Session, file: string): void {
  const [, id] = FILE.exec(file) ?? [];
  const owned = id !== undefined && files.ownedBy(session).some((own) => own.id === id);
  const result = id === undefined ? "unknown" : files.delete(id, session);
  if (id === undefined || result === "unknown") {
    return session.fail("UPLOAD", "UNKNOWN_FILE", printable(file), "There is no such file");
  }
  if (result === "forbidden") return session.fail("UPLOAD", "FORBIDDEN", id, "This file is not yours");
  if (!owned) moderated(state, session, { action: "file-deleted", target: id });
  session.say("NOTE", "UPLOAD", "DELETED", id, "The file was deleted");
}
