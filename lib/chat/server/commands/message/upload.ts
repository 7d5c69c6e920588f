import type { ChatCommands } from "../command.ts";

/**
 * Upload of a shared file, a command of this server: the reply has a ticket, with which one file can be uploaded within a minute, by an
 * HTTP request to the page (`POST /files`, `Authorization: Bearer TICKET`).
 */
export const UPLOAD: ChatCommands = {
  UPLOAD: {
    cost: 2,
    run({ files }, session) {
      if (!files) return session.fail("UPLOAD", "DISABLED", "Files cannot be shared on this server");
      const ticket = files.tickets.issue(session);
      if (ticket === undefined) return session.fail("UPLOAD", "TOO_MANY", "Too many uploads; try again later");
      session.say("NOTE", "UPLOAD", "TICKET", ticket, "One file can be uploaded with this ticket");
    },
  },
};
