import { assertEquals, assertMatch } from "@std/assert";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { openChatAccounts } from "../../../../lib/chat/mod.ts";
import { AccountEnforcement } from "../../../../lib/chat/server/account/enforcement.ts";
import { chatStage } from "../../../kit/chat_stage.ts";
import { chatServer, RawIrc } from "../../../kit/irc.ts";
import { addAccounts, loggedIn, withAccounts } from "../../../kit/chat_accounts.ts";

Deno.test("accounts changed by another program: a banned one is disconnected within two seconds, others stay", () =>
  withAccounts(["ann", "ben"], async (history) => {
    await using server = chatServer({ history });
    using ann = await loggedIn(server.address, "ann");
    using ben = await loggedIn(server.address, "ben");
    {
      using accounts = openChatAccounts(history);
      await accounts.ban("ann", { since: Date.now(), reason: "spam" });
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
    const { state, come } = chatStage({}, kept);
    const clients = [come(), come()];
    for (const [i, client] of clients.entries()) {
      await client.say(`NICK ${["ann", "ben"][i]}`);
      await client.say("USER u 0 * :r");
    }
    const nicks = () => clients.map(({ session }) => session.nick).join(" ");
    const enforcement = new AccountEnforcement(state, 1000);
    await addAccounts(history, ["ann", "ben"]);
    enforcement.check(0);
    for (const client of clients) assertMatch(client.heard(), /NickServ!\S+ NOTICE \w+ :\w+ is registered: log in/);
    const [, ben] = clients;
    if (ben) ben.session.account = "ben";
    enforcement.check(999);
    assertEquals(nicks(), "ann ben");
    enforcement.check(1000);
    assertMatch(nicks(), /^guest\d+ ben$/);
  }));
