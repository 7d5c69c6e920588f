import { assert, assertEquals, assertRejects } from "@std/assert";
import { lookup, NetworkError, ofFamily, parseAddress, TimeoutError, UsageError } from "../../../lib/core/mod.ts";

Deno.test("lookup: an address is its own answer, of its own family", async () => {
  assertEquals(await lookup("192.0.2.1"), [{ address: "192.0.2.1", family: 4 }]);
  assertEquals(await lookup("2001:db8::1", { family: 6 }), [{ address: "2001:db8::1", family: 6 }]);
  const error = await assertRejects(() => lookup("192.0.2.1", { family: 6 }), NetworkError, "it is an IPv4 address");
  assertEquals(error.code, "name-not-found");
});

Deno.test("ofFamily: an address to listen on is of the family asked for, or refused", async () => {
  const place = (text: string) => parseAddress(text, { anyPort: true });
  const local = await ofFamily(place("localhost:0"), { family: 4 });
  assertEquals(local, { transport: "ip", host: "127.0.0.1", port: 0 });
  const error = await assertRejects(() => ofFamily(place("127.0.0.1:0"), { family: 6 }), NetworkError);
  assertEquals(error.code, "name-not-found");
  for (const text of ["unix:/tmp/x", "no-such-name.invalid:1"]) {
    assertEquals(await ofFamily(place(text), {}), place(text));
  }
  assertEquals(await ofFamily(place("unix:/tmp/x"), { family: 6 }), place("unix:/tmp/x"));
});

Deno.test("lookup: names below localhost are loopback, in the family asked for", async () => {
  assert((await lookup("localhost")).length > 0);
  assertEquals(await lookup("localhost", { family: 6 }), [{ address: "::1", family: 6 }]);
  for (const { address } of await lookup("a.b.LocalHost.")) assert(address === "::1" || address.startsWith("127."));
});

Deno.test("lookup finds no name below invalid, and sends no query", async () => {
  const error = await assertRejects(() => lookup("no-such-name.invalid"), NetworkError, "the name does not exist");
  assertEquals(error.code, "name-not-found");
});

Deno.test("lookup rejects invalid names", async () => {
  for (const name of ["", "a b", "a\0b", "a\nb", "ü/x", "a@b", "[::1"]) {
    const error = await assertRejects(() => lookup(name), UsageError);
    assertEquals(error.code, "invalid-name");
  }
});

Deno.test("lookup: a signal ends it", async () => {
  const reason = new TimeoutError("enough");
  await assertRejects(() => lookup("localhost", { signal: AbortSignal.abort(reason) }), TimeoutError, "enough");
});
