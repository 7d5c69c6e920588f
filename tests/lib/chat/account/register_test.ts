import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ChatServerOptions, openChatAccounts } from "../../../../lib/chat/mod.ts";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { chatServer, RawIrc } from "../../../kit/irc.ts";
import { loggedIn, PASSWORD, saslPlain, withAccounts } from "../../../kit/chat_accounts.ts";
import { withFolder } from "../../../kit/folder.ts";

Deno.test("REGISTER: an account of the nickname, before and after the connection is complete", () =>
  withFolder(async (folder) => {
    const history = `${folder}/chat.db`;
    {
      await using server = chatServer({ history });
      using ann = await RawIrc.open(server.address);
      await ann.say("CAP LS 302", "CAP REQ :sasl standard-replies", "NICK Ann", "USER ann 0 * :ann");
      assertMatch(await ann.hears(/ LS /), /draft\/account-registration=before-connect/);
      await ann.say(`REGISTER * * :${PASSWORD}`, "CAP END");
      await ann.hears(/^:\S+ REGISTER SUCCESS Ann :/);
      await ann.hears(/ 900 Ann \S+ Ann :/);
      await ann.hears(/ 001 Ann /);
      using ben = await RawIrc.in(server.address, "ben", "account-notify");
      await ben.say(`REGISTER BEN ben@example.com :${PASSWORD}`, "VERIFY ben 123");
      await ben.hears(/^:\S+ REGISTER SUCCESS ben :/);
      await ben.hears(/^:ben!\S+ ACCOUNT ben$/);
      await ben.hears(/ FAIL VERIFY INVALID_CODE ben :/);
    }
    // What was acknowledged is on disk, and logs in after a restart.
    {
      using kept = new FileHistory(history);
      assertEquals([...kept.accounts.list()].map(({ name }) => name), ["Ann", "ben"]);
    }
    await using server = chatServer({ history });
    using _ann = await loggedIn(server.address, "ann");
  }));

/** Options of a server, lines of a registered client `guest`, and the code of FAIL. */
const REFUSED: readonly (readonly [options: ChatServerOptions, line: string, code: string])[] = [
  [{}, "REGISTER * * :short", "WEAK_PASSWORD"],
  [{}, `REGISTER * * :${"x".repeat(301)}`, "UNACCEPTABLE_PASSWORD"],
  [{}, `REGISTER other * :${PASSWORD}`, "ACCOUNT_NAME_MUST_BE_NICK"],
  [{ registration: "closed" }, `REGISTER * * :${PASSWORD}`, "TEMPORARILY_UNAVAILABLE"],
];

for (const [options, line, code] of REFUSED) {
  Deno.test(`REGISTER: ${line.slice(0, 30)} fails with ${code}`, async () => {
    await using server = chatServer(options);
    using guest = await RawIrc.in(server.address, "guest");
    await guest.say(line);
    await guest.hears(new RegExp(` FAIL REGISTER ${code} `));
    await guest.say("WHOIS guest");
    await guest.hears(/ 318 /);
    assert(!guest.lines.some((text) => / 900 | 330 /.test(text)));
  });
}

Deno.test("REGISTER: a similar name, a client that is logged in, and one that is not admitted yet", () =>
  withAccounts(["ann1", "ben"], async (history) => {
    await using server = chatServer({ history, password: "secret" });
    using ben = await loggedIn(server.address, "ben");
    await ben.say(`REGISTER * * :${PASSWORD}`);
    await ben.hears(/ FAIL REGISTER ALREADY_AUTHENTICATED /);
    using early = await RawIrc.open(server.address);
    await early.say("CAP LS 302", "NICK early", `REGISTER * * :${PASSWORD}`);
    await early.hears(/ FAIL REGISTER COMPLETE_CONNECTION_REQUIRED /);
    await early.say("NICK annl", "PASS secret", "USER a 0 * :a", "CAP END", `REGISTER * * :${PASSWORD}`);
    await early.hears(/ FAIL REGISTER BAD_ACCOUNT_NAME \* :.*looks like that of account ann1$/);
  }));

Deno.test("nicknames: reserved to their account, before and after registration, also from services", () =>
  withAccounts(["ann"], async (history) => {
    await using server = chatServer({ history });
    using guest = await RawIrc.in(server.address, "guest");
    await guest.say("NICK ANN", "NICK NickServ", "NICK guest2");
    await guest.hears(/ 433 guest ANN :Nickname is reserved by a different account$/);
    await guest.hears(/ 432 guest NickServ :/);
    await guest.hears(/ NICK guest2$/);
    // Without negotiation there is no time to log in.
    using plain = await RawIrc.open(server.address);
    await plain.say("NICK ann", "USER a 0 * :a");
    await plain.hears(/ 433 \* ann :/);
    await plain.say("NICK ann_");
    await plain.hears(/ 001 ann_ /);
    // With it the nickname is decided at its end, and does not keep the owner out meanwhile.
    using early = await RawIrc.open(server.address);
    await early.say("CAP LS 302", "NICK ann", "USER a 0 * :a");
    await early.hears(/ LS /);
    using ann = await loggedIn(server.address, "ann");
    await early.say("CAP END");
    await early.hears(/ 433 \* ann :/);
    await ann.say("NICK else");
    await ann.hears(/ NICK else$/);
    await guest.say("NICK ann");
    await guest.hears(/ 433 /);
  }));

Deno.test("requireAccount: only clients that log in are admitted", () =>
  withAccounts(["ann"], async (history) => {
    await using server = chatServer({ history, requireAccount: true });
    using _ann = await loggedIn(server.address, "ann");
    using guest = await RawIrc.open(server.address);
    await guest.say("NICK guest", "USER a 0 * :a");
    await guest.hears(/ FAIL \* ACCOUNT_REQUIRED_TO_CONNECT :/);
    await guest.hears(/^ERROR /);
  }));

Deno.test("NickServ: registers, logs in, changes the password and disconnects a ghost, by plain messages", () =>
  withAccounts(["ben"], async (history) => {
    await using server = chatServer({ history });
    using ann = await RawIrc.in(server.address, "ann", "echo-message", "labeled-response", "batch");
    const replies: readonly (readonly [line: string, reply: RegExp])[] = [
      ["PRIVMSG NickServ :HELP", /NOTICE ann :REGISTER <password>: /],
      ["PRIVMSG nickserv :frobnicate", /NOTICE ann :Unknown command FROBNICATE/],
      ["NS IDENTIFY", /NOTICE ann :Usage: IDENTIFY/],
      ["NS REGISTER short", /NOTICE ann :Invalid password: at least 8 characters/],
      ["NICKSERV :SET PASSWORD secret", /NOTICE ann :You must log in first/],
      ["NS GHOST ben", /NOTICE ann :You must log in first/],
      ["NS IDENTIFY ben wrong-one", /NOTICE ann :Invalid account or password/],
      ["@label=7 PRIVMSG NickServ :REGISTER correct-horse", /label=7.*BATCH|NOTICE ann :Account ann registered/],
      ["WHOIS ann", / 330 ann ann ann :/],
      ["NS REGISTER correct-horse", /NOTICE ann :You are already logged in/],
      ["NS SET PASSWORD battery-staple", /NOTICE ann :The password of ann was changed/],
      ["NS GHOST ben", /NOTICE ann :ben is not another client/],
    ];
    for (const [line, reply] of replies) {
      await ann.say(line);
      await ann.hears(reply);
    }
    assertEquals(ann.lines.filter((line) => /PRIVMSG NickServ/i.test(line)), [], "no echo of a password");
    using other = await RawIrc.in(server.address, "other");
    await other.say("PRIVMSG NickServ :IDENTIFY ann battery-staple");
    await other.hears(/ 900 other \S+ ann :/);
    await other.hears(/NOTICE other :You are now logged in as ann/);
    await other.say("NS GHOST ann", "NICK ann");
    await other.hears(/NOTICE other :ann was disconnected/);
    await ann.hears(/^ERROR .*GHOST command used by other/);
    await other.hears(/ NICK ann$/);
  }));

Deno.test("NickServ: INFO, LOGOUT, and DROP with its code, which releases the channels and the nickname", () =>
  withAccounts(["ben"], async (history) => {
    await using server = chatServer({ history });
    using other = await RawIrc.in(server.address, "other");
    using ann = await RawIrc.in(server.address, "ann", "account-notify");
    using ben = await loggedIn(server.address, "ben", "account-notify");
    const steps: readonly (readonly [line: string, reply: RegExp])[] = [
      ["NS LOGOUT", /NOTICE ann :You must log in first/],
      ["NS DROP", /NOTICE ann :You must log in first/],
      ["NS INFO nobody", /NOTICE ann :There is no account nobody/],
      ["NS REGISTER correct-horse", /NOTICE ann :Account ann registered/],
      ["JOIN #a", / 366 /],
      ["NS INFO", /NOTICE ann :Channels: #a$/],
      ["NS LOGOUT", /^:ann!\S+ NICK guest\d+$/],
      ["NS IDENTIFY ann correct-horse", / 900 guest\d+ \S+ ann /],
      ["NICK ann", / NICK ann$/],
      ["CS ACCESS #a ben OP", /NOTICE ann :ben: op/],
      ["NS DROP ann 00000000", /NOTICE ann :To confirm: DROP ann [0-9a-f]{8}$/],
    ];
    for (const [line, reply] of steps) {
      await ann.say(line);
      await ann.hears(reply);
    }
    assert(ann.lines.some((line) => / 901 ann ann!\S+ :You are now logged out$/.test(line)));
    assert(ann.lines.some((line) => / MODE #a -q ann$/.test(line)));
    await ben.say("JOIN #a");
    await ben.hears(/ 366 /);
    await ben.say("NS INFO ann");
    await ben.hears(/NOTICE ben :ann was registered \S+Z$/);
    const code = ann.lines.findLast((line) => /To confirm/.test(line))?.slice(-8);
    await other.say("NS IDENTIFY ann correct-horse");
    await other.hears(/ 900 other /);
    await ann.say(`NS DROP ann ${code}`);
    await ann.hears(/NOTICE ann :Account ann was deleted/);
    await other.hears(/^ERROR .*Account deleted/);
    await ben.hears(/^:ann!\S+ ACCOUNT \*$/);
    await ben.say("CS INFO #a", "NS INFO ann");
    await ben.hears(/NOTICE ben :#a belongs to no account/);
    await ben.hears(/NOTICE ben :There is no account ann/);
    await ann.say("NS REGISTER correct-horse");
    await ann.hears(/NOTICE ann :Cannot add account ann: it existed before/);
  }));

Deno.test("accounts deleted by another program: its users leave, and its channels are released", () =>
  withAccounts(["ann"], async (history) => {
    await using server = chatServer({ history, alwaysOn: true });
    using ben = await RawIrc.in(server.address, "ben");
    using ann = await loggedIn(server.address, "ann");
    await ann.say("JOIN #a");
    await ben.say("JOIN #a");
    await ben.hears(/ 366 /);
    {
      using accounts = openChatAccounts(history);
      accounts.delete("ann");
    }
    await ann.hears(/^ERROR .*Account deleted/);
    await ben.hears(/^:ann!\S+ QUIT :Account deleted$/);
    await ben.say("CS INFO #a");
    await ben.hears(/#a belongs to no account/);
  }));

Deno.test("NickServ: guesses are limited as those of SASL, and a notice is not answered", () =>
  withAccounts(["ann"], async (history) => {
    await using server = chatServer({ history });
    using guest = await RawIrc.in(server.address, "guest");
    await guest.say("NOTICE NickServ :HELP", "TAGMSG NickServ");
    assertEquals((await guest.upToNow()).filter((line) => /NickServ!/.test(line)), []);
    for (let n = 0; n < 3; n++) await guest.say("NS IDENTIFY ann wrong-one");
    await guest.hears(/^ERROR .*Too many failed logins/);
    // One message with the service several times is one guess.
    using many = await RawIrc.in(server.address, "many");
    await many.say("PRIVMSG NickServ,nickserv,NickServ,NickServ :IDENTIFY ann wrong-one");
    await many.say("PING end");
    await many.hears(/PONG/);
    assertEquals(many.lines.filter((line) => /Invalid account or password/.test(line)).length, 1);
    using sasl = await RawIrc.open(server.address);
    await sasl.say("CAP REQ sasl", ...saslPlain("ann"));
    await sasl.hears(/ 903 /);
  }));
