import { assert, assertEquals, assertRejects } from "@std/assert";
import { type ChatMessage, joinChat, serveChat } from "../../../../lib/chat/mod.ts";
import { NegativeError } from "../../../../lib/core/mod.ts";
import { scriptedIrc } from "../../../kit/scripted_irc.ts";

Deno.test("joinChat: reads earlier messages page by page, without events", async () => {
  await using server = serveChat("127.0.0.1:0");
  await using ann = joinChat(server.addr, { nick: "ann" });
  await ann.ready;
  for (let i = 0; i < 12; i++) await ann.say("#lobby", `line ${i}`);
  const heard: ChatMessage[] = [];
  await using ben = joinChat(server.addr, { nick: "ben", backlog: 3, onMessage: (message) => heard.push(message) });
  await ben.ready;
  const texts = (messages: readonly ChatMessage[]) => messages.map(({ text }) => text);
  assertEquals(texts(heard), ["line 9", "line 10", "line 11"]);
  const page = await ben.earlier("#lobby", heard[0]?.id ?? "", 5);
  assertEquals(texts(page), ["line 4", "line 5", "line 6", "line 7", "line 8"]);
  assert(page.every(({ past }) => past));
  const asked = ben.earlier("#lobby", page[0]?.id ?? "");
  await assertRejects(() => ben.earlier("#lobby", "x"), NegativeError, "another request is pending");
  const rest = await asked;
  assertEquals(texts(rest), ["line 0", "line 1", "line 2", "line 3"]);
  assertEquals(await ben.earlier("#lobby", rest[0]?.id ?? ""), []);
  await assertRejects(() => ben.earlier("#nowhere", rest[0]?.id ?? ""), NegativeError, "cannot read the history: ");
  assertEquals(heard.length, 3);
});

Deno.test("joinChat: earlier messages of a server without history are an error", async () => {
  using server = scriptedIrc(async (scene) => {
    await scene.welcome();
    await scene.hears(/^JOIN/);
    await scene.say(":ann!a@h JOIN #lobby", ":s 366 ann #lobby :end");
    await scene.hears(/^QUIT/);
    scene.close();
  });
  await using ann = joinChat(server.addr, { nick: "ann" });
  await ann.ready;
  await assertRejects(() => ann.earlier("#lobby", "1"), NegativeError, "the server does not support it");
});
