import { foldName } from "../../../codec/names.ts";
import { logIn } from "../../account/log_in.ts";
import { registerAccount } from "../../account/register_account.ts";
import { printable } from "../../text.ts";
import type { ChatCommands } from "../command.ts";

/** Registration of accounts (IRCv3 account-registration, a draft). There is no verification: no e-mail is sent. */
export const REGISTER: ChatCommands = {
  REGISTER: {
    needs: 3,
    early: true,
    cost: 10,
    run(state, session, { params: [name = "", , password = ""] }) {
      const fail = (code: string, text: string) => session.fail("REGISTER", code, printable(name), text);
      if (name !== "*" && session.named && foldName(name) !== foldName(session.nick)) {
        return fail("ACCOUNT_NAME_MUST_BE_NICK", "The name of the account must be your nickname");
      }
      session.finishLater(
        registerAccount(state, session, password).then((result) => () => {
          if ("code" in result) return fail(result.code, result.text);
          session.say("REGISTER", "SUCCESS", result.name, "Account registered");
          const failure = logIn(state, session, result);
          if (failure !== undefined) session.say("NOTE", "REGISTER", "NOT_LOGGED_IN", failure);
        }),
      );
    },
  },
  VERIFY: {
    needs: 2,
    early: true,
    run(_, session, { params: [name = ""] }) {
      session.fail("VERIFY", "INVALID_CODE", printable(name), "No verification is required");
    },
  },
};
