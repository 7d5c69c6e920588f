import { ircLine, utf8Length } from "../../../codec/message.ts";
import { foldName, isNick, MAX_REALNAME_BYTES, MAX_USER_LENGTH } from "../../../codec/names.ts";
import { readCount } from "../../../codec/values.ts";
import { EncodedMessage } from "../../send/encoded_message.ts";
import { sameText } from "../../same_text.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import { cutText, printable } from "../../text.ts";
import { CAPABILITIES, type Capability, isCapability } from "../../client/capabilities.ts";
import type { ChatCommands } from "../command.ts";
import { welcome } from "./welcome.ts";

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
      if (!isNick(nick)) return session.reply("ERR_ERRONEUSNICKNAME", printable(nick), "Erroneous nickname");
      const holder = state.nicks.get(foldName(nick));
      if (holder && holder !== session) return session.reply("ERR_NICKNAMEINUSE", nick, "Nickname is already in use");
      if (nick === session.nick) return;
      if (session.registered) {
        const change = state.from(session, "NICK", [nick]);
        session.send(change);
        state.sendToNeighbours(session, change);
        state.nickHistory.add(session);
      }
      const before = session.nick;
      const other = foldName(before) !== foldName(nick);
      // In a network a nickname is reserved by the log, when the client enters.
      if (session.registered || !state.network) {
        if (session.named) state.nicks.delete(foldName(before));
        state.nicks.set(foldName(nick), session);
      }
      session.rename(nick);
      for (const channel of state.channelsOf(session)) if (channel.members.get(session)) state.changed(channel);
      if (session.registered && other) {
        state.monitors.offline(before);
        state.monitors.online(session);
      }
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
          return answer("LS", CAPABILITIES.join(" "));
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
      if (session.has("setname")) session.send(change);
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
    early: true,
    run(state, session, { params: [reason = ""] }) {
      state.quit(session, cutText(`Quit: ${reason}`));
    },
  },
};

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

/** Completes the registration of a client that has sent all that is required. */
function completeRegistration(state: ChatState, session: Session): void {
  if (session.registered || session.negotiating || !session.named || session.user === undefined) return;
  const { password, logins } = state.info;
  const wait = password === undefined ? 0 : logins.wait(session.info.peer);
  if (wait > 0) {
    session.reply("ERR_PASSWDMISMATCH", `Too many failed logins, try again in ${Math.ceil(wait / 1000)}s`);
    return state.quit(session, "Too many failed logins");
  }
  if (password !== undefined && !sameText(session.password ?? "", password)) {
    // A missing password does not count as a failed login.
    if (session.password !== undefined) logins.failed(session.info.peer);
    session.reply("ERR_PASSWDMISMATCH", "Password incorrect");
    return state.quit(session, "Bad password");
  }
  if (state.network) return state.network.enter(session);
  session.password = undefined;
  state.enter(session);
  welcome(state, session);
}

/** Sends a PING. */
export function sendPing(session: Session): void {
  session.send(new EncodedMessage(ircLine(undefined, "PING", session.info.server)));
}
