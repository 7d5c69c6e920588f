import { assertEquals } from "@std/assert";
import { loggedIn, PASSWORD, withAccounts } from "../kit/chat_accounts.ts";
import { chatServer } from "../kit/irc.ts";
import { type IrcEvent, IrcFramework } from "../kit/irc_framework.ts";

/** Returns the next event of a kind. */
function next(client: InstanceType<typeof IrcFramework>, kind: string): Promise<IrcEvent> {
  return new Promise((resolve) => client.on(kind, resolve));
}

Deno.test("chat accounts: irc-framework logs in by SASL, and sees the accounts of others", () =>
  withAccounts(["ann", "ben"], async (history) => {
    await using server = chatServer({ history });
    const client = new IrcFramework();
    client.requestCap(["account-tag", "account-notify", "extended-join"]);
    const registered = next(client, "registered");
    const logged = next(client, "loggedin");
    const { port = 0 } = server;
    const account = { account: "ann", password: PASSWORD };
    client.connect({ host: "127.0.0.1", port, nick: "ann", account, auto_reconnect: false });
    assertEquals((await logged).account, "ann");
    assertEquals((await registered).nick, "ann");
    const own = next(client, "join");
    client.join("#a");
    await own;
    const joined = next(client, "join");
    const message = next(client, "privmsg");
    using ben = await loggedIn(server.address, "ben");
    await ben.say("JOIN #a", "PRIVMSG #a :hello");
    assertEquals((await joined).account, "ben");
    assertEquals((await message).tags?.account, "ben");
    const found = await new Promise<IrcEvent>((resolve) => client.whois("ben", resolve));
    assertEquals(found.account, "ben");
    const closed = next(client, "socket close");
    client.quit("bye");
    await closed;
  }));
