import type { ImapCommand } from "../../codec/command.ts";
import { parsePlain } from "../../../codec/auth.ts";
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
  ].join(" ");
}

/** LOGIN (RFC 3501 §6.2.3). */
export function login(session: Session, { user, password }: ImapCommand & { readonly name: "LOGIN" }): Answer {
  checkMayLogIn(session);
  return enter(session, user, password);
}

/** AUTHENTICATE PLAIN (RFC 3501 §6.2.2, RFC 4616, RFC 4959). */
export async function authenticate(
  session: Session,
  { mechanism, initial }: ImapCommand & { readonly name: "AUTHENTICATE" },
): Promise<Answer> {
  if (mechanism !== "PLAIN") throw no("Unsupported authentication mechanism");
  checkMayLogIn(session);
  const response = initial ?? await ask(session);
  const given = parsePlain(response === "=" ? "" : response);
  if (!given) throw new ImapRefusal("BAD", "Invalid response");
  return enter(session, given.user, given.secret);
}

async function ask(session: Session): Promise<string> {
  const { client } = session;
  session.reply("+ ");
  await client.flush();
  const line = await client.line({ limit: MAX_RESPONSE });
  client.trace("<", "********");
  const text = line ? new TextDecoder().decode(line) : "*";
  if (text === "*") throw new ImapRefusal("BAD", "Authentication canceled");
  return text;
}

function checkMayLogIn({ account, client, host }: Session): void {
  if (account) throw new ImapRefusal("BAD", "Already logged in");
  if (!client.secure && !host.authWithoutTls) throw no("[PRIVACYREQUIRED] Login requires TLS");
}

/** Attempts over the limit are not judged. */
function enter(session: Session, user: string, password: string): Answer {
  const { host, client: { peer } } = session;
  if (host.logins.wait(peer) > 0) throw no("[UNAVAILABLE] Too many failed logins; try again later");
  const account = host.login(user, password);
  if (!account) {
    host.logins.failed(peer);
    throw no("[AUTHENTICATIONFAILED] Invalid user name or password");
  }
  session.account = account;
  session.user = user;
  return { text: `[CAPABILITY ${capabilities(session)}] Logged in` };
}
