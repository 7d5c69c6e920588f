import { ircLine, utf8Length } from "../../../codec/message.ts";
import { isNick, MAX_REALNAME_BYTES, MAX_USER_LENGTH } from "../../../codec/names.ts";
import { readCount } from "../../../codec/values.ts";
import { findService } from "../../services/services.ts";
import { EncodedMessage } from "../../send/encoded_message.ts";
import { sameText } from "../../same_text.ts";
import { isReserved, nickConflict, release, releaseReserved, rename } from "../../client/nick.ts";
import { grantOperator } from "../../moderation/moderation.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { cutText, printable, wrapWords } from "../../text.ts";
import { CAPABILITIES, type Capability, CAPABILITY_VALUES, isCapability } from "../../client/capabilities.ts";
import { sendPersistence } from "../account/persistence.ts";
import { mechanismsOf } from "../account/authenticate.ts";
import type { ChatCommands } from "../command.ts";
import { banText } from "../../moderation/server_ban.ts";
import { resume } from "./resume.ts";
import { welcome } from "./welcome.ts";

/** Limit of a line of the list of capabilities. */
const CAP_LIST_BYTES = 400;

/** Registration, capability negotiation and QUIT. */
export const REGISTRATION: ChatCommands = {
  PASS: {
    needs: 1,
    early: true,
    run(_, session, { params: [password] }) {
      if (session.registered) return session.reply("ERR_ALREADYREGISTERED", "You may not reregister");
      session.password = password;
    },
  },
  NICK: {
    shared: true,
    early: true,
    cost: 4,
    run(state, session, { params: [nick = ""] }) {
      if (nick === "") return session.reply("ERR_NONICKNAMEGIVEN", "No nickname given");
      // A client with the nickname of a service could ask others for their passwords.
      if (!isNick(nick) || findService(nick)) {
        return session.reply("ERR_ERRONEUSNICKNAME", printable(nick), "Erroneous nickname");
      }
      // Before registration a client may still log in to the account of the nickname.
      if (!session.registered && session.negotiating && mayBeOwn(state, session, nick)) session.wantedNick = nick;
      else takeNick(state, session, nick);
      completeRegistration(state, session);
    },
  },
  USER: {
    needs: 4,
    early: true,
    run(state, session, { params: [user = "", , , realname = ""] }) {
      if (session.registered) return session.reply("ERR_ALREADYREGISTERED", "You may not reregister");
      if (user === "" || realname === "") {
        return session.reply("ERR_NEEDMOREPARAMS", "USER", "Not enough parameters");
      }
      // The user name must not contain the separators of a mask.
      session.identify(
        user.replace(/[^A-Za-z0-9._-]/g, "").slice(0, MAX_USER_LENGTH) || "user",
        cutText(realname, MAX_REALNAME_BYTES),
      );
      completeRegistration(state, session);
    },
  },
  CAP: {
    own: true,
    // Commands depend on capabilities.
    shared: ([subcommand = ""]) => subcommand.toUpperCase() === "REQ",
    early: true,
    needs: 1,
    run(state, session, { params: [subcommand = "", ...rest] }) {
      const asked = rest.join(" ").split(" ").filter((name) => name !== "");
      const answer = (...params: string[]) => session.say("CAP", session.nick, ...params);
      switch (subcommand.toUpperCase()) {
        case "LS":
          if (!session.registered) session.negotiating = true;
          if ((readCount(rest[0]) ?? 0) >= 302) {
            session.negotiates302 = true;
            session.capabilities.add("cap-notify");
          }
          return listCapabilities(state, session);
        case "LIST":
          return answer("LIST", [...session.capabilities].join(" "));
        case "REQ":
          if (!session.registered) session.negotiating = true;
          return answer(change(session, asked) ? "ACK" : "NAK", asked.join(" "));
        case "END":
          session.negotiating = false;
          return completeRegistration(state, session);
        default:
          session.reply("ERR_INVALIDCAPCMD", printable(subcommand), "Invalid CAP command");
      }
    },
  },
  SETNAME: {
    shared: true,
    needs: 1,
    cost: 2,
    run(state, session, { params: [realname = ""] }) {
      if (realname.trim() === "" || utf8Length(realname) > MAX_REALNAME_BYTES) {
        return session.fail("SETNAME", "INVALID_REALNAME", "Realname is not valid");
      }
      session.realname = realname;
      const change = state.from(session, "SETNAME", [realname]);
      session.sendWith("setname", change);
      state.notify(session, change, "setname");
    },
  },
  PING: {
    early: true,
    needs: 1,
    run(state, session, { params: [token = ""] }) {
      if (token === "") session.reply("ERR_NOORIGIN", "No origin specified");
      else session.say("PONG", state.info.name, token);
    },
  },
  PONG: { early: true, run: () => {} },
  QUIT: {
    own: true,
    early: true,
    run(state, session, { params: [reason = ""] }) {
      state.quit(session, cutText(`Quit: ${reason}`));
    },
  },
};

/** Sends the list of capabilities, to a client of version 302 with values, and in several lines where it is long. */
function listCapabilities(state: ChatState, session: Session): void {
  const { negotiates302, nick } = session;
  const values: Partial<Record<Capability, string>> = {
    ...CAPABILITY_VALUES,
    sasl: mechanismsOf(state, session).join(","),
  };
  const { closedRegistration, inviteOnly, password, requireAccount } = state.info;
  if (password === undefined && !requireAccount && !inviteOnly) values["draft/account-registration"] = "before-connect";
  const offered = CAPABILITIES.filter((name) => name !== "draft/account-registration" || !closedRegistration);
  if (!negotiates302) return session.say("CAP", nick, "LS", offered.join(" "));
  const names = offered.map((name) => values[name] === undefined ? name : `${name}=${values[name]}`);
  const lines = wrapWords(names, CAP_LIST_BYTES);
  const last = lines.pop() ?? "";
  for (const line of lines) session.say("CAP", nick, "LS", "*", line);
  session.say("CAP", nick, "LS", last);
}

/** Applies a capability request, all or nothing. */
function change(session: Session, asked: readonly string[]): boolean {
  const wanted: [Capability, boolean][] = [];
  for (const word of asked) {
    const name = word.replace(/^-/, "");
    if (!isCapability(name)) return false;
    // Version 302 implies cap-notify.
    if (name === "cap-notify" && word.startsWith("-") && session.negotiates302) return false;
    wanted.push([name, !word.startsWith("-")]);
  }
  for (const [name, set] of wanted) {
    if (set) session.capabilities.add(name);
    else session.capabilities.delete(name);
  }
  session.updateEncoding();
  return true;
}

/** Returns whether a nickname may be that of the client, when it has logged in. */
function mayBeOwn(state: ChatState, session: Session, nick: string): boolean {
  return isReserved(state, session, nick) || state.find(nick)?.account !== undefined;
}

/** Gives a client a nickname, or tells it why it cannot have it. */
function takeNick(state: ChatState, session: Session, nick: string): void {
  session.wantedNick = session.joins = undefined;
  const member = state.presences?.memberFor(session, nick);
  if (typeof member === "string") return session.reply("ERR_NICKNAMEINUSE", nick, member);
  if (member) {
    release(state, session);
    session.joins = member;
    return session.rename(member.nick);
  }
  const conflict = nickConflict(state, session, nick);
  if (conflict === undefined) rename(state, session, nick);
  else session.reply("ERR_NICKNAMEINUSE", nick, conflict);
}

/** Completes the registration of a client that has sent all that is required. */
function completeRegistration(state: ChatState, session: Session): void {
  if (session.registered || session.negotiating || session.user === undefined) return;
  if (session.wantedNick !== undefined) takeNick(state, session, session.wantedNick);
  else if (session.joins) {
    // The member may have left, or have another nickname since.
    const { nick } = session;
    session.unname();
    takeNick(state, session, nick);
  } // Since it was claimed, the nickname may have been registered by another client.
  else if (session.named && isReserved(state, session, session.nick)) {
    releaseReserved(state, session);
  }
  if (!session.named) return;
  if (state.info.requireAccount && session.account === undefined) {
    session.fail("*", "ACCOUNT_REQUIRED_TO_CONNECT", "You must log in to an account, by SASL");
    return state.quit(session, "Account required");
  }
  const { logins } = state.info;
  // An account is worth as much as the password of the server.
  const locked = session.account === undefined && (state.info.password !== undefined || state.info.inviteOnly);
  const wait = locked ? logins.wait(session.info.peer) : 0;
  if (wait > 0) {
    session.reply("ERR_PASSWDMISMATCH", `Too many failed logins, try again in ${Math.ceil(wait / 1000)}s`);
    return state.quit(session, "Too many failed logins");
  }
  session.invited = undefined;
  if (locked && !isAdmitted(state, session)) {
    // A missing password does not count as a failed login.
    if (session.password !== undefined) state.guard.failed(session.info.peer);
    session.reply("ERR_PASSWDMISMATCH", "Password incorrect");
    return state.quit(session, "Bad password");
  }
  const ban = state.bans.find(session, state.now());
  if (ban) {
    session.reply("ERR_YOUREBANNEDCREEP", banText(ban));
    return state.quit(session, banText(ban));
  }
  if (state.network) return state.network.enter(session);
  session.password = undefined;
  if (session.joins) return resume(state, session, session.joins);
  state.enter(session);
  welcome(state, session);
  grantOperator(state, session);
  state.presences?.review(session);
  sendPersistence(state, session);
}

/** Returns whether a client has sent the password of the server, or the token of an invitation. */
function isAdmitted(state: ChatState, session: Session): boolean {
  const { password: given = "" } = session;
  const { password, inviteOnly } = state.info;
  if (password !== undefined && sameText(given, password)) return true;
  if (state.network) {
    // The log decides who uses an invitation that admits one client.
    session.invited = inviteOnly ? state.invitations.shown(given, Date.now()) : undefined;
    return session.invited !== undefined;
  }
  const admission = inviteOnly ? state.invitations.redeem(given, Date.now()) : undefined;
  if (admission?.next !== undefined) noteUsed(session, admission.next, admission.expires);
  return admission !== undefined;
}

/** Tells a client that its invitation is used, and by which password it can connect again. */
export function noteUsed(session: Session, token: string, expires: number): void {
  const text = `Your invitation is used. To connect again, use this password until ${new Date(expires).toISOString()}`;
  session.say("NOTE", "PASS", "INVITATION_USED", token, text);
}

/** Sends a PING. */
export function sendPing(session: Session): void {
  session.send(new EncodedMessage(ircLine(undefined, "PING", session.info.server)));
}
