import { foldName } from "../../codec/names.ts";
import { logOut } from "../account/log_in.ts";
import { channelsOwnedBy, releaseOrphans } from "../channel/ownership.ts";
import type { Session } from "../client/session.ts";
import { moderated } from "../moderation/moderation.ts";
import type { ChatState } from "../state.ts";
import { printable } from "../text.ts";
import { ToucanError } from "../../../core/mod.ts";
import type { NetworkLog } from "../network_log.ts";
import type { ServiceCommand, ServiceReply } from "./service.ts";

/** Commands of NickServ about accounts that exist. */
export const ACCOUNT_COMMANDS: Readonly<Record<string, ServiceCommand>> = {
  LOGOUT: {
    usage: "LOGOUT",
    help: "log out of your account; a nickname that is reserved to it is changed",
    needs: 0,
    shared: true,
    run(state, session, _, reply) {
      if (session.account === undefined) return reply("You must log in first");
      logOut(state, session);
      reply("You are now logged out");
    },
  },
  INFO: {
    usage: "INFO [<account>]",
    help: "show when an account was registered; of your own also its channels and settings",
    needs: 0,
    run(state, session, [given], reply) {
      const asked = given ?? session.account ?? session.nick;
      const account = state.accounts.find(asked);
      if (!account) return reply(`There is no account ${printable(asked)}`);
      const { name, created, certificates, alwaysOn } = account;
      reply(`${name} was registered ${new Date(created).toISOString()}`);
      if (name !== session.account && !session.operator) return;
      const channels = channelsOwnedBy(state, name).map((channel) => channel.name);
      const setting = alwaysOn === undefined ? "default" : alwaysOn ? "on" : "off";
      reply(`Clients: ${clientsOf(state, name).length}, certificates: ${certificates.length}, ALWAYS-ON: ${setting}`);
      reply(`Channels: ${channels.join(" ") || "none"}`);
    },
  },
  DROP: {
    usage: "DROP [<account> <code>]",
    help: "delete your account and release its channels; without a code you are told one",
    needs: 0,
    run(state, session, [name = "", code = ""], reply) {
      const { account } = session;
      if (account === undefined) return reply("You must log in first");
      const confirmed = session.dropCode !== undefined && code === session.dropCode &&
        foldName(name) === foldName(account);
      if (!confirmed) {
        session.dropCode = crypto.getRandomValues(new Uint8Array(4)).toHex();
        const channels = channelsOwnedBy(state, account).length;
        reply(
          `This deletes ${account} for good and releases its channels (${channels}); the name cannot be registered again`,
        );
        return reply(`To confirm: DROP ${account} ${session.dropCode}`);
      }
      if (!state.commits.canCommit()) return reply("The accounts cannot be written at this time");
      session.dropCode = undefined;
      if (state.network) return dropShared(state, state.network, session, account, reply);
      state.accounts.delete(account);
      state.commits.schedule();
      moderated(state, session, { action: "account-deleted", target: account });
      logOut(state, session);
      for (const other of [...state.presences?.all ?? [], ...state.sessions]) {
        if (other.account === account) state.quit(other, "Account deleted");
      }
      releaseOrphans(state);
      reply(`Account ${account} was deleted`);
    },
  },
};

/** Deletes an account of a network; the log then says that its clients quit, after this one has logged out. */
function dropShared(
  state: ChatState,
  network: NetworkLog,
  session: Session,
  account: string,
  reply: ServiceReply,
): void {
  const drop = async () => {
    const deleted = await state.accounts.delete(account);
    moderated(state, session, { action: "account-deleted", target: account });
    network.write(session, { tags: new Map(), command: "NICKSERV", params: ["LOGOUT"] });
    await network.shareAccount(deleted);
    return `Account ${account} was deleted`;
  };
  const failed = (error: unknown) => error instanceof ToucanError ? error.message : Promise.reject(error);
  session.finishLater(drop().catch(failed).then((text) => () => reply(text)));
}

function clientsOf(state: ChatState, account: string): readonly Session[] {
  return [...state.sessions.of(account)].filter((one) => one.registered);
}
