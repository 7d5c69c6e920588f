import { assert, assertEquals, assertRejects } from "@std/assert";
import { readOperators, serveChatPage } from "../../../lib/chat/internal.ts";
import { countedNetwork, maskHost } from "../../../lib/chat/server/client/peer_host.ts";
import { UsageError } from "../../../lib/core/mod.ts";
import { withFolder } from "../../kit/folder.ts";
import { ANY_PORT, chatServer } from "../../kit/irc.ts";

/** Addresses of clients as connections and proxies name them, the host in masks, and what is counted. */
const PEERS: readonly (readonly [peer: string, host: string, network: string])[] = [
  ["192.0.2.7:80", "192.0.2.7", "192.0.2.7"],
  ["192.0.2.7", "192.0.2.7", "192.0.2.7"],
  ["[2001:db8::7]:80", "2001:db8::7", "2001:db8::/64"],
  ["2001:db8::7", "2001:db8::7", "2001:db8::/64"],
  ["127.0.0.1:5", "127.0.0.1", ""],
  ["[::1]:5", "0::1", ""],
  ["::1", "0::1", ""],
  ["unix:/tmp/s", "localhost", ""],
];

Deno.test("chat server: the host of a client, with a port or without", () => {
  for (const [peer, host, network] of PEERS) {
    assertEquals([maskHost(peer), countedNetwork(peer)], [host, network], peer);
  }
});

Deno.test("chat page: behind a trusted proxy the client's address counts, not the proxy's", async () => {
  const events: string[] = [];
  await using chat = chatServer({ onEvent: ({ event, peer }) => events.push(`${event} ${peer}`) });
  await using page = serveChatPage(chat, ANY_PORT, { trustProxy: ["loopback"] });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: page.port ?? 0 });
  const head = [
    "GET /chat HTTP/1.1",
    `Host: ${page.address}`,
    "Upgrade: websocket",
    "Connection: upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: text.ircv3.net",
    "X-Forwarded-For: 2001:db8::7",
  ];
  await conn.write(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`));
  await conn.read(new Uint8Array(4096));
  conn.close();
  await page.shutdown();
  assert(events.includes("connected [2001:db8::7]"), events.join());
});

/** Files of operators, and what is wrong with them. */
const WRONG: readonly (readonly [text: string, problem: string])[] = [
  ["", "no operators in the file"],
  ["# none\n", "no operators in the file"],
  ["root\n", "invalid line 1: must be NAME:PASSWORD"],
  ["a:b\nroot:\n", "invalid line 2: must be NAME:PASSWORD"],
  [":secret\n", "invalid line 1: must be NAME:PASSWORD"],
  ["a:b\na:c\n", 'duplicate operator "a"'],
];

Deno.test("chat server: a file of operators, right and wrong", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/opers`;
    await Deno.writeTextFile(path, "\ufeff# staff\r\n\r\nroot:pass:word \r\nann:x\r\n", { mode: 0o600 });
    assertEquals(await readOperators(path), {
      operators: new Map([["root", "pass:word "], ["ann", "x"]]),
      exposed: false,
    });
    await Deno.chmod(path, 0o640);
    assertEquals((await readOperators(path)).exposed, true);
    for (const [text, problem] of WRONG) {
      await Deno.writeTextFile(path, text);
      const error = await assertRejects(() => readOperators(path), UsageError, problem);
      assert(!error.message.includes("secret"));
    }
  });
});
