import { formatDuration, sameCredentials } from "../../../core/mod.ts";
import type { Answer, Session } from "../session/session.ts";
import type { CommandRules } from "./rule.ts";

/** Passwords that a client may try. */
const MAX_ATTEMPTS = 3;
/** Mechanisms of `AUTH` (RFC 4217 §4); with those of older drafts, data connections have TLS from the beginning. */
const MECHANISMS: ReadonlyMap<string, boolean> = new Map([["TLS", false], ["TLS-C", false], ["SSL", true], [
  "TLS-P",
  true,
]]);
const LEVELS = /^[CSEP]$/i;

/** Commands for login and TLS (RFC 959 §4.1.1, RFC 2228, RFC 4217). */
export const ACCESS: CommandRules = {
  USER: { run: user },
  PASS: { run: pass },
  ACCT: { run: () => ({ code: 202, text: "Command superfluous" }) },
  REIN: {
    run(session) {
      session.reset();
      return { code: 220, text: "Service ready for new user" };
    },
  },
  AUTH: { run: auth },
  PBSZ: {
    run({ secure }, argument) {
      if (!secure) return { code: 503, text: "PBSZ requires AUTH TLS" };
      return /^\d{1,10}$/.test(argument) ? { code: 200, text: "PBSZ=0" } : { code: 501, text: "Syntax: PBSZ 0" };
    },
  },
  PROT: { run: prot },
  CCC: { run: () => ({ code: 533, text: "The control connection stays protected" }) },
};

function user(session: Session, name: string): Answer {
  if (name === "") return { code: 501, text: "Syntax: USER name" };
  if (session.host.engine && !session.secure) return { code: 530, text: "TLS is required: use AUTH TLS" };
  session.tree = undefined;
  session.user = name;
  session.cwd = [];
  return { code: 331, text: "Please specify the password" };
}

function pass(session: Session, password: string): Answer {
  const { host: { credentials, files, logins }, user, peer, clientHost } = session;
  if (session.tree) return { code: 202, text: "Already logged in" };
  if (user === undefined) return { code: 503, text: "Log in with USER first" };
  const wait = credentials ? logins.wait(peer) : 0;
  if (wait > 0) {
    const time = formatDuration(Math.ceil(wait / 1000) * 1000);
    return { code: 421, text: `Too many failed logins, try again in ${time}`, then: "close" };
  }
  if (!credentials || sameCredentials({ user, password }, credentials)) {
    session.tree = files.enter({ user, host: clientHost });
    return { code: 230, text: "Login successful" };
  }
  logins.failed(peer);
  session.user = undefined;
  if (++session.attempts < MAX_ATTEMPTS) return { code: 530, text: "Login incorrect" };
  return { code: 421, text: "Too many failed logins", then: "close" };
}

function auth(session: Session, mechanism: string): Answer {
  if (!session.host.engine) return { code: 502, text: "TLS is not available" };
  if (session.secure) return { code: 503, text: "TLS is already active" };
  const protectsData = MECHANISMS.get(mechanism.trim().toUpperCase());
  if (protectsData === undefined) return { code: 504, text: "Unknown security mechanism; use AUTH TLS" };
  session.impliedProtection = protectsData;
  return { code: 234, text: "Proceed with negotiation", then: "start-tls" };
}

function prot(session: Session, level: string): Answer {
  if (!session.secure) return { code: 503, text: "PROT requires AUTH TLS" };
  if (!LEVELS.test(level)) return { code: 504, text: "Unknown protection level; use PROT P" };
  // A data connection without TLS could be read and changed.
  if (level.toUpperCase() !== "P") return { code: 536, text: "Protection level not supported; use PROT P" };
  session.protected = true;
  return { code: 200, text: "PROT now Private" };
}
