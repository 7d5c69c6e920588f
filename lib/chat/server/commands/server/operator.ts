import { cutText, printable } from "../../text.ts";
import { sameText } from "../../same_text.ts";
import { moderated } from "../../moderation/moderation.ts";
import type { Session } from "../../client/session.ts";
import type { ChatState } from "../../state.ts";
import type { ChatCommands } from "../command.ts";
import { requireIrcOperator, sendNoSuchNick } from "../requirements.ts";

const REASON_BYTES = 200;

/** Authentication of IRC operators, and their commands. */
export const OPERATOR: ChatCommands = {
  OPER: {
    needs: 2,
    cost: 4,
    run(state, session, { params: [name = "", password = ""] }) {
      const { operators, logins } = state.info;
      if (operators.size === 0) return session.reply("ERR_NOOPERHOST", "No O-lines for your host");
      const wait = logins.wait(session.info.peer);
      if (wait > 0) {
        return session.reply("ERR_PASSWDMISMATCH", `Too many failed logins, try again in ${Math.ceil(wait / 1000)}s`);
      }
      const expected = operators.get(name);
      // An unknown name takes as long as a wrong password.
      const same = sameText(password, expected ?? " ");
      if (expected === undefined || !same) {
        state.guard.failed(session.info.peer);
        moderated(state, session, { action: "oper-failed", target: printable(name) });
        return session.reply("ERR_PASSWDMISMATCH", "Password incorrect");
      }
      session.reply("RPL_YOUREOPER", "You are now an IRC operator");
      if (session.operator) return;
      moderated(state, session, { action: "oper", target: name });
      if (state.network) state.network.grantOperator(session);
      else grantOperator(state, session);
    },
  },
  KILL: {
    shared: true,
    needs: 2,
    run(state, session, { params: [nick = "", comment = ""] }) {
      if (!requireIrcOperator(session)) return;
      const target = state.find(nick);
      if (!target) return sendNoSuchNick(session, nick);
      const reason = cutText(comment, REASON_BYTES);
      moderated(state, session, { action: "kill", target: target.mask, reason });
      target.send(state.from(session, "KILL", [target.nick, reason]));
      state.quit(target, `Killed (${session.nick} (${reason}))`);
    },
  },
  WALLOPS: {
    shared: true,
    needs: 1,
    run(state, session, { params: [text = ""] }) {
      if (!requireIrcOperator(session)) return;
      const message = state.from(session, "WALLOPS", [cutText(text)]);
      for (const other of state.nicks.values()) if (other.registered && other.modes.has("w")) other.send(message);
    },
  },
  ...Object.fromEntries(
    ["CONNECT", "DIE", "REHASH", "RESTART", "SQUIT"].map((name) => [
      name,
      {
        run(_, session) {
          if (requireIrcOperator(session)) session.reply("ERR_UNKNOWNCOMMAND", name, "Unknown command");
        },
      } satisfies ChatCommands[string],
    ]),
  ),
};

/** Makes a client an IRC operator. */
export function grantOperator(state: ChatState, session: Session): void {
  state.userModes.set(session, "o");
  session.send(state.from(session, "MODE", [session.nick, "+o"]));
}
