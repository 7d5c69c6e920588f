/** Wrong arguments of callers without types: each call reports what it accepts. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { connect, listen, request, sendDatagrams, serveHttp, UsageError } from "../../../mod.ts";

/** A value of no type, as plain JavaScript passes it. */
const untyped = (value: unknown) => value as never;

const MISTAKES: readonly (readonly [name: string, words: RegExp, call: () => unknown])[] = [
  ["a port as a number", /^number 9000 is not an address/, () => listen(untyped(9000))],
  ["no address", /^undefined undefined is not an address/, () => connect(untyped(undefined))],
  ["null for an address", /^object null is not an address/, () => connect(untyped(null))],
  ["options for an address", /^\{"timeout":5\} is not an address/, () => connect(untyped({ timeout: 5 }))],
  ["a port as text", /is not an address/, () => connect(untyped({ hostname: "127.0.0.1", port: "80" }))],
  ["a port beyond 65535", /is not an address/, () => connect(untyped({ hostname: "127.0.0.1", port: 65_536 }))],
  ["no payloads", /^payloads are texts or bytes/, () => sendDatagrams("127.0.0.1:9", untyped({}))],
  ["a number as payloads", /^payloads are/, () => sendDatagrams("127.0.0.1:9", untyped({ payloads: 5 }))],
  ["a number as a payload", /^invalid data to send/, () => sendDatagrams("127.0.0.1:9", untyped({ payloads: [5] }))],
  ["a number as input", /^invalid input/, async () => {
    await using server = listen("127.0.0.1:0", { onConnection: () => {} });
    await connect(server.addr, untyped({ input: 5 }));
  }],
  ["NaN milliseconds", /invalid timeout NaN/, () => connect("127.0.0.1:9", { timeout: NaN })],
  ["negative milliseconds", /invalid timeout -1/, () => connect("127.0.0.1:9", { timeout: -1 })],
  ["a duration as text", /invalid timeout 5s/, () => request("http://127.0.0.1:9/", untyped({ timeout: "5s" }))],
];

for (const [name, words, call] of MISTAKES) {
  Deno.test(`a mistake in a call: ${name}`, async () => {
    const error = await assertRejects(async () => await call(), UsageError);
    assertMatch(error.message, words);
  });
}

Deno.test("a mistake in a call: sending after our side was ended is not blamed on the peer", async () => {
  await using server = listen("127.0.0.1:0", { onConnection: (connection) => connection.text().then(() => {}) });
  await using client = await connect(server.addr);
  await client.closeWrite();
  await assertRejects(() => client.send("more"), UsageError, "after closeWrite");
  client.close();
  await assertRejects(() => client.send("more"), UsageError, "is closed");
});

Deno.test("a mistake in a call: a body that was read is not read as empty, and an empty one is empty twice", async () => {
  await using server = serveHttp("127.0.0.1:0", ({ target }) => ({ body: target.slice(1) }));
  using full = await request(`${server.url}hello`);
  assertEquals(await full.text(), "hello");
  await assertRejects(() => full.text(), UsageError, "was read already");
  await assertRejects(() => full.json(), UsageError, "was read already");
  using empty = await request(server.url);
  assertEquals([await empty.text(), await empty.text()], ["", ""]);
});

/** A program whose handler, or whose `onError`, has a fault. */
const program = (options: string) => `
  import { connect, listen } from "${new URL("../../../mod.ts", import.meta.url)}";
  const server = listen("127.0.0.1:0", { ${options} });
  addEventListener("error", (event) => { event.preventDefault(); console.log(event.error.message); });
  for (let i = 0; i < 2; i++) await (await connect(server.addr)).text();
  await server.shutdown();
`;
const FAULT = `onConnection: () => { throw new RangeError("a fault"); }`;

for (
  const [name, options, printed] of [
    ["of a handler", FAULT, "a fault\na fault\n"],
    ["of onError", `${FAULT}, onError() { throw new RangeError("another"); }`, "another\nanother\n"],
    ["that onError takes", `${FAULT}, onError() {}`, ""],
  ] as const
) {
  Deno.test(`a server reports a fault ${name} as an uncaught error, and goes on where that is taken`, async () => {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", program(options)],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), printed);
  });
}
