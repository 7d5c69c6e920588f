import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { UsageError } from "../../../../lib/core/mod.ts";
import { serveChat } from "../../../../lib/chat/mod.ts";
import { RawIrc } from "../../../kit/irc.ts";

Deno.test("serveChat: limits wrong passwords per address; a missing one does not count", async () => {
  await using server = serveChat("127.0.0.1:0", { password: "right" });
  const login = async (...lines: readonly string[]) => {
    await using client = await RawIrc.open(server.address);
    await client.say(...lines, "NICK ann", "USER ann 0 * :ann");
    return await client.hears(/ (?:464|001) /);
  };
  for (let i = 0; i < 12; i++) assertMatch(await login(), /Password incorrect/);
  let refused = 0;
  for (let i = 0; i < 12; i++) {
    if (/Too many failed logins, try again in \ds/.test(await login("PASS wrong"))) refused++;
    else assert(i <= 10, `attempt ${i + 1} was judged`);
  }
  assert(refused > 0);
  assertMatch(await login("PASS right"), / 464 .*Too many/);
});

Deno.test("serveChat: rejects an empty password", () => {
  const error = assertThrows(() => serveChat("127.0.0.1:0", { password: "" }), UsageError);
  assertEquals(error.code, "empty-password");
});
