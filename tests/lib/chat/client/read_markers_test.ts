import { assertEquals } from "@std/assert";
import type { ChatEvent } from "../../../../lib/chat/client/events.ts";
import { CtcpResponder } from "../../../../lib/chat/client/ctcp_responder.ts";
import type { ChatMember } from "../../../../lib/chat/client/options.ts";
import { ReadMarkers } from "../../../../lib/chat/client/read_markers.ts";
import { ChatDesk } from "../../../../lib/chat/client/screen/desk.ts";
import { routeEvent } from "../../../../lib/chat/client/screen/router.ts";
import { Windows } from "../../../../lib/chat/client/screen/windows.ts";
import { joinChat } from "../../../../lib/chat/mod.ts";
import { scriptedIrc } from "../../../kit/scripted_irc.ts";

const at = (second: number) => Date.UTC(2026, 0, 1, 0, 0, second);
const stamp = (second: number) => `timestamp=${new Date(at(second)).toISOString()}`;

Deno.test("ReadMarkers: one line at once, later ones wait, and only the last of a target is sent", () => {
  const written: string[] = [];
  const markers = new ReadMarkers((line) => written.push(line), (name) => name.toLowerCase());
  markers.mark("#a", at(1));
  assertEquals(written, [`MARKREAD #a ${stamp(1)}`]);
  markers.mark("#A", at(1));
  markers.mark("#a", at(3));
  markers.mark("#a", at(2));
  markers.mark("ben", at(4));
  markers.mark("#b", at(5));
  // Read elsewhere meanwhile.
  markers.received("#B", at(6));
  assertEquals(written.length, 1);
  markers.flush();
  assertEquals(written.slice(1), [`MARKREAD #a ${stamp(3)}`, `MARKREAD ben ${stamp(4)}`]);
  markers.close();
});

Deno.test("ReadMarkers and CtcpResponder: names of a hostile server that cannot be a target are ignored", () => {
  const written: string[] = [];
  const write = (line: string) => void written.push(line);
  const markers = new ReadMarkers(write, (name) => name);
  const responder = new CtcpResponder(write);
  for (const name of [":x", "", "a b", "a,b", "a\rb", "a\nb", "a\0b"]) {
    markers.mark(name, at(1));
    responder.answer(name, "\x01PING 1\x01");
  }
  markers.flush();
  markers.close();
  assertEquals(written, []);
});

Deno.test("joinChat: read markers are events, sent where the server supports them, and before QUIT", async () => {
  const heard = Promise.withResolvers<void>();
  using server = scriptedIrc(async (scene) => {
    await scene.welcome("server-time", "draft/read-marker");
    await scene.hears(/^JOIN #a/);
    await scene.say(
      ":ann!a@h JOIN #a",
      `:s MARKREAD #a ${stamp(1)}`,
      ":s MARKREAD #b *",
      ":s MARKREAD #c timestamp=yesterday",
      ":s FAIL MARKREAD INTERNAL_ERROR #a :no",
      ":s 353 ann = #a :ann ben",
      ":s 366 ann #a :end",
    );
    await scene.hears(new RegExp(`^MARKREAD #a ${stamp(2)}$`));
    heard.resolve();
    await scene.hears(new RegExp(`^MARKREAD ben ${stamp(3)}$`));
    await scene.hears(/^QUIT/);
  });
  const events: ChatEvent[] = [];
  await using ann = joinChat(server.addr, { nick: "ann", channels: ["#a"], onEvent: (event) => events.push(event) });
  ann.markRead("#a", at(9));
  await ann.ready;
  assertEquals(events.flatMap((event) => event.event === "read" ? [[event.target, event.until]] : []), [["#a", at(1)]]);
  assertEquals(events.filter(({ event }) => event === "server"), []);
  ann.markRead("#a", at(1));
  ann.markRead("#a", at(2));
  await heard.promise;
  ann.markRead("ben", at(3));
});

Deno.test("windows: counts begin at the read marker, and follow other clients of the account", () => {
  const windows = new Windows();
  const member = { nick: "ann", channels: new Map([["#x", new Set(["ann", "ben"])]]) };
  const take = (event: ChatEvent) => {
    // deno-lint-ignore no-explicit-any -- only these fields are used
    routeEvent(windows, "one", member as any as ChatMember, event);
  };
  const say = (second: number, text: string, past = false) =>
    take({ event: "message", target: "#x", nick: "ben", text, past, kind: "message", own: false, time: at(second) });
  const read = (second: number, target = "#x") => take({ event: "read", target, until: at(second), time: at(second) });
  const first = windows.open("one", "");
  windows.open("one", "#y");
  windows.show(windows.open("one", "#y"));
  take({ event: "join", channel: "#x", nick: "ann", time: at(0) });
  const window = windows.open("one", "#x");
  read(2);
  for (const second of [1, 2, 3, 4]) say(second, second === 4 ? "ann: hi" : "hi", true);
  assertEquals([window.unread, window.mentions], [2, 1]);
  const rows = () =>
    window.view(40, 9).map((row) => row.map(({ text }) => text).join("").slice(6)).filter((text) =>
      !/joined/.test(text)
    );
  const isNew = (text: string) => / new /.test(text);
  assertEquals(rows().findIndex(isNew), 2);
  say(5, "hello");
  assertEquals([window.unread, window.mentions], [3, 1]);
  // Read up to there on another machine.
  read(4);
  assertEquals([window.unread, window.mentions, rows().findIndex(isNew)], [1, 0, 4]);
  // Markers do not go back, and unknown windows are not opened.
  read(3);
  read(9, "#nowhere");
  assertEquals([window.unread, windows.all.length], [1, 3]);
  // What is seen here is reported once; its echo does not move the line of the new messages.
  windows.show(window);
  assertEquals([window.seen(), window.seen(), window.unread], [at(5), undefined, 0]);
  read(5);
  assertEquals(rows().findIndex(isNew), 4);
  say(6, "more");
  read(6);
  assertEquals([rows().findIndex(isNew), window.seen()], [-1, undefined]);
  windows.show(first);
  say(7, "later");
  assertEquals(window.unread, 1);
});

Deno.test("ChatDesk: a message is marked as read at a key press, not while the user is away", () => {
  const marked: (readonly [string, number])[] = [];
  const member = {
    nick: "ann",
    channels: new Map([["#x", new Set(["ann", "ben"])]]),
    markRead: (target: string, until: number) => void marked.push([target, until]),
  };
  let columns = 80;
  const desk = new ChatDesk({
    terminal: { size: () => ({ columns, rows: 24 }), write: () => {}, suspend: () => {} },
    colours: false,
    bell: false,
    connect: () => Promise.resolve(),
    quit: () => {},
  });
  // deno-lint-ignore no-explicit-any -- only these fields are used
  desk.add("one", member as any as ChatMember);
  const say = (second: number) =>
    desk.take("one", {
      event: "message",
      target: "#x",
      nick: "ben",
      text: "hi",
      past: false,
      kind: "message",
      own: false,
      time: at(second),
    });
  const key = () => desk.input(new TextEncoder().encode("a"));
  desk.take("one", { event: "join", channel: "#x", nick: "ann", time: at(0) });
  say(1);
  say(2);
  desk.redraw();
  assertEquals(marked, []);
  key();
  assertEquals(marked, [["#x", at(2)]]);
  key();
  say(3);
  assertEquals(marked.length, 1);
  // Nothing is visible.
  columns = 1;
  key();
  assertEquals(marked.length, 1);
  columns = 80;
  key();
  assertEquals(marked.slice(1), [["#x", at(3)]]);
  desk.close();
});
