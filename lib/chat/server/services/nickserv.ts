import { countFailure, logIn, loginDelay, mayTellPassword } from "../account/log_in.ts";
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
          logIn(state, session, result);
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
        state.accounts.login(name, password).then((result) => () => {
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
      try {
        if (action.toUpperCase() === "ADD") state.accounts.addCertificate(account, fingerprint);
        else if (action.toUpperCase() === "DEL") state.accounts.removeCertificate(account, fingerprint);
        else return reply("Usage: CERT ADD|DEL|LIST [<fingerprint>]");
      } catch (error) {
        if (!(error instanceof ToucanError)) throw error;
        return reply(error.message);
      } finally {
        state.commits.schedule();
      }
      reply(`Certificate ${fingerprint} ${action.toUpperCase() === "ADD" ? "added" : "removed"}`);
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
  const changed = state.accounts.setPassword(account, password).then(
    () => {
      state.commits.schedule();
      return `The password of ${account} was changed`;
    },
    (error) => error instanceof ToucanError ? error.message : Promise.reject(error),
  );
  session.finishLater(changed.then((text) => () => reply(text)));
}
