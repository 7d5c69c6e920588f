import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { registeredStage } from "../../../kit/chat_registered.ts";
import { parseIrcMessage } from "../../../../lib/chat/codec/message.ts";

const COMMANDS =
  "NICK USER PASS CAP PING PONG JOIN PART TOPIC NAMES LIST KICK INVITE MODE PRIVMSG NOTICE TAGMSG WHO WHOIS USERHOST ISON AWAY CHATHISTORY MOTD LUSERS VERSION MONITOR SETNAME WHOWAS TIME INFO HELP STATS LINKS ADMIN OPER KILL WALLOPS MARKREAD REDACT BATCH SEARCH TIME"
    .split(" ");
const WORDS = [
  "#a",
  "#A",
  "#b,#a",
  "ann",
  "ben",
  "*",
  "+o",
  "-o+v",
  "+b",
  "+bbb",
  "+kl",
  "-k",
  "+imnstz",
  "b",
  "LATEST",
  "BEFORE",
  "BETWEEN",
  "AROUND",
  "msgid=x",
  "timestamp=2020-01-01T00:00:00Z",
  "5",
  "0",
  "-1",
  "REQ",
  "LS",
  "302",
  ",",
  "#",
  "@",
  "!",
  "0",
];

Deno.test("dispatch: any input gets valid messages as replies, without an exception", () => {
  const word = fc.oneof(
    fc.constantFrom(...WORDS),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).map((text) => text.replace(/[ \n]/g, "x")),
  );
  const last = fc.oneof(
    word,
    fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => text.replace(/\n/g, " ")),
  );
  const line = fc.tuple(
    fc.constantFrom(...COMMANDS),
    fc.array(word, { maxLength: 4 }),
    fc.option(last),
    fc.option(word),
  ).map(
    ([command, words, text, label]) =>
      `${label === null ? "" : `@label=${label.replace(/[;\\]/g, "")} `}${
        [command, ...words, ...(text === null ? [] : [`:${text}`])].join(" ")
      }`,
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), line), { maxLength: 40 }), (lines) => {
      const { state, come } = registeredStage();
      const [ann, ben] = [come("ann"), come("ben")];
      ann.say("JOIN #a");
      for (const [first, line] of lines) (first ? ann : ben).say(line);
      assertEquals([ann.session.gone, ben.session.gone, state.registered], [false, false, 2]);
      for (const text of [...ann.sent, ...ben.sent]) {
        assert(text.endsWith("\r\n"), text);
        assertEquals(typeof parseIrcMessage(text.slice(0, -2)), "object", JSON.stringify(text));
      }
      for (const channel of state.channels.values()) assert(channel.members.size > 0);
    }),
    { seed: 4, numRuns: 400 },
  );
});
