import { formatDuration } from "../../../../core/time/units.ts";
import { saslLogin } from "../../../sink/sasl_login.ts";
import type { Next, Run, Session } from "../session.ts";

/** Bytes of a response to a challenge: Base64 of a user and a password. */
const MAX_RESPONSE_BYTES = 12_288;
/** Failed logins of a connection. */
const MAX_LOGINS = 3;
const decoder = new TextDecoder();

/** Commands that need no login. */
export const LOGIN_COMMANDS: Readonly<Record<string, Run>> = {
  CAPABILITIES: (session) => session.list("101 Capability list follows", capabilities(session)),
  HELP: (session) => session.list("100 Help text follows", HELP),
  MODE(session, [mode = "", ...more]) {
    if (mode.toUpperCase() !== "READER" || more.length > 0) return session.refuse("501 Use MODE READER");
    return session.accept(session.host.post ? "200 Posting allowed" : "201 Posting prohibited");
  },
  QUIT(session) {
    session.accept("205 Connection closing");
    return "close";
  },
  STARTTLS(session, words) {
    const { client, host } = session;
    if (words.length > 0) return session.refuse("501 STARTTLS takes no arguments");
    if (client.secure) return session.refuse("502 TLS already active");
    if (!host.startTls) return session.refuse("580 Can not initiate TLS negotiation");
    if (client.pending > 0) {
      // What was sent before the handshake would be read as sent under TLS.
      session.refuse("400 STARTTLS cannot be pipelined");
      return "close";
    }
    session.named = undefined;
    session.group = undefined;
    session.current = undefined;
    session.accept("382 Continue with TLS negotiation");
    return "start-tls";
  },
  AUTHINFO(session, [method = "", ...words], rest) {
    if (session.loggedIn) return session.refuse("502 Already authenticated");
    const run = METHODS.get(method.toUpperCase());
    if (!run) return session.refuse("501 Use AUTHINFO USER, AUTHINFO PASS or AUTHINFO SASL");
    const withoutPassword = /^SASL$/i.test(method) && /^SCRAM-SHA-256$/i.test(words[0] ?? "");
    if (!session.takesPasswords && !withoutPassword) {
      return session.refuse("483 Encryption required for authentication");
    }
    return run(session, words, rest.slice(method.length + 1));
  },
};

/** The methods of AUTHINFO (RFC 4643). */
const METHODS: ReadonlyMap<string, Run> = new Map(Object.entries(
  {
    USER(session, words, rest) {
      if (words.length === 0) return session.refuse("501 Missing user name");
      session.named = rest;
      // Whether there is such a user is not told before the password.
      return session.accept("381 Password required");
    },
    PASS(session, _, rest) {
      const { named } = session;
      if (named === undefined) return session.refuse("482 AUTHINFO USER must come first");
      session.named = undefined;
      return enter(session, named, rest);
    },
    async SASL(session, [mechanism = "", initial, more]) {
      if (mechanism === "" || more !== undefined) return session.refuse("501 Use AUTHINFO SASL mechanism");
      const wait = waitAfterFailures(session);
      if (wait !== undefined) return wait;
      const ask = (text: string) => challenge(session, text);
      const { scram } = session.host;
      const outcome = await saslLogin({ mechanism: mechanism.toUpperCase(), initial, ask, scram });
      if (outcome === "gone") return "close";
      if (outcome === "unsupported") return session.refuse("503 Mechanism not recognized");
      if (outcome === "aborted") return session.refuse("481 Authentication aborted");
      if (outcome === "invalid") return session.refuse("482 Invalid response");
      if (outcome === "wrong") return reject(session);
      return enter(session, outcome.user, outcome.password, outcome.last);
    },
  } satisfies Record<string, Run>,
));

/** The capabilities of RFC 3977 §3.3, as they are now. */
function capabilities({ client, host, isAdmitted, loggedIn, takesPasswords }: Session): string[] {
  const sasl = [...(takesPasswords ? ["PLAIN"] : []), ...(host.scram ? ["SCRAM-SHA-256"] : [])];
  return [
    "VERSION 2",
    "IMPLEMENTATION Toucan",
    ...(isAdmitted
      ? [
        "READER",
        ...(host.post ? ["POST"] : []),
        ...["OVER MSGID", "HDR", "NEWNEWS", "LIST ACTIVE ACTIVE.TIMES HEADERS NEWSGROUPS OVERVIEW.FMT"],
      ]
      : []),
    ...(loggedIn ? [] : [
      ["AUTHINFO", ...(takesPasswords ? ["USER"] : []), ...(sasl.length > 0 ? ["SASL"] : [])].join(" "),
      ...(sasl.length > 0 ? [`SASL ${sasl.join(" ")}`] : []),
    ]),
    ...(host.startTls && !client.secure ? ["STARTTLS"] : []),
  ];
}

/** Asks for the response of AUTHINFO SASL; undefined when the client has gone. */
async function challenge({ client }: Session, challenge: string): Promise<string | undefined> {
  client.reply(`383 ${challenge === "" ? "=" : challenge}\r\n`);
  const line = await client.line({ limit: MAX_RESPONSE_BYTES });
  if (line === null) return undefined;
  const text = decoder.decode(line);
  client.trace("<", text === "*" ? text : "********");
  return text;
}

/** Refuses attempts over the limit: they are not judged. */
function waitAfterFailures(session: Session): Next | undefined {
  const { host: { logins, login }, client: { peer } } = session;
  const wait = login ? logins.wait(peer) : 0;
  if (wait <= 0) return undefined;
  const when = formatDuration(Math.ceil(wait / 1000) * 1000);
  return session.refuse(`481 Too many failed logins, try again in ${when}`);
}

/** Logs in; the last message of SASL, if there is one, is part of the reply (RFC 4643 §2.4.2). */
function enter(session: Session, user: string, password: string, last?: string): Next {
  const wait = waitAfterFailures(session);
  if (wait !== undefined) return wait;
  const { login } = session.host;
  if (login && !login(user, password)) return reject(session);
  session.loggedIn = true;
  return session.accept(last === undefined ? "281 Authentication accepted" : `283 ${last}`);
}

function reject(session: Session): Next {
  session.host.logins.failed(session.client.peer);
  session.refuse("481 Authentication failed");
  return ++session.failedLogins < MAX_LOGINS ? "failed" : "close";
}

const HELP = [
  "ARTICLE, BODY, HEAD, STAT [number|message-id]",
  "GROUP name, LISTGROUP [name [range]], NEXT, LAST",
  "OVER, XOVER [range|message-id]; HDR, XHDR field [range|message-id]",
  "LIST [ACTIVE|ACTIVE.TIMES|HEADERS|NEWSGROUPS|OVERVIEW.FMT [wildmat]]",
  "NEWGROUPS, NEWNEWS wildmat: date time [GMT]",
  "POST, DATE, CAPABILITIES, MODE READER, STARTTLS, HELP, QUIT",
  "AUTHINFO USER name, AUTHINFO PASS password, AUTHINFO SASL mechanism",
];
