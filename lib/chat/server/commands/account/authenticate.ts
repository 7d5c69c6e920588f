import {
  countFailure,
  logIn,
  loginDelay,
  type LoginFailure,
  mayTellPassword,
  shareLogin,
  verifyLogin,
} from "../../account/log_in.ts";
import { CHUNK_LENGTH, SASL_MECHANISMS, SaslExchange, type SaslMechanism } from "../../account/sasl_exchange.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import type { ChatCommands } from "../command.ts";

/** Login to an account (IRCv3 SASL 3.2). */
export const AUTHENTICATE: ChatCommands = {
  AUTHENTICATE: {
    needs: 1,
    early: true,
    run(state, session, { params: [word = ""] }) {
      if (!session.has("sasl")) return session.reply("ERR_SASLFAIL", "The capability sasl was not requested");
      if (session.account !== undefined) {
        return session.reply("ERR_SASLALREADY", "You have already authenticated using SASL");
      }
      const { sasl } = session;
      if (word === "*") {
        session.sasl = undefined;
        return session.reply("ERR_SASLABORTED", "SASL authentication aborted");
      }
      if (sasl) proceed(state, session, sasl, word);
      else begin(state, session, word.toUpperCase());
    },
  },
};

/** Returns the mechanisms that a client can use. */
export function mechanismsOf(state: ChatState, session: Session): SaslMechanism[] {
  return SASL_MECHANISMS.filter((mechanism) => {
    if (mechanism === "PLAIN") return mayTellPassword(state, session);
    return mechanism !== "EXTERNAL" || session.info.certificate !== undefined;
  });
}

function begin(state: ChatState, session: Session, name: string): void {
  const mechanisms = mechanismsOf(state, session);
  const mechanism = mechanisms.find((known) => known === name);
  if (!mechanism) {
    session.reply("RPL_SASLMECHS", mechanisms.join(","), "are available SASL mechanisms");
    return fail(session, name === "PLAIN" ? "A password must not be sent without TLS" : undefined);
  }
  const { certificate } = session.info;
  const owner = certificate === undefined ? undefined : state.accounts.byCertificate(certificate)?.name;
  session.sasl = new SaslExchange(mechanism, state.accounts, owner);
  session.say("AUTHENTICATE", "+");
}

function proceed(state: ChatState, session: Session, sasl: SaslExchange, chunk: string): void {
  const step = sasl.take(chunk);
  if (step.kind === "more") return;
  if (step.kind === "challenge") return sendMessage(session, step.text);
  session.sasl = undefined;
  if (step.kind === "too-long") return session.reply("ERR_SASLTOOLONG", "SASL message too long");
  const { user } = step;
  const delay = sasl.mechanism === "EXTERNAL" ? undefined : loginDelay(state, session, user);
  if (delay !== undefined) return fail(session, delay);
  if (step.kind === "wrong") return failed(state, session, user);
  if (step.kind === "proved") return prove(state, session, user);
  session.finishLater(
    verifyLogin(state, session, user, step.password).then((result) => () => {
      if (result === "busy") fail(session, "Too many logins at this time");
      else if (result === "wrong") failed(state, session, user);
      else succeed(state, session, user);
    }),
  );
}

function prove(state: ChatState, session: Session, user: string): void {
  const account = state.accounts.find(user);
  if (!account || !state.network) return succeed(state, session, user);
  session.finishLater(shareLogin(state, session, account).then(() => () => succeed(state, session, user)));
}

function succeed(state: ChatState, session: Session, user: string): void {
  const account = state.accounts.find(user);
  // The account is read again: it may have been banned meanwhile.
  const failure = account ? logIn(state, session, account) : "The account does not exist";
  if (failure === undefined) session.reply("RPL_SASLSUCCESS", "SASL authentication successful");
  else fail(session, failure);
}

function failed(state: ChatState, session: Session, user: string): void {
  fail(session);
  countFailure(state, session, user);
}

function fail(session: Session, why?: LoginFailure): void {
  session.reply(
    "ERR_SASLFAIL",
    why === undefined ? "SASL authentication failed" : `SASL authentication failed: ${why}`,
  );
}

/** Sends a message of SASL in pieces. */
function sendMessage(session: Session, text: string): void {
  for (let at = 0; at <= text.length; at += CHUNK_LENGTH) {
    session.say("AUTHENTICATE", text.slice(at, at + CHUNK_LENGTH) || "+");
  }
}
