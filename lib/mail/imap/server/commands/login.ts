import type { ImapCommand } from "../../codec/command.ts";
import { saslLogin } from "../../../sink/sasl_login.ts";
import { ImapRefusal, no } from "../refusal.ts";
import type { Answer, Session } from "../session.ts";

/** Base64 of a user and a password. */
const MAX_RESPONSE = 8192;

/** Returns the capabilities of a connection. */
export function capabilities({ client, host }: Session): string {
  const plain = client.secure || host.authWithoutTls;
  return [
    ...[
      "IMAP4rev1",
      "LITERAL+",
      "SASL-IR",
      "ID",
      "ENABLE",
      "IDLE",
      "NAMESPACE",
      "UIDPLUS",
      "MOVE",
      "UNSELECT",
      "CHILDREN",
      "SPECIAL-USE",
      "ESEARCH",
    ],
    ...(host.startTls && !client.secure ? ["STARTTLS"] : []),
    plain ? "AUTH=PLAIN" : "LOGINDISABLED",
    ...(host.scram ? ["AUTH=SCRAM-SHA-256"] : []),
  ].join(" ");
}

/** LOGIN (RFC 3501 §6.2.3). */
export function login(session: Session, { user, password }: ImapCommand & { readonly name: "LOGIN" }): Answer {
  checkMayLogIn(session);
  return enter(session, user, password);
}

/** AUTHENTICATE (RFC 3501 §6.2.2, RFC 4959) with PLAIN or SCRAM-SHA-256. SCRAM does not send the password, and needs no TLS. */
export async function authenticate(
  session: Session,
  { mechanism, initial }: ImapCommand & { readonly name: "AUTHENTICATE" },
): Promise<Answer> {
  checkMayLogIn(session, mechanism !== "PLAIN");
  const { host: { scram } } = session;
  const outcome = await saslLogin({ mechanism, initial, ask: (text) => ask(session, text), scram });
  if (outcome === "unsupported") throw no("Unsupported authentication mechanism");
  if (outcome === "wrong") throw wrong(session);
  if (typeof outcome === "string") throw new ImapRefusal("BAD", "Invalid response");
  // The client has nothing to say to the proof of the server.
  if (outcome.last !== undefined && await ask(session, outcome.last) !== "") {
    throw new ImapRefusal("BAD", "Invalid response");
  }
  return enter(session, outcome.user, outcome.password);
}

async function ask(session: Session, challenge: string): Promise<string> {
  const { client } = session;
  session.reply(`+ ${challenge}`);
  await client.flush();
  const line = await client.line({ limit: MAX_RESPONSE });
  client.trace("<", "********");
  const text = line ? new TextDecoder().decode(line) : "*";
  if (text === "*") throw new ImapRefusal("BAD", "Authentication canceled");
  return text;
}

/** Attempts over the limit are not judged. */
function checkMayLogIn({ account, client, host }: Session, withoutPassword = false): void {
  if (account) throw new ImapRefusal("BAD", "Already logged in");
  if (host.logins.wait(client.peer) > 0) throw no("[UNAVAILABLE] Too many failed logins; try again later");
  if (!withoutPassword && !client.secure && !host.authWithoutTls) throw no("[PRIVACYREQUIRED] Login requires TLS");
}

function enter(session: Session, user: string, password: string): Answer {
  const account = session.host.login(user, password);
  if (!account) throw wrong(session);
  session.account = account;
  session.user = user;
  return { text: `[CAPABILITY ${capabilities(session)}] Logged in` };
}

function wrong({ host, client: { peer } }: Session): ImapRefusal {
  host.logins.failed(peer);
  return no("[AUTHENTICATIONFAILED] Invalid user name or password");
}
