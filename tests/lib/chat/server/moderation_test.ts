import { assertEquals } from "@std/assert";
import { withFolder } from "../../../kit/folder.ts";
import { loggedIn, withAccounts } from "../../../kit/chat_accounts.ts";
import { chatServer, RawIrc } from "../../../kit/irc.ts";

const operators = new Map([["root", "secret"]]);

Deno.test("serveChat: bans and the log of operators survive a restart", () =>
  withFolder(async (folder) => {
    const history = `${folder}/chat.db`;
    {
      await using server = chatServer({ history, operators });
      using root = await RawIrc.in(server.address, "root");
      await root.say("OPER root secret");
      await root.say("UBAN ADD ben!*@* DURATION 1h :spam");
      await root.say("UBAN ADD 192.0.2.7");
      await root.say("UBAN DEL 192.0.2.7");
      await root.hears(/no longer banned/);
    }
    const done: (string | undefined)[][] = [];
    await using server = chatServer({
      ...{ history, operators },
      onModerated: ({ action, target }) => done.push([action, target]),
    });
    using ben = await RawIrc.open(server.address);
    await ben.say("NICK ben");
    await ben.say("USER ben 0 * :ben");
    await ben.hears(/ 465 ben :Banned: spam/);
    using root = await RawIrc.in(server.address, "root");
    await root.say("OPER root secret");
    await root.say("AUDIT 4");
    await root.hears(/End of the audit log/);
    const logged = root.lines.flatMap((line) => /NOTICE root :\S+Z (\S+ \S+)/.exec(line)?.[1] ?? []);
    assertEquals(logged, ["ban ben!*@*", "ban 192.0.2.7", "unban 192.0.2.7", "oper root"]);
    assertEquals(done, [["oper", "root"]]);
  }));

Deno.test("serveChat: a channel of an account is kept, and its operators are known by their accounts", () =>
  withAccounts(["ann", "ben"], async (history) => {
    {
      await using server = chatServer({ history });
      using ann = await loggedIn(server.address, "ann");
      using ben = await loggedIn(server.address, "ben");
      await ann.say("JOIN #team");
      await ann.hears(/353 ann = #team :~ann/);
      await ben.say("JOIN #team");
      await ben.hears(/ 366 /);
      await ann.say("MODE #team +o ben", "TOPIC #team :Plans", "MODE #team +i", "INVITE guest #team");
      await ben.hears(/MODE #team \+i/);
      // An operator cannot turn against the founder.
      await ben.say("MODE #team -o ann", "KICK #team ann");
      await ben.hears(/ 482 ben #team :The founder's rank cannot be removed/);
      await ben.hears(/ 482 ben #team :The founder cannot be kicked/);
      await ben.say("PART #team");
      await ann.say("PART #team");
      await ann.hears(/PART #team/);
      // Without members, it is still closed.
      using eve = await RawIrc.in(server.address, "eve");
      await eve.say("JOIN #team");
      await eve.hears(/ 473 eve #team /);
      await eve.say("NICK ChanServ", "PRIVMSG ChanServ :INFO #team", "PRIVMSG ChanServ :DROP #team");
      await eve.hears(/ 432 eve ChanServ /);
      await eve.hears(/NOTICE eve :#team belongs to ann, since /);
      await eve.hears(/NOTICE eve :#team belongs to ann$/);
    }
    await using server = chatServer({ history, operatorAccounts: ["BEN"] });
    using ben = await loggedIn(server.address, "ben");
    await ben.hears(/ 381 ben /);
    await ben.say("JOIN #team");
    await ben.hears(/332 ben #team :?Plans/);
    await ben.hears(/353 ben = #team :@ben/);
    using ann = await loggedIn(server.address, "ann");
    await ann.say("JOIN #team");
    await ben.hears(/ann!ann@\S+ JOIN #team/);
    await ann.say("CHANSERV FOUNDER #team ben");
    await ben.hears(/MODE #team \+q ben/);
    await ben.hears(/MODE #team -q\+o ann ann/);
    await ann.say("CS DROP #team");
    await ann.hears(/NOTICE ann :#team belongs to ben$/);
    await ben.say("CS ACCESS #team ann VOICE", "CS INFO #team", "CS LIST", "CS DROP #team", "CS INFO #team");
    await ben.hears(/NOTICE ben :ann: voice/);
    await ben.hears(/NOTICE ben :1 of at most 20 channels/);
    await ben.hears(/NOTICE ben :#team belongs to no account/);
    // A ban of an account ends its sessions.
    await ben.say("UBAN ADD nobody", "UBAN ADD ann DURATION 1d :tired");
    await ben.hears(/FAIL UBAN INVALID_PARAMS nobody :There is no such account/);
    await ann.hears(/ERROR :.*Banned: tired/);
  }));
