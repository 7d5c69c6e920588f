import { formatDuration } from "../../../../core/mod.ts";
import { saslLogin } from "../../../sink/sasl_login.ts";
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
    ...(before && takesPasswords ? ["USER"] : []),
    ...(before && mechanisms(session).length > 0 ? [`SASL ${mechanisms(session).join(" ")}`] : []),
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
    const name = mechanism.toUpperCase();
    if (name === "PLAIN" && !session.takesPasswords) return refuseWithoutTls(session);
    if (more !== undefined) return refuse(session, "Invalid syntax");
    const wait = waitAfterFailures(session);
    if (wait !== undefined) return wait;
    const ask = (text: string) => challenge(session, text);
    const outcome = await saslLogin({ mechanism: name, initial, ask, scram: session.host.scram });
    if (outcome === "gone") return "close";
    if (outcome === "wrong") return reject(session);
    if (typeof outcome === "string") return refuse(session, SASL_PROBLEMS[outcome]);
    // The client has nothing to say to the proof of the server.
    if (outcome.last !== undefined) {
      const answer = await ask(outcome.last);
      if (answer === undefined) return "close";
      if (answer !== "") return refuse(session, SASL_PROBLEMS[answer === "*" ? "aborted" : "invalid"]);
    }
    return enter(session, outcome.user, outcome.password);
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

const SASL_PROBLEMS = {
  unsupported: "Unsupported authentication mechanism",
  aborted: "Authentication cancelled",
  invalid: "Invalid response",
} as const;

/** The mechanisms of AUTH that may be used now: SCRAM does not send the password. */
function mechanisms({ takesPasswords, host: { scram } }: Session): string[] {
  return [...(takesPasswords ? ["PLAIN"] : []), ...(scram ? ["SCRAM-SHA-256"] : [])];
}

function listMechanisms(session: Session): Next {
  accept(session, "");
  for (const line of [...mechanisms(session), "."]) session.reply(line);
  return "continue";
}

/** Asks for the response of AUTH; undefined when the client has gone. */
async function challenge(session: Session, text: string): Promise<string | undefined> {
  session.reply(`+ ${text}`);
  const { client } = session;
  const line = await client.line({ limit: MAX_RESPONSE_BYTES });
  if (line === null) return undefined;
  const answer = decoder.decode(line);
  client.trace("<", answer === "*" ? answer : "********");
  return answer;
}

function refuseWithoutTls(session: Session): Next {
  return refuse(session, "[AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections");
}

/** Refuses attempts over the limit: they are not judged. */
function waitAfterFailures(session: Session): Next | undefined {
  const { host, client: { peer } } = session;
  const wait = host.logins.wait(peer);
  if (wait <= 0) return undefined;
  const when = formatDuration(Math.ceil(wait / 1000) * 1000);
  return refuse(session, `[SYS/TEMP] Too many failed logins, try again in ${when}`);
}

/** Logs in. */
function enter(session: Session, user: string, password: string): Next {
  const wait = waitAfterFailures(session);
  if (wait !== undefined) return wait;
  const account = session.host.login(user, password);
  if (account) {
    session.user = user;
    const maildrop = session.maildrop = new Maildrop(account.inbox);
    return accept(session, `Logged in, ${maildrop.count} messages`);
  }
  return reject(session);
}

function reject(session: Session): Next {
  session.host.logins.failed(session.client.peer);
  refuse(session, "[AUTH] Authentication failed");
  return ++session.failedLogins < MAX_LOGINS ? "failed" : "close";
}
