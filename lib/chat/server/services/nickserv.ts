import type { Account } from "../../account/account.ts";
import { countFailure, logIn, loginDelay, mayTellPassword, verifyLogin } from "../account/log_in.ts";
import { registerAccount } from "../account/register_account.ts";
import { printable } from "../text.ts";
import { ACCOUNT_COMMANDS } from "./account_commands.ts";
import { type ChatService, type ServiceCommand, serviceOf, type ServiceReply } from "./service.ts";
import { ToucanError } from "../../../core/mod.ts";
import type { Session } from "../client/session.ts";
import { setAlwaysOn } from "../commands/account/persistence.ts";
import type { ChatState } from "../state.ts";

const NO_TLS = "A password must not be sent without TLS";
const ALWAYS_ON: Readonly<Record<string, boolean | undefined>> = { on: true, off: false, default: undefined };

const COMMANDS: Readonly<Record<string, ServiceCommand>> = {
  REGISTER: {
    usage: "REGISTER <password>",
    help: "register your nickname as an account",
    needs: 1,
    run(state, session, [password = ""], reply) {
      session.finishLater(
        registerAccount(state, session, password).then((result) => () => {
          if ("code" in result) return reply(result.text);
          reply(`Account ${result.name} registered`);
          const failure = logIn(state, session, result);
          if (failure !== undefined) reply(failure);
        }),
      );
    },
  },
  IDENTIFY: {
    usage: "IDENTIFY [<account>] <password>",
    help: "log in to an account, that of your nickname unless another is given",
    needs: 1,
    run(state, session, words, reply) {
      const [name = "", password = ""] = words.length > 1 ? words : [session.nick, words[0]];
      if (session.account !== undefined) return reply(`You are logged in as ${session.account}`);
      const why = mayTellPassword(state, session) ? loginDelay(state, session, name) : NO_TLS;
      if (why !== undefined) return reply(why);
      session.finishLater(
        verifyLogin(state, session, name, password).then((result) => () => {
          if (result === "busy") return reply("Too many logins at this time");
          const failure = result === "wrong" ? "Invalid account or password" : logIn(state, session, result);
          reply(failure ?? `You are now logged in as ${session.account}`);
          if (result === "wrong") countFailure(state, session, name);
        }),
      );
    },
  },
  ...ACCOUNT_COMMANDS,
  GHOST: {
    usage: "GHOST <nickname>",
    help: "disconnect another client that uses your account, or its nickname",
    needs: 1,
    shared: true,
    run(state, session, [nick = ""], reply) {
      const target = state.find(nick);
      if (session.account === undefined) return reply("You must log in first");
      if (!target || target === session) return reply(`${printable(nick)} is not another client`);
      const owns = state.accounts.find(target.nick)?.name === session.account;
      if (!owns && target.account !== session.account) return reply(`${target.nick} does not use your account`);
      state.quit(target, `GHOST command used by ${session.nick}`);
      reply(`${target.nick} was disconnected`);
    },
  },
  CERT: {
    usage: "CERT ADD|DEL|LIST [<fingerprint>]",
    help:
      "let a client certificate log in to your account (SASL EXTERNAL); ADD takes that of this connection by default",
    needs: 1,
    run(state, session, [action = "", given = ""], reply) {
      const { account, info: { certificate } } = session;
      if (account === undefined) return reply("You must log in first");
      const fingerprint = given === "" ? certificate : given.replaceAll(":", "").toLowerCase();
      const known = state.accounts.find(account)?.certificates ?? [];
      if (action.toUpperCase() === "LIST") {
        for (const one of known) reply(one);
        return reply(`${known.length} certificates`);
      }
      if (fingerprint === undefined) return reply("This connection has no client certificate");
      if (!/^[0-9a-f]{64}$/.test(fingerprint)) return reply("A fingerprint is a SHA-256 in hex");
      if (!state.commits.canCommit()) return reply("The accounts cannot be written at this time");
      const act = action.toUpperCase();
      if (act !== "ADD" && act !== "DEL") return reply("Usage: CERT ADD|DEL|LIST [<fingerprint>]");
      const change = async () =>
        act === "ADD"
          ? await state.accounts.addCertificate(account, fingerprint)
          : await state.accounts.removeCertificate(account, fingerprint);
      const done = () => `Certificate ${fingerprint} ${act === "ADD" ? "added" : "removed"}`;
      session.finishLater(changed(state, change(), done).then((text) => () => reply(text)));
    },
  },
  SET: {
    usage: "SET PASSWORD <password> | SET ALWAYS-ON on|off|default",
    help: "change the password of your account, or whether you stay in your channels when you disconnect",
    needs: 2,
    run(state, session, [what = "", value = ""], reply) {
      if (what.toUpperCase() === "PASSWORD") setPassword(state, session, value, reply);
      else if (what.toUpperCase() === "ALWAYS-ON" && Object.hasOwn(ALWAYS_ON, value.toLowerCase())) {
        reply(setAlwaysOn(state, session, ALWAYS_ON[value.toLowerCase()]) ?? `ALWAYS-ON: ${value.toLowerCase()}`);
      } else reply("Usage: SET PASSWORD <password> | SET ALWAYS-ON on|off|default");
    },
  },
};

/** NickServ, for clients without SASL: registers accounts and logs in to them by plain messages. */
export const NICKSERV: ChatService = serviceOf("NickServ", COMMANDS);

function setPassword(state: ChatState, session: Session, password: string, reply: ServiceReply): void {
  const { account } = session;
  if (account === undefined) return reply("You must log in first");
  if (!mayTellPassword(state, session)) return reply(NO_TLS);
  if (!state.commits.canCommit()) return reply("The accounts cannot be written at this time");
  if (!state.guard.countChange(account)) return reply("Too many changes, try again in a minute");
  const change = state.accounts.setPassword(account, password);
  const done = () => `The password of ${account} was changed`;
  session.finishLater(changed(state, change, done).then((text) => () => reply(text)));
}

/** Returns the reply to a change of an account: the text of `done`, or why it failed. */
function changed(state: ChatState, change: Promise<Account>, done: () => string): Promise<string> {
  return change.then(
    () => {
      state.commits.schedule();
      return done();
    },
    (error) => error instanceof ToucanError ? error.message : Promise.reject(error),
  );
}
