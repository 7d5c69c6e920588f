import { assertEquals } from "@std/assert";
import { readClientLine } from "../../../../lib/chat/codec/client_line.ts";
import { SignsOfLife } from "../../../../lib/chat/network/signs_of_life.ts";
import { isShared } from "../../../../lib/chat/server/dispatch.ts";

/** Commands that change what clients of other servers see. */
const SHARED = [
  "PRIVMSG #a :x",
  "PRIVMSG ann :x",
  "PRIVMSG NickServ,ann :x",
  "NOTICE #a :x",
  "TAGMSG #a",
  "JOIN #a",
  "PART #a",
  "TOPIC #a :x",
  "MODE #a +b",
  "KICK #a ann",
  "INVITE ann #a",
  "NICK ben",
  "SETNAME :x",
  "AWAY :x",
  "REDACT #a id",
  "KILL ann :x",
  "WALLOPS :x",
  "UBAN ADD 192.0.2.1",
  "CAP REQ :batch",
  "PRIVMSG ChanServ :REGISTER #a",
  "CS ACCESS #a ann OP",
  "CHANSERV FOUNDER #a ann",
  "NS GHOST ann",
  "NS LOGOUT",
  "PRIVMSG NickServ :ghost ann",
];
/** Commands that only read, or that have secrets. */
const LOCAL = [
  "PRIVMSG NickServ :IDENTIFY secret",
  "NS IDENTIFY secret",
  "NICKSERV REGISTER secret",
  "NS SET PASSWORD secret",
  "NS CERT ADD",
  "NS DROP ann code",
  "NS CONSTRUCTOR",
  "PRIVMSG NickServ,ChanServ :SET PASSWORD secret",
  "CS INFO #a",
  "PASS secret",
  "OPER root secret",
  "AUTHENTICATE PLAIN",
  "REGISTER * * secret",
  "TOPIC #a",
  "MODE #a",
  "INVITE",
  "NAMES #a",
  "LIST",
  "WHO #a",
  "WHOIS ann",
  "CHATHISTORY LATEST #a * 10",
  "MARKREAD #a",
  "MONITOR L",
  "PING x",
  "QUIT",
  "CAP LS 302",
  "UBAN LIST",
  "NO SUCH",
  "PRIVMSG #a :\0",
];

for (const [shared, lines] of [[true, SHARED], [false, LOCAL]] as const) {
  for (const line of lines) {
    Deno.test(`network: ${JSON.stringify(line)} ${shared ? "is written to the log" : "stays on its server"}`, () => {
      assertEquals(isShared(readClientLine(line)), shared);
    });
  }
}

Deno.test("network: which servers are gone by their signs of life", () => {
  const signs = new SignsOfLife();
  signs.restart(0);
  const gone = (now: number) => signs.gone(["a", "b"], now);
  const quiet: number[] = [];
  for (let now = 1000; now <= 5000; now += 1000) {
    signs.heard("a", now);
    if (gone(now).includes("b")) quiet.push(now);
    assertEquals(gone(now).includes("a"), false);
  }
  assertEquals(quiet, [5000]);
  // After this server has stood still it waits for the others again.
  assertEquals(gone(60_000), []);
  signs.heard("b", 60_500);
  for (let now = 61_000; now <= 63_000; now += 1000) assertEquals(gone(now), []);
  assertEquals(gone(64_000), ["a"]);
});
