import { formatDuration } from "../../../../core/mod.ts";
import { parsePlain } from "../../../codec/auth.ts";
import { Maildrop, type Session } from "../session.ts";
import { accept, type Next, refuse, type Run } from "./answer.ts";

/** Bytes of a response to a challenge: Base64 of a user and a password. */
const MAX_RESPONSE_BYTES = 12_288;
/** Failed logins of a connection. */
const MAX_LOGINS = 3;
const decoder = new TextDecoder();

/** CAPA (RFC 2449 §5). */
export function capabilities(session: Session): Next {
  const { client, host, maildrop, takesPasswords } = session;
  const before = maildrop === undefined;
  const lines = [
    ...["TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING"],
    ...(before && takesPasswords ? ["USER", "SASL PLAIN"] : []),
    ...(before && host.startTls && !client.secure ? ["STLS"] : []),
    ...["EXPIRE NEVER", "IMPLEMENTATION Toucan"],
  ];
  session.reply("+OK Capability list follows");
  for (const line of [...lines, "."]) session.reply(line);
  return "continue";
}

/** The commands before the login (RFC 1939 §4, §7; RFC 2595 §4; RFC 5034). */
export const BEFORE_LOGIN: Readonly<Record<string, Run<Session>>> = {
  USER(session, rest) {
    if (!session.takesPasswords) return refuseWithoutTls(session);
    if (rest === "") return refuse(session, "Missing user name");
    session.user = rest;
    // Whether there is such a user is not told before the password.
    return accept(session, "");
  },
  PASS(session, rest) {
    const { user } = session;
    if (user === undefined) return refuse(session, "No user name given");
    session.user = undefined;
    return enter(session, user, rest);
  },
  async AUTH(session, rest) {
    const [mechanism = "", initial, more] = rest.split(" ");
    if (mechanism === "") return listMechanisms(session);
    if (!session.takesPasswords) return refuseWithoutTls(session);
    if (mechanism.toUpperCase() !== "PLAIN") return refuse(session, "Unsupported authentication mechanism");
    if (more !== undefined) return refuse(session, "Invalid syntax");
    const response = initial ?? await challenge(session);
    if (response === undefined) return "close";
    if (response === "*") return refuse(session, "Authentication cancelled");
    const given = parsePlain(response === "=" ? "" : response);
    return given ? enter(session, given.user, given.secret) : refuse(session, "Invalid response");
  },
  STLS(session, rest) {
    const { client, host } = session;
    if (rest !== "") return refuse(session, "STLS takes no arguments");
    if (client.secure) return refuse(session, "TLS already active");
    if (!host.startTls) return refuse(session, "STLS not offered");
    session.user = undefined;
    accept(session, "Begin TLS negotiation");
    return "start-tls";
  },
};

function listMechanisms(session: Session): Next {
  const { takesPasswords } = session;
  accept(session, "");
  for (const line of [...(takesPasswords ? ["PLAIN"] : []), "."]) session.reply(line);
  return "continue";
}

/** Asks for the response of AUTH; undefined when the client has gone. */
async function challenge(session: Session): Promise<string | undefined> {
  session.reply("+ ");
  const { client } = session;
  const line = await client.line({ limit: MAX_RESPONSE_BYTES });
  if (line === null) return undefined;
  const text = decoder.decode(line);
  client.trace("<", text === "*" ? text : "********");
  return text;
}

function refuseWithoutTls(session: Session): Next {
  return refuse(session, "[AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections");
}

/** Logs in. Attempts over the limit are not judged. */
function enter(session: Session, user: string, password: string): Next {
  const { host, client: { peer } } = session;
  const wait = host.logins.wait(peer);
  if (wait > 0) {
    const when = formatDuration(Math.ceil(wait / 1000) * 1000);
    return refuse(session, `[SYS/TEMP] Too many failed logins, try again in ${when}`);
  }
  const account = host.login(user, password);
  if (account) {
    session.user = user;
    const maildrop = session.maildrop = new Maildrop(account.inbox);
    return accept(session, `Logged in, ${maildrop.count} messages`);
  }
  host.logins.failed(peer);
  refuse(session, "[AUTH] Authentication failed");
  return ++session.failedLogins < MAX_LOGINS ? "failed" : "close";
}
