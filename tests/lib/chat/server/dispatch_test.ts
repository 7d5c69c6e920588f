import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Transport } from "../../../../lib/core/mod.ts";
import { readClientLine } from "../../../../lib/chat/codec/client_line.ts";
import { parseIrcMessage } from "../../../../lib/chat/codec/message.ts";
import { MemoryHistory } from "../../../../lib/chat/history/memory_history.ts";
import { dispatch } from "../../../../lib/chat/server/dispatch.ts";
import { CHAT_LIMITS } from "../../../../lib/chat/server/options.ts";
import { SendQueue } from "../../../../lib/chat/server/send/send_queue.ts";
import { Session } from "../../../../lib/chat/server/client/session.ts";
import { LoginLimit } from "../../../../lib/core/mod.ts";
import { ChatState } from "../../../../lib/chat/server/state.ts";
import { CommitQueue } from "../../../../lib/chat/server/send/commit_queue.ts";

/** Creates a server without sockets: two sessions, and all messages sent to them. */
function stage() {
  const history = new MemoryHistory();
  const commits = new CommitQueue(history, { paused() {}, failed() {} });
  // Nothing is sent automatically: the test reads the queues.
  commits.schedule = () => {};
  const facts = {
    name: "s.test",
    network: "Test",
    version: "toucan",
    replay: 5,
    operators: new Map(),
    operatorAccounts: new Set<string>(),
    logins: new LoginLimit(),
  };
  const state = new ChatState(facts, CHAT_LIMITS, history, commits);
  const come = (nick: string) => {
    const sent: string[] = [];
    const transport: Transport = {
      read: () => Promise.resolve(null),
      write: (bytes) => Promise.resolve(bytes.length),
      closeWrite: () => Promise.resolve(),
      close: () => {},
    };
    const outbox = new SendQueue(transport, commits, 1e9, () => {});
    const add = outbox.add.bind(outbox);
    outbox.add = (bytes) => (sent.push(new TextDecoder().decode(bytes)), add(bytes));
    const facts = { host: "h", peer: "h:1", secure: false, local: true, framing: 0, server: "s.test" };
    const session = new Session(facts, outbox);
    state.sessions.add(session);
    const say = (line: string) => dispatch(state, session, readClientLine(line));
    for (
      const line of [
        "CAP REQ :labeled-response message-tags batch draft/message-redaction draft/read-marker",
        "CAP END",
        `NICK ${nick}`,
        "USER u 0 * :r",
      ]
    ) {
      say(line);
    }
    return { session, sent, say };
  };
  return { state, come };
}

const COMMANDS =
  "NICK USER PASS CAP PING PONG JOIN PART TOPIC NAMES LIST KICK INVITE MODE PRIVMSG NOTICE TAGMSG WHO WHOIS USERHOST ISON AWAY CHATHISTORY MOTD LUSERS VERSION MONITOR SETNAME WHOWAS TIME INFO HELP STATS LINKS ADMIN OPER KILL WALLOPS MARKREAD REDACT BATCH TIME"
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
      const { state, come } = stage();
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
