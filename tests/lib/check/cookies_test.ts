import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Cookies } from "../../../lib/check/application/http/cookies.ts";

const NOW = new Date("2026-11-29T12:00:00Z");

/** Fields of an answer from a URL, a URL that is asked for then, and the field that is sent. */
const ROWS: readonly (readonly [set: string, fields: readonly string[], get: string, sent: string | undefined])[] = [
  ["http://a.test/", ["k=v"], "http://a.test/", "k=v"],
  ["http://a.test/", ["k=v"], "http://a.test:81/x", "k=v"],
  ["http://a.test/", ["k=v"], "http://b.test/", undefined],
  ["http://a.test/", ["k=v"], "http://www.a.test/", undefined],
  ["http://www.a.test/", ["k=v; Domain=a.test"], "http://a.test/", "k=v"],
  ["http://www.a.test/", ["k=v; domain=.A.TEST"], "http://b.a.test/", "k=v"],
  ["http://www.a.test/", ["k=v; Domain=test"], "http://b.test/", undefined],
  ["http://www.a.co.uk/", ["k=v; Domain=co.uk"], "http://b.co.uk/", undefined],
  ["http://ada.github.io/", ["k=v; Domain=github.io"], "http://bob.github.io/", undefined],
  ["http://www.a.test/", ["k=v; Domain=b.test"], "http://b.test/", undefined],
  ["http://a.test/", ["k=v; Domain=www.a.test"], "http://www.a.test/", undefined],
  ["http://127.0.0.1/", ["k=v; Domain=0.0.1"], "http://127.0.0.1/", undefined],
  ["http://a.test/x/y", ["k=v"], "http://a.test/x/z", "k=v"],
  ["http://a.test/x/y", ["k=v"], "http://a.test/z", undefined],
  ["http://a.test/", ["k=v; Path=/x"], "http://a.test/xy", undefined],
  ["http://a.test/", ["k=v; Path=/x"], "http://a.test/x", "k=v"],
  ["http://a.test/", ["a=1", "b=2; Path=/x"], "http://a.test/x/", "b=2; a=1"],
  ["https://a.test/", ["k=v; Secure"], "https://a.test/", "k=v"],
  ["https://a.test/", ["k=v; Secure"], "http://a.test/", undefined],
  ["http://a.test/", ["k=v; Secure"], "https://a.test/", undefined],
  ["http://a.test/", ["k=1", "k=2"], "http://a.test/", "k=2"],
  ["http://a.test/", ["k=1", "k=; Max-Age=0"], "http://a.test/", undefined],
  ["http://a.test/", ["k=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "http://a.test/", undefined],
  ["http://a.test/", ["k=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60"], "http://a.test/", "k=1"],
  ["http://a.test/", ["k=a\r\nX: y"], "http://a.test/", undefined],
  ["http://a.test/", ["k=\u00e9", "=v", "no value", "", "a b=c"], "http://a.test/", undefined],
  ["http://a.test/", [`k=${"x".repeat(4095)}`], "http://a.test/", undefined],
];

Deno.test("check: cookies of redirects are sent to the hosts and paths to which a browser sends them", async () => {
  for (const [set, fields, get, sent] of ROWS) {
    const cookies = new Cookies();
    await cookies.store(new URL(set), fields, NOW);
    assertEquals([set, fields, get, cookies.fieldFor(new URL(get))], [set, fields, get, sent]);
  }
});

Deno.test("check: cookies of redirects are bounded, and never more than a field", async () => {
  const url = new URL("http://a.test/");
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: "binary", maxLength: 60 }), { maxLength: 80 }), async (fields) => {
      const cookies = new Cookies();
      await cookies.store(url, fields, NOW);
      await cookies.store(url, Array.from({ length: 50 }, (_, index) => `c${index}=${"v".repeat(20)}`), NOW);
      const sent = cookies.fieldFor(url) ?? "";
      assertEquals([/^[\x20-\x7e]*$/.test(sent), sent.split("; ").length <= 100, sent.length < 8000], [
        true,
        true,
        true,
      ]);
    }),
    { seed: 17, numRuns: 100 },
  );
});
