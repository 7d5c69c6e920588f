import { assertEquals, assertMatch } from "@std/assert";
import { LoginLimit, type Transport } from "../../../../lib/core/mod.ts";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { openChatAccounts } from "../../../../lib/chat/mod.ts";
import { AccountEnforcement } from "../../../../lib/chat/server/account/enforcement.ts";
import { rename } from "../../../../lib/chat/server/client/nick.ts";
import { Session } from "../../../../lib/chat/server/client/session.ts";
import { CHAT_LIMITS } from "../../../../lib/chat/server/options.ts";
import { CommitQueue } from "../../../../lib/chat/server/send/commit_queue.ts";
import { SendQueue } from "../../../../lib/chat/server/send/send_queue.ts";
import { ChatState } from "../../../../lib/chat/server/state.ts";
import { chatServer, RawIrc } from "../../../kit/irc.ts";
import { addAccounts, loggedIn, withAccounts } from "../../../kit/chat_accounts.ts";

const UNCONNECTED: Transport = {
  read: () => Promise.resolve(null),
  write: (bytes) => Promise.resolve(bytes.length),
  closeWrite: () => Promise.resolve(),
  close: () => {},
};

Deno.test("accounts changed by another program: a banned one is disconnected within two seconds, others stay", () =>
  withAccounts(["ann", "ben"], async (history) => {
    await using server = chatServer({ history });
    using ann = await loggedIn(server.address, "ann");
    using ben = await loggedIn(server.address, "ben");
    {
      using accounts = openChatAccounts(history);
      accounts.ban("ann", { since: Date.now(), reason: "spam" });
    }
    await ann.hears(/^ERROR .*\(Account banned: spam\)$/);
    await ben.say("PING x");
    await ben.hears(/PONG/);
  }));

Deno.test("accounts changed by another program: a nickname that is now reserved is told, then renamed", () =>
  withAccounts([], async (history) => {
    await using server = chatServer({ history });
    using ann = await RawIrc.in(server.address, "ann");
    await addAccounts(history, ["ann"]);
    await ann.hears(/^:NickServ!\S+ NOTICE ann :ann is registered: log in to its account within 30s/);
    // The owner does not wait for that.
    using owner = await loggedIn(server.address, "ann");
    await ann.hears(/^:ann!\S+ NICK guest\d+$/);
    await owner.say("WHOIS ann");
    await owner.hears(/ 330 ann ann ann :/);
    assertEquals(server.clients, 2);
  }));

Deno.test("accounts changed by another program: after the grace a client is renamed, unless it has logged in", () =>
  withAccounts([], async (history) => {
    using kept = new FileHistory(history);
    const commits = new CommitQueue(kept, { paused() {}, failed() {} });
    const info = {
      name: "s",
      network: "n",
      version: "v",
      replay: 0,
      operators: new Map(),
      operatorAccounts: new Set<string>(),
      logins: new LoginLimit(),
    };
    const state = new ChatState(info, CHAT_LIMITS, kept, commits);
    const sent: string[] = [];
    const nicks = ["ann", "ben"].map((nick) => {
      const queue = new SendQueue(UNCONNECTED, commits, 1e6, () => {});
      queue.add = (bytes) => void sent.push(new TextDecoder().decode(bytes));
      const facts = { host: "h", peer: "h:1", secure: false, local: true, framing: 0, server: "s" };
      const session = new Session(facts, queue);
      state.sessions.add(session);
      session.identify("u", "r");
      rename(state, session, nick);
      state.enter(session);
      return session;
    });
    const enforcement = new AccountEnforcement(state, 1000);
    await addAccounts(history, ["ann", "ben"]);
    enforcement.check(0);
    assertEquals(sent.filter((line) => /registered: log in/.test(line)).length, 2);
    const [, ben] = nicks;
    if (ben) ben.account = "ben";
    enforcement.check(999);
    assertEquals(nicks.map(({ nick }) => nick), ["ann", "ben"]);
    enforcement.check(1000);
    assertMatch(nicks.map(({ nick }) => nick).join(" "), /^guest\d+ ben$/);
  }));
