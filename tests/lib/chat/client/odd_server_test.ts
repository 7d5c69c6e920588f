import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { type ChatClientOptions, joinChat } from "../../../../lib/chat/mod.ts";
import { HistoryRequests } from "../../../../lib/chat/client/history_requests.ts";
import { JoinedChannel } from "../../../../lib/chat/client/joined_channel.ts";
import { NegativeError, NetworkError, TimeoutError, UsageError } from "../../../../lib/core/mod.ts";
import { chatMember } from "../../../kit/chat_member.ts";
import { ANY_PORT, chatServer, RawIrc } from "../../../kit/irc.ts";
import { Relay } from "../../../kit/relay.ts";
import { type IrcScene, scriptedIrc } from "../../../kit/scripted_irc.ts";

const HISTORY = ["message-tags", "server-time", "echo-message", "batch", "draft/chathistory"];

/** Registers a client and joins it to #a. */
async function joined(scene: IrcScene, ...caps: readonly string[]): Promise<void> {
  await scene.welcome(...caps);
  await scene.hears(/^JOIN #a/);
  await scene.say(":ann!a@h JOIN #a", ":s 353 ann = #a :ann ben", ":s 366 ann #a :end");
}

/** Returns a history message of ben. */
function past(from: number, count: number): string[] {
  const lines = Array.from({ length: count }, (_, i) => `@batch=h;msgid=m${from + i} :ben!b@h PRIVMSG #a :${from + i}`);
  return [":s BATCH +h chathistory #a", ...lines, ":s BATCH -h"];
}

Deno.test("joinChat: continues when the server does not know CHATHISTORY, or never answers it", async () => {
  using server = scriptedIrc(async (scene) => {
    await joined(scene, ...HISTORY);
    await scene.hears(/^CHATHISTORY LATEST #a/);
    await scene.say(":ben!b@h PRIVMSG #a :now", ":s 421 ann CHATHISTORY :Unknown command");
    await scene.hears(/^QUIT/);
  });
  await using ann = chatMember(server.addr, "ann");
  await ann.member.ready;
  assertEquals(ann.texts(), ["ben: now"]);
  using silent = scriptedIrc(async (scene) => {
    await joined(scene, ...HISTORY);
    await scene.hears(/^QUIT/);
  });
  // The timeout of the channel also limits the wait for its history.
  await using cleo = chatMember(silent.addr, "ann", { timeout: 1500 });
  await cleo.member.ready;
  const written: string[] = [];
  const settled = Promise.withResolvers<JoinedChannel>();
  const asking = new HistoryRequests((line) => written.push(line), 20, settled.resolve, 1);
  const room = new JoinedChannel("#a");
  assert(asking.ask(room) && asking.ask(room));
  assertEquals(await settled.promise, room);
  assertEquals(written, ["CHATHISTORY LATEST #a * 20"]);
});

Deno.test("JoinedChannel: limit of messages that wait for the history", async () => {
  using server = scriptedIrc(async (scene) => {
    await joined(scene, ...HISTORY);
    await scene.hears(/^CHATHISTORY/);
    await scene.say(...Array.from({ length: 2000 }, (_, i) => `:ben!b@h PRIVMSG #a :${i}`));
    await scene.hears(/^QUIT/);
  });
  await using ann = chatMember(server.addr, "ann");
  await ann.hears("1999");
  assertEquals(ann.messages().length, 2000);
});

Deno.test("joinChat: requests more history when the server limits lines per request", async () => {
  const gap = async (scene: IrcScene) => {
    await scene.welcome(...HISTORY);
    await scene.say(":s 005 ann CHATHISTORY=3 :are supported");
    await scene.hears(/^JOIN #a/);
    await scene.say(":ann!a@h JOIN #a", ":s 353 ann = #a :ann ben", ":s 366 ann #a :end");
  };
  using server = scriptedIrc(
    async (scene) => {
      await gap(scene);
      await scene.hears(/^CHATHISTORY LATEST #a \* 3$/);
      await scene.say(...past(1, 3));
      // Closed only after the client has read that.
      await scene.say("PING :read");
      await scene.hears(/^PONG :read/);
    },
    async (scene) => {
      await gap(scene);
      for (const from of [3, 6, 9]) {
        await scene.hears(new RegExp(`^CHATHISTORY AFTER #a msgid=m${from} 3$`));
        await scene.say(...past(from + 1, from === 9 ? 0 : 3));
      }
      await scene.say(":ben!b@h PRIVMSG #a :now");
      await scene.hears(/^QUIT/);
    },
  );
  await using ann = chatMember(server.addr, "ann");
  await ann.hears("now");
  assertEquals(ann.messages().map(({ text }) => text).join(" "), "1 2 3 4 5 6 7 8 9 now");
});

Deno.test("HistoryRequests: stops when the server repeats the same lines", () => {
  const written: string[] = [];
  const settled: JoinedChannel[] = [];
  const asking = new HistoryRequests((line) => written.push(line), 20, (room) => settled.push(room), 10_000);
  const room = new JoinedChannel("#a");
  room.last = "m1";
  asking.limit(1);
  asking.ask(room);
  asking.batch("+h", "chathistory", room);
  asking.count("h");
  asking.batch("-h", "", undefined);
  asking.close();
  assertEquals([written, settled], [["CHATHISTORY AFTER #a msgid=m1 1"], [room]]);
});

Deno.test("joinChat: recognises its messages under a nickname that a lost connection still holds", async () => {
  await using server = chatServer();
  using relay = new Relay(server.address);
  await using ann = chatMember(relay.addr, "ann");
  await ann.member.ready;
  using ben = await RawIrc.in(server.address, "ben");
  await ben.say("JOIN #a");
  await ben.hears(/ 366 /);
  // The message arrives without an echo, and the server does not notice the lost connection.
  relay.mute();
  const said = ann.member.say("#a", "once");
  await ben.hears(/PRIVMSG #a :once$/);
  relay.abandon();
  await ann.until((event) => event.event === "connected" && event.again);
  await said;
  assertEquals(ann.member.nick, "ann_");
  await ann.member.say("#a", "after");
  await ben.hears(/PRIVMSG #a :after$/);
  assertEquals(ben.lines.filter((line) => line.endsWith(" :once")).length, 1);
  assertEquals(ann.texts(), ["ann: once", "ann_: after"]);
});

Deno.test("joinChat: a PING confirms messages that are echoed changed, or rejected by an unknown numeric", async () => {
  using server = scriptedIrc(async (scene) => {
    await joined(scene, "echo-message");
    await scene.hears(/^PRIVMSG #a :.*coloured/);
    await scene.say(":ann!a@h PRIVMSG #a :coloured");
    await scene.say(`:s PONG s :${(await scene.hears(/^PING toucan-/)).slice(5)}`);
    await scene.hears(/^PRIVMSG ben :psst/);
    await scene.say(":s 531 ann ben :You cannot send to them");
    await scene.say(`:s PONG s :${(await scene.hears(/^PING toucan-/)).slice(5)}`);
    await scene.hears(/^QUIT/);
  });
  await using ann = chatMember(server.addr, "ann");
  await ann.member.ready;
  await ann.member.say("#a", "\x034coloured");
  await ann.member.say("ben", "psst");
});

Deno.test("joinChat: typing notifications and new capabilities are not events", async () => {
  using server = scriptedIrc(async (scene) => {
    await joined(scene, "message-tags");
    await scene.say("@+typing=active :ben!b@h TAGMSG #a", ":s CAP ann NEW :batch", ":ben!b@h PRIVMSG #a :done");
    await scene.hears(/^QUIT/);
  });
  await using ann = chatMember(server.addr, "ann");
  await ann.hears("done");
  assertEquals(ann.events.map(({ event }) => event), ["connected", "join", "names", "message"]);
});

Deno.test("joinChat: follows the case mapping of the server", async () => {
  using server = scriptedIrc(
    async (scene) => {
      await scene.welcome();
      await scene.say(":s 005 ann CASEMAPPING=ascii :are supported");
      await scene.hears(/^JOIN #a\[b word$/);
      await scene.say(":ann!a@h JOIN #a[b", ":s 353 ann = #a[b :ann", ":s 366 ann #a[b :end");
      await scene.hears(/^PART #a\[b/);
      await scene.say(":ann!a@h PART #a[b", "PING :read");
      await scene.hears(/^PONG :read/);
    },
    async (scene) => {
      await scene.welcome();
      await scene.hears(/^QUIT/);
      assertEquals(scene.lines.filter((line) => line.startsWith("JOIN")), []);
    },
  );
  const ann = chatMember(server.addr, "ann", { channels: ["#a[b word"] });
  await ann.member.ready;
  ann.member.send("PART", "#a[b");
  await ann.until((event) => event.event === "connected" && event.again);
  await ann.member.leave();
  await server.played;
});

Deno.test("joinChat: no answer to JOIN, a forward to another channel, and a kick on joining are errors", async () => {
  const scenes: readonly (readonly [string, new (...args: never[]) => Error, (scene: IrcScene) => Promise<void>])[] = [
    ["cannot join #a: no response from", TimeoutError, () => Promise.resolve()],
    ["cannot join #a: Forwarding", NegativeError, (scene) => scene.say(":s 470 ann #a ##a :Forwarding")],
    ["cannot join #a: not you", NegativeError, (scene) => scene.say(":ann!a@h JOIN #a", ":s KICK #a ann :not you")],
  ];
  for (const [message, kind, does] of scenes) {
    using server = scriptedIrc(async (scene) => {
      await scene.welcome();
      await scene.hears(/^JOIN #a/);
      await does(scene);
      await scene.ended();
    });
    const ann = chatMember(server.addr, "ann", { timeout: 2000 });
    await assertRejects(() => ann.member.finished, kind, message);
    await server.played;
  }
});

Deno.test("joinChat: with an account, registration without SASL fails, and the password is sent once", async () => {
  const account = { account: "acc", password: "secret" };
  const scenes: readonly ((scene: IrcScene) => Promise<void>)[] = [
    // No capabilities.
    (scene) => scene.welcome(),
    // Rejects sasl, with other capabilities and alone.
    async (scene) => {
      await scene.hears(/^USER/);
      await scene.say(":s CAP * LS :sasl batch");
      await scene.hears(/^CAP REQ :batch sasl$/);
      await scene.say(":s CAP * NAK :batch sasl");
      await scene.hears(/^CAP REQ sasl$/);
      await scene.say(":s CAP * NAK :sasl");
    },
    // Sends RPL_WELCOME before the result of SASL.
    async (scene) => {
      await scene.hears(/^USER/);
      await scene.say(":s CAP * LS :sasl", ":s CAP * ACK :sasl", "AUTHENTICATE +");
      await scene.hears(/^AUTHENTICATE \S{8}/);
      await scene.say("AUTHENTICATE +", "AUTHENTICATE +", ":s 001 ann :hi");
    },
  ];
  for (const play of scenes) {
    const seen: string[] = [];
    using server = scriptedIrc(async (scene) => {
      await play(scene);
      await scene.ended();
      seen.push(...scene.lines);
    });
    const ann = chatMember(server.addr, "ann", account);
    await assertRejects(() => ann.member.finished, NetworkError, "the server does not support SASL authentication");
    await server.played;
    assert(seen.filter((line) => /^AUTHENTICATE \S{8}/.test(line)).length < 2, seen.join("\n"));
    assert(!seen.some((line) => line.startsWith("JOIN")));
  }
});

Deno.test("joinChat: sends no password for AUTHENTICATE without SASL", async () => {
  using server = scriptedIrc(async (scene) => {
    await scene.hears(/^USER/);
    await scene.say("AUTHENTICATE +", ":s CAP * ACK :sasl", "AUTHENTICATE +", ":s 001 ann :hi");
    await scene.hears(/^QUIT/);
    assert(!scene.lines.some((line) => line.startsWith("AUTHENTICATE")), scene.lines.join("\n"));
  });
  const ann = chatMember(server.addr, "ann", { channels: [], password: "secret" });
  await ann.member.ready;
  await ann.member.leave();
  await server.played;
});

Deno.test("joinChat: rejects a password with a line break, without showing it", () => {
  for (const options of [{ password: "secret\r\nQUIT" }, { account: "a\0b", password: "secret" }]) {
    const error = assertThrows(() => joinChat(ANY_PORT, { nick: "ann", ...options }), UsageError);
    assert(!error.message.includes("secret"));
  }
});

Deno.test("joinChat: disconnects from a server that sends PINGs and does not read", async () => {
  using server = scriptedIrc(async (scene) => {
    await scene.welcome();
    const flood = `PING :${"x".repeat(490)}\r\n`.repeat(200);
    try {
      // More than the socket buffers of a connection without a reader.
      for (let i = 0; i < 1000; i++) await scene.write(flood);
    } catch {
      // The client has disconnected.
    }
  });
  const ann = chatMember(server.addr, "ann", { reconnect: false });
  await assertRejects(() => ann.member.finished, NetworkError, "the server does not read");
});

Deno.test("joinChat: retries a rejected reconnection; commands meanwhile are errors", async () => {
  using server = scriptedIrc(
    (scene) => joined(scene),
    (scene) => scene.say("ERROR :reconnecting too fast"),
    async (scene) => {
      await joined(scene);
      await scene.hears(/^QUIT/);
    },
  );
  await using ann = chatMember(server.addr, "ann");
  await ann.until((event) => event.event === "disconnected");
  const error = assertThrows(() => ann.member.send("NICK", "x"), NetworkError);
  assertEquals(error.code, "not-connected");
  await ann.until((event) => event.event === "connected" && event.again);
  assertEquals(ann.events.filter(({ event }) => event === "disconnected").length, 2);
});

/** Options with a password, and a line with which a server repeats it. */
const REPEATED: readonly (readonly [options: Partial<ChatClientOptions>, line: string])[] = [
  [{ password: "s3cret word" }, "464 ann :Password incorrect: s3cret word"],
  [{ password: "s3cret word" }, "ERROR :PASS s3cret word: go away"],
  [{ account: "ann", password: "s3cret word" }, `904 ann :${btoa("\0ann\0s3cret word")} is wrong`],
  [{ account: "ann", password: "s3cret word" }, "904 ann :(s3cret word) is wrong"],
];

for (const [options, line] of REPEATED) {
  Deno.test(`joinChat: a password that a server repeats is masked: ${line.slice(0, 20)}`, async () => {
    using server = scriptedIrc(async (scene) => {
      await scene.hears(/^USER/);
      if (options.account !== undefined) {
        await scene.say(":s CAP * LS :sasl");
        await scene.hears(/^CAP REQ/);
        await scene.say(":s CAP * ACK :sasl");
        await scene.hears(/^AUTHENTICATE PLAIN/);
        await scene.say("AUTHENTICATE +");
      }
      await scene.say(line);
    });
    const traced: string[] = [];
    const ann = chatMember(server.addr, "ann", {
      ...options,
      reconnect: false,
      trace: ({ text }) => void traced.push(text),
    });
    const error = await assertRejects(() => ann.member.finished, NetworkError);
    assertStringIncludes(error.message, "********");
    for (const text of [error.message, ...traced]) {
      assert(!text.includes("s3cret") && !text.includes(btoa("\0ann\0s3cret word")), text);
    }
  });
}
