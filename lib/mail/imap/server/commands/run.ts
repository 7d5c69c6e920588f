import type { ImapCommand } from "../../codec/command.ts";
import type { Answer, Session } from "../session.ts";
import { ImapRefusal } from "../refusal.ts";
import { append } from "./append.ts";
import { fetch, store } from "./fetch.ts";
import { create, list, remove, rename, status, subscribe } from "./folders.ts";
import { idle } from "./idle.ts";
import { authenticate, capabilities, login } from "./login.ts";
import { copyOrMove, expunge } from "./move.ts";
import { search } from "./search.ts";
import { close, select, unselect } from "./select.ts";

/** Commands that are allowed before the login. */
const OPEN = new Set<ImapCommand["name"]>([
  ...["CAPABILITY", "NOOP", "LOGOUT", "STARTTLS", "LOGIN", "AUTHENTICATE", "ID"] as const,
]);

/**
 * Runs a command, and sends its untagged responses.
 *
 * @throws {ImapRefusal} When it is refused.
 */
export async function run(session: Session, command: ImapCommand): Promise<Answer> {
  const { client } = session;
  // The account is checked before anything else is told.
  if (!OPEN.has(command.name)) void session.owner;
  switch (command.name) {
    case "CAPABILITY":
      session.reply(`* CAPABILITY ${capabilities(session)}`);
      return { text: "Capability completed" };
    case "NOOP":
      return { text: "Noop completed" };
    case "CHECK":
      void session.mailbox;
      return { text: "Check completed" };
    case "LOGOUT":
      session.reply("* BYE Logging out");
      return { text: "Logout completed", then: "close" };
    case "STARTTLS":
      if (client.secure) throw new ImapRefusal("BAD", "TLS is already active");
      if (!session.host.startTls) throw new ImapRefusal("BAD", "TLS is not available");
      if (session.account) throw new ImapRefusal("BAD", "Already logged in");
      return { text: "Begin TLS negotiation now", then: "start-tls" };
    case "LOGIN":
      return login(session, command);
    case "AUTHENTICATE":
      return await authenticate(session, command);
    case "ID":
      session.reply('* ID ("name" "Toucan")');
      return { text: "ID completed" };
    case "ENABLE":
      session.reply("* ENABLED");
      return { text: "Enable completed" };
    case "NAMESPACE":
      session.reply('* NAMESPACE (("" "/")) NIL NIL');
      return { text: "Namespace completed" };
    case "LIST":
    case "LSUB":
      return list(session, command);
    case "SUBSCRIBE":
    case "UNSUBSCRIBE":
      return await subscribe(session, command);
    case "CREATE":
      return await create(session, command);
    case "DELETE":
      return await remove(session, command);
    case "RENAME":
      return await rename(session, command);
    case "STATUS":
      return status(session, command);
    case "SELECT":
    case "EXAMINE":
      return select(session, command);
    case "CLOSE":
      return await close(session);
    case "UNSELECT":
      void session.mailbox;
      return unselect(session);
    case "APPEND":
      return await append(session, command);
    case "SEARCH":
      return await search(session, command);
    case "FETCH":
      return await fetch(session, command);
    case "STORE":
      return await store(session, command);
    case "COPY":
    case "MOVE":
      return await copyOrMove(session, command);
    case "EXPUNGE":
      return await expunge(session, command);
    case "IDLE":
      return await idle(session);
  }
}
