import { assertEquals, assertMatch } from "@std/assert";
import { joinChat, openChatInvitations, serveChat } from "../../../../lib/chat/mod.ts";
import { parseAddress } from "../../../../lib/core/mod.ts";
import { withFolder } from "../../../kit/folder.ts";
import { ANY_PORT, RawIrc } from "../../../kit/irc.ts";
import { Relay } from "../../../kit/relay.ts";

/** Registers with a password, and returns the lines up to the welcome or the end. */
async function enters(address: string, nick: string, password?: string): Promise<string> {
  using client = await RawIrc.open(address);
  const pass = password === undefined ? [] : [`PASS ${password}`];
  await client.say(...pass, `NICK ${nick}`, `USER ${nick} 0 * :${nick}`, "QUIT");
  await client.ended();
  return client.lines.join("\n");
}

const soon = () => Date.now() + 3_600_000;

Deno.test("serveChat: only clients with an invitation or the password are admitted, also after a restart", () =>
  withFolder(async (folder) => {
    const options = { inviteOnly: true, password: "s3cret", history: `${folder}/chat.db` };
    let token = "";
    let once = "";
    {
      await using chat = serveChat(ANY_PORT, options);
      token = chat.invite({ expires: soon() });
      once = chat.invite({ expires: soon(), once: true });
      const past = chat.invite({ expires: 0 });
      assertMatch(await enters(chat.address, "ann"), / 464 ann :Password incorrect/);
      assertMatch(await enters(chat.address, "ann", "s3cret"), / 001 ann /);
      assertMatch(await enters(chat.address, "ann", token), / 001 ann /);
      assertMatch(await enters(chat.address, "ann", past), / 464 ann /);
    }
    await using chat = serveChat(ANY_PORT, options);
    assertMatch(await enters(chat.address, "ann", token), / 001 ann /);
    const first = await enters(chat.address, "ann", once);
    const [, next = ""] =
      /NOTE PASS INVITATION_USED (\S{22}) :Your invitation is used\..*\n[^]* 001 ann /.exec(first) ?? [];
    assertMatch(await enters(chat.address, "ben", once), / 464 ben /);
    assertMatch(await enters(chat.address, "ann", next), / 001 ann /);
    // Guesses are limited as those of passwords.
    for (let i = 0; i < 10; i++) await enters(chat.address, "eve", `${i}`.repeat(22));
    assertMatch(await enters(chat.address, "eve", token), / 464 eve :Too many failed logins/);
  }));

Deno.test("INVITATION and openChatInvitations: added, listed and revoked while the server runs", () =>
  withFolder(async (folder) => {
    const history = `${folder}/chat.db`;
    const operators = new Map([["root", "secret"]]);
    await using chat = serveChat(ANY_PORT, { inviteOnly: true, password: "s3cret", history, operators });
    using oper = await RawIrc.open(chat.address);
    await oper.say("PASS s3cret", "NICK oper", "USER o 0 * :o", "INVITATION LIST", "OPER root secret");
    await oper.hears(/ 481 oper /);
    await oper.say("INVITATION ADD 1h once");
    const [, id = "", token = ""] =
      /NOTICE oper :(\w{12}) until \S+Z, for one client: password (\S{22})$/.exec(await oper.hears(/: password /)) ??
        [];
    using invitations = openChatInvitations(history);
    assertEquals(invitations.list().map((one) => [one.id, one.once]), [[id, true]]);
    const other = invitations.create({ expires: soon() });
    assertMatch(await enters(chat.address, "ben", other.token), / 001 ben /);
    assertEquals([invitations.revoke(other.id), invitations.revoke(other.id)], [true, false]);
    assertMatch(await enters(chat.address, "ben", other.token), / 464 ben /);
    await oper.say(
      "INVITATION LIST",
      `INVITATION DEL ${id}`,
      `INVITATION DEL ${id}`,
      "INVITATION ADD soon",
      "INVITATION X",
    );
    await oper.hears(new RegExp(`NOTICE oper :${id} until \\S+Z, for one client$`));
    await oper.hears(new RegExp(`NOTICE oper :${id} is revoked$`));
    await oper.hears(/FAIL INVITATION INVALID_PARAMS \w{12} :There is no such invitation/);
    await oper.hears(/FAIL INVITATION INVALID_PARAMS ADD :Invalid duration/);
    await oper.hears(/FAIL INVITATION INVALID_PARAMS X :Use ADD, DEL or LIST/);
    assertMatch(await enters(chat.address, "ann", token), / 464 ann /);
  }));

Deno.test("serveChat: without inviteOnly a token is rejected as a password", async () => {
  await using chat = serveChat(ANY_PORT, { password: "s3cret" });
  const token = chat.invite({ expires: soon() });
  assertMatch(await enters(chat.address, "ann", token), / 464 ann /);
});

Deno.test("joinChat: comes back after a lost connection, although its invitation was for one client", async () => {
  await using chat = serveChat(ANY_PORT, { inviteOnly: true });
  using relay = new Relay(chat.address);
  const heard: (string | undefined)[] = [];
  const again = Promise.withResolvers<void>();
  const password = chat.invite({ expires: soon(), once: true });
  await using ann = joinChat(parseAddress(relay.addr), {
    nick: "ann",
    password,
    trace: ({ text }) => heard.push(text),
    onEvent: (event) => event.event === "connected" && event.again ? again.resolve() : undefined,
  });
  await ann.ready;
  relay.cut();
  await again.promise;
  assertEquals(heard.filter((line) => line?.includes("INVITATION_USED")).length, 1);
  assertMatch(heard.join("\n"), /NOTE PASS INVITATION_USED \*{8} /);
});
