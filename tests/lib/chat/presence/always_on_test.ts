import { assertMatch } from "@std/assert";
import { openChatAccounts } from "../../../../lib/chat/mod.ts";
import { loggedIn, withAccounts } from "../../../kit/chat_accounts.ts";
import { chatServer } from "../../../kit/irc.ts";

Deno.test("serveChat: two clients of one account, a restart, and a client that comes back", () =>
  withAccounts(["ann", "ben"], async (history) => {
    {
      await using server = chatServer({ history, alwaysOn: true });
      using phone = await loggedIn(server.address, "ann");
      await phone.say("JOIN #a");
      await phone.hears(/ 366 /);
      using desk = await loggedIn(server.address, "ann", "echo-message");
      await desk.hears(/^:ann!ann@\S+ JOIN #a$/);
      await desk.say("PRIVMSG #a :from the desk");
      await phone.hears(/^:ann!ann@\S+ PRIVMSG #a :from the desk$/);
      await desk.hears(/^:ann!ann@\S+ PRIVMSG #a :from the desk$/);
    }
    await using server = chatServer({ history, alwaysOn: true });
    using ben = await loggedIn(server.address, "ben");
    await ben.say("JOIN #a");
    assertMatch(await ben.hears(/ 353 /), / 353 ben = #a :~ann ben$|:ben ~ann$/);
    await ben.say("PRIVMSG #a :good morning", "PRIVMSG ann :in private");
    await ben.hears(/ 301 ben ann :Not connected$/);
    using ann = await loggedIn(server.address, "ann");
    await ann.hears(/^:ben!\S+ PRIVMSG #a :\[\d\d:\d\d\] good morning$/);
    await ann.hears(/^:ben!\S+ PRIVMSG ann :\[\d\d:\d\d\] in private$/);
    await ann.say("QUIT");
    await ann.ended();
    {
      using accounts = openChatAccounts(history);
      accounts.ban("ann", { since: Date.now(), reason: "spam" });
    }
    await ben.hears(/^:ann!\S+ QUIT :Account banned: spam$/);
  }));
