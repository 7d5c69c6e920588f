import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { answering } from "../../../lib/dns/mod.ts";
import {
  buildMail,
  dkimKey,
  formatAuthenticationResults,
  judgeMail,
  judgementResults,
  parseAuthenticationResults,
  signMail,
} from "../../../lib/mail/mod.ts";

const encoder = new TextEncoder();

/** Returns a signed message, and the record of its key. */
async function signedMail(): Promise<{ message: Uint8Array; record: string }> {
  const keys = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  if (!("privateKey" in keys)) throw new TypeError("no key pair");
  const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const key = await dkimKey(`-----BEGIN PRIVATE KEY-----\n${der.toBase64()}\n-----END PRIVATE KEY-----\n`, "mail");
  const built = await buildMail({ from: "Ada <ada@news.example.com>", to: "bob@example.org", text: "hello\n" });
  const chunks = await Array.fromAsync((await signMail(built, [key])).chunks());
  const p = new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey)).toBase64();
  return { message: Uint8Array.from(chunks.flatMap((chunk) => [...chunk])), record: `v=DKIM1; k=ed25519; p=${p}` };
}

Deno.test("judgeMail: SPF, DKIM and DMARC by a name server", async () => {
  const { message, record } = await signedMail();
  await using server = answering({
    "example.com.": {
      TXT: [{ data: '"v=spf1 a:mail.example.com " "mx ~all"' }],
      MX: [{ data: "5 b.test." }, { data: "1 a.test." }],
    },
    "mail.example.com.": { A: [{ data: "192.0.2.9" }] },
    "a.test.": { A: [{ data: "192.0.2.7" }] },
    "b.test.": { A: [{ data: "192.0.2.8" }] },
    "mail._domainkey.news.example.com.": { TXT: [{ data: { strings: [record] } }] },
    "_dmarc.example.com.": { TXT: [{ data: '"v=DMARC1; p=reject; sp=quarantine"' }] },
  });
  const options = { servers: [server.address] };
  const origin = { ip: "192.0.2.7", helo: "mail.example.com", from: "bounces@example.com" };
  const good = await judgeMail(message, origin, options);
  assertEquals([good.spf.result, good.spf.reason], ["pass", "192.0.2.7 matches mx of example.com"]);
  assertEquals(good.dkim.map(({ result, domain }) => [result, domain]), [["pass", "news.example.com"]]);
  const { result, policy, dkim, spf } = good.dmarc;
  assertEquals([result, policy, dkim, spf], ["pass", "quarantine", "news.example.com", "example.com"]);
  const bad = await judgeMail(encoder.encode(new TextDecoder().decode(message).replace("hello", "hullo")), {
    ...origin,
    ip: "192.0.2.66",
  }, options);
  assertEquals([bad.spf.result, bad.dkim[0]?.result, bad.dmarc.result], ["softfail", "fail", "fail"]);
  const field = formatAuthenticationResults({ authority: "mx.test", results: judgementResults(bad, origin) });
  assertStringIncludes(
    field,
    'dmarc=fail reason="neither DKIM nor SPF confirms news.example.com; policy of example.com: quarantine"',
  );
  assert(field.split("\r\n").every((line) => line.length < 500));
});

Deno.test("judgeMail: a name server that does not answer is a result; a signal ends it", async () => {
  const message = encoder.encode("From: ada@example.com\r\n\r\nhello\r\n");
  const origin = { ip: "192.0.2.7", helo: "h.test", from: "" };
  const lookup = () => new Promise<never>(() => {});
  const late = await judgeMail(message, origin, { lookup, timeout: 1 });
  assertEquals([late.spf.result, late.dmarc.result], ["temperror", "temperror"]);
  const stop = new AbortController();
  const judging = judgeMail(message, origin, { lookup, signal: stop.signal });
  stop.abort(new Error("stopped"));
  await assertRejects(() => judging, Error, "stopped");
  const two = encoder.encode("From: ada@a.test\r\nFrom: eve@b.test\r\n\r\n");
  const { dmarc } = await judgeMail(two, origin, { lookup: () => Promise.resolve([]) });
  assertEquals([dmarc.result, dmarc.reason], ["permerror", "From has 2 domains"]);
});

Deno.test("Authentication-Results: fields of other programs are read", () => {
  const table = [
    ["example.org 1; none", "example.org", []],
    ["example.com; spf=pass smtp.mailfrom=example.net", "example.com", ["spf pass smtp.mailfrom=example.net"]],
    [
      "example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n spf=pass smtp.mailfrom=example.net",
      "example.com",
      ["auth pass smtp.auth=sender@example.net", "spf pass smtp.mailfrom=example.net"],
    ],
    [
      "foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail policy (A dot can go here) . (like that) expired",
      "foo.example.net",
      [],
    ],
    ['a.test; dkim=fail reason="bad \\"sig\\"; x=y" header.i=@a.test', "a.test", ["dkim fail header.i=@a.test"]],
    ["a.test; dmarc=pass (p=none (x) dis=none) header.from=a.test", "a.test", ["dmarc pass header.from=a.test"]],
    ["", undefined, undefined],
    ["=x", undefined, undefined],
  ] as const;
  for (const [value, authority, results] of table) {
    const parsed = parseAuthenticationResults(value);
    const shown = parsed?.results.map(({ method, result, properties }) =>
      [method, result, ...Object.entries(properties).map((pair) => pair.join("="))].join(" ")
    );
    assertEquals([value, parsed?.authority, shown], [value, authority, results?.slice()]);
  }
});

Deno.test("Authentication-Results: what is written is read back, whatever was in it", () => {
  const text = fc.string({ unit: "binary", maxLength: 400 });
  fc.assert(
    fc.property(text, text, text, (reason, value, authority) => {
      const result = { method: "spf", result: "pass", reason, properties: { "smtp.mailfrom": value } };
      const field = formatAuthenticationResults({ authority: authority || "a", results: [result, result] });
      assertEquals(field.match(/\r\n(?!\t)/g)?.length, 1);
      const read = parseAuthenticationResults(field.slice(field.indexOf(":") + 1));
      const shown = (given: string) => given.slice(0, 300).replace(/[^\x20-\x7e]/g, "?");
      assertEquals(read?.results.length, 2);
      assertEquals(read?.results[0]?.reason, shown(reason));
      assertEquals(read?.results[1]?.properties["smtp.mailfrom"], shown(value));
    }),
    { seed: 8601, numRuns: 500 },
  );
  fc.assert(fc.property(text, (value) => void parseAuthenticationResults(value)), { seed: 8601, numRuns: 500 });
});
