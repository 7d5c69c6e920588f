import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../lib/core/mod.ts";
import { recordFrom, validate } from "../../../lib/dns/internal.ts";
import { asking, ZoneKey } from "../../kit/signed_world.ts";

const ADDRESS = recordFrom({ name: "www.test.", type: "A", ttl: 300, data: "192.0.2.1" });

/** Validates an address of a signed zone with the anchors that `text` makes of its DS and DNSKEY data. */
async function validated(text: (ds: string, key: string) => string) {
  const key = await ZoneKey.make("test.");
  const [keys, answers] = [await key.sign([key.record]), await key.sign([ADDRESS])];
  return await validate("www.test", "A", {
    servers: ["192.0.2.53"],
    anchors: text(key.delegation.data, key.record.data),
    ask: asking((_, type) => ({ answers: type === "DNSKEY" ? keys : answers })),
  });
}

for (
  const [what, text, status, reason] of [
    ["a DS record", (ds: string) => `; a comment\ntest. IN DS ${ds}\n`, "secure", undefined],
    ["a DNSKEY record", (_: string, key: string) => `$ORIGIN test.\n@ 300 DNSKEY ${key}`, "secure", undefined],
    ["the key of another zone", (ds: string) => `example. DS ${ds}`, "indeterminate", "no-trust-anchor"],
  ] as const
) {
  Deno.test(`validate: ${what} as text is a trust anchor`, async () => {
    const found = await validated(text);
    assertEquals([found.status, found.reason?.code], [status, reason]);
  });
}

for (
  const [text, message] of [
    ["test. DS 1 13 2", "invalid text of trust anchors: line 1, column "],
    ["\n; nothing\n", "invalid text of trust anchors: it has neither DS nor DNSKEY records"],
    ["test. NS ns.test.", "invalid text of trust anchors: it has neither DS nor DNSKEY records"],
  ] as const
) {
  Deno.test(`validate: ${JSON.stringify(text)} is not a trust anchor`, async () => {
    const error = await assertRejects(() => validated(() => text), UsageError, message);
    assertEquals(error.code, "invalid-anchor");
  });
}
