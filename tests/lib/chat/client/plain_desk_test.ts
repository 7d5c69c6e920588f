import { assertEquals } from "@std/assert";
import type { ChatMember } from "../../../../lib/chat/client/options.ts";
import { NO_PAINT } from "../../../../lib/chat/client/terminal/describe.ts";
import { PlainDesk } from "../../../../lib/chat/internal.ts";

/** Returns a desk with networks, and what it prints and sends. */
function deskOf(...networks: readonly string[]) {
  const printed: string[] = [];
  const sent: string[] = [];
  const desk = new PlainDesk((text) => printed.push(text), NO_PAINT, networks.length > 1);
  for (const name of networks) {
    const member = {
      nick: `ann-${name}`,
      channels: new Map([["#x", new Set(["ann", name])]]),
      say: (target: string, text: string) => Promise.resolve(void sent.push(`${name} ${target} ${text}`)),
      leave: (reason: string) => Promise.resolve(void sent.push(`${name} left ${reason}`)),
    };
    // deno-lint-ignore no-explicit-any -- only these fields are used
    desk.add(name, member as any as ChatMember, "#x");
  }
  return { desk, printed, sent };
}

Deno.test("PlainDesk: lines begin with their network, and the input is for one of them", async () => {
  const { desk, printed, sent } = deskOf("one", "two");
  const message = { event: "message", target: "#x", nick: "ben", own: false, past: false, time: 0 } as const;
  desk.show("two", { ...message, text: "hello\none 00:00 <ann> fake", kind: "message" });
  assertEquals(printed.splice(0).map((text) => text.replace(/\d\d:\d\d/, "00:00")), [
    "two 00:00 <ben> hello\n      one 00:00 <ann> fake",
  ]);
  await desk.entered("to one");
  await desk.entered("/network two");
  await desk.entered("to two");
  await desk.entered("//network");
  await desk.entered("/network three\x1b[2J");
  await desk.entered("/network");
  assertEquals(sent.splice(0), ["one #x to one", "two #x to two", "two #x /network"]);
  assertEquals(printed.splice(0), [
    "-- two as ann-two, for which the input is",
    '-- no network "three\\x1b[2J" (see /network)',
    "-- one as ann-one",
    "-- two as ann-two, for which the input is",
  ]);
  assertEquals([desk.complete("o", "/network o"), desk.complete("t", "t")], [["one"], ["two: "]]);
  desk.ended("two", new Error("connection lost"));
  await desk.entered("lost");
  await desk.entered("/quit bye");
  assertEquals(printed, ["two -- connection lost", "-- not connected to this network (see /network)"]);
  assertEquals(sent, ["one left bye"]);
});

Deno.test("PlainDesk: one network has no prefix", async () => {
  const { desk, printed, sent } = deskOf("one");
  desk.show("one", { event: "join", channel: "#x", nick: "ben", time: 0 });
  await desk.entered("hello");
  assertEquals([printed[0]?.slice(6), sent], ["-- ben has joined #x", ["one #x hello"]]);
});
