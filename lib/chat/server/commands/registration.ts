import { ircLine } from "../../codec/message.ts";
import { foldName, isNick } from "../../codec/names.ts";
import { Parcel } from "../parcel.ts";
import type { Session } from "../session.ts";
import type { ChatState } from "../state.ts";
import { cutText, printable } from "../text.ts";
import { CAPABILITIES, type Capability, isCapability } from "../capabilities.ts";
import type { ChatCommands } from "./command.ts";
import { welcome } from "./welcome.ts";

// So that it has room in an answer to WHO.
const REALNAME_BYTES = 150;

/** Getting in and out. */
export const REGISTRATION: ChatCommands = {
  PASS: {
    needs: 1,
    early: true,
    run(_, session, { params: [password] }) {
      if (session.registered) return session.reply("ERR_ALREADYREGISTERED", "You are in already");
      session.password = password;
    },
  },
  NICK: {
    early: true,
    cost: 4,
    run(state, session, { params: [nick = ""] }) {
      if (nick === "") return session.reply("ERR_NONICKNAMEGIVEN", "No nick given");
      if (!isNick(nick)) return session.reply("ERR_ERRONEUSNICKNAME", printable(nick), "This cannot be a nick");
      const holder = state.nicks.get(foldName(nick));
      if (holder && holder !== session) return session.reply("ERR_NICKNAMEINUSE", nick, "Somebody has this nick");
      if (nick === session.nick) return;
      if (session.registered) {
        const change = state.from(session, "NICK", [nick]);
        session.send(change);
        state.sendToNeighbours(session, change);
      }
      if (session.named) state.nicks.delete(foldName(session.nick));
      state.nicks.set(foldName(nick), session);
      session.rename(nick);
      letIn(state, session);
    },
  },
  USER: {
    needs: 4,
    early: true,
    run(state, session, { params: [user = "", , , realname = ""] }) {
      if (session.registered) return session.reply("ERR_ALREADYREGISTERED", "You are in already");
      // What stands in a mask must not be able to look like the rest of one.
      session.identify(user.replace(/[^A-Za-z0-9._-]/g, "").slice(0, 16) || "user", cutText(realname, REALNAME_BYTES));
      letIn(state, session);
    },
  },
  CAP: {
    early: true,
    run(state, session, { params: [word = "", ...rest] }) {
      const asked = rest.join(" ").split(" ").filter((name) => name !== "");
      const answer = (...params: string[]) => session.say("CAP", session.nick, ...params);
      switch (word.toUpperCase()) {
        case "LS":
          if (!session.registered) session.negotiating = true;
          if (Number(rest[0]) >= 302) session.capabilities.add("cap-notify");
          return answer("LS", CAPABILITIES.join(" "));
        case "LIST":
          return answer("LIST", [...session.capabilities].join(" "));
        case "REQ":
          if (!session.registered) session.negotiating = true;
          return answer(change(session, asked) ? "ACK" : "NAK", asked.join(" "));
        case "END":
          session.negotiating = false;
          return letIn(state, session);
        default:
          session.reply("ERR_INVALIDCAPCMD", printable(word), "There is no such CAP command");
      }
    },
  },
  PING: {
    early: true,
    needs: 1,
    run: (state, session, { params: [token = ""] }) => session.say("PONG", state.facts.name, token),
  },
  PONG: { early: true, run: () => {} },
  QUIT: {
    early: true,
    run(state, session, { params: [reason = ""] }) {
      state.quit(session, cutText(`Quit: ${reason || session.nick}`));
    },
  },
};

/** Makes the capabilities what is asked for, all or nothing. */
function change(session: Session, asked: readonly string[]): boolean {
  const wanted: [Capability, boolean][] = [];
  for (const word of asked) {
    const name = word.replace(/^-/, "");
    if (!isCapability(name)) return false;
    wanted.push([name, !word.startsWith("-")]);
  }
  for (const [name, set] of wanted) {
    if (set) session.capabilities.add(name);
    else session.capabilities.delete(name);
  }
  session.reform();
  return true;
}

/** Lets somebody in who has said all that is needed. */
function letIn(state: ChatState, session: Session): void {
  if (session.registered || session.negotiating || !session.named || session.user === undefined) return;
  const { password, logins } = state.facts;
  const wait = password === undefined ? 0 : logins.wait(session.facts.peer);
  if (wait > 0) {
    session.reply("ERR_PASSWDMISMATCH", `Too many failed logins, try again in ${Math.ceil(wait / 1000)}s`);
    return state.quit(session, "Too many failed logins");
  }
  if (password !== undefined && !sameText(session.password ?? "", password)) {
    // Who gives none has guessed nothing.
    if (session.password !== undefined) logins.failed(session.facts.peer);
    session.reply("ERR_PASSWDMISMATCH", "The password is wrong, or none was given");
    return state.quit(session, "Bad password");
  }
  session.password = undefined;
  state.enter(session);
  welcome(state, session);
}

/** Compares in a time that tells nothing about where they differ. */
function sameText(one: string, other: string): boolean {
  let differs = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) differs |= one.charCodeAt(i) ^ other.charCodeAt(i % Math.max(1, other.length));
  return differs === 0;
}

/** Asks a client whether it is there. */
export function ask(session: Session): void {
  session.send(new Parcel(ircLine(undefined, "PING", session.facts.server)));
}
