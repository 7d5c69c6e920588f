import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/mod.ts";
import { completeUrl, hostPortOf, readUrl } from "../../../lib/http/internal.ts";
import { shownUrl } from "../../../lib/get/download/naming/naming.ts";

/** A URL as it is typed, and what it means: a URL, or the code of an error. */
const CASES: readonly (readonly [typed: string, meaning: string])[] = [
  ["example.com", "http://example.com/"],
  ["example.com/x?y#z", "http://example.com/x?y#z"],
  ["  example.com/x ", "http://example.com/x"],
  ["localhost:8080/x", "http://localhost:8080/x"],
  ["localhost:8080", "http://localhost:8080/"],
  ["localhost:8080?x", "http://localhost:8080/?x"],
  ["data:8080/x", "http://data:8080/x"],
  ["[::1]/x", "http://[::1]/x"],
  ["[::1]:8080/x", "http://[::1]:8080/x"],
  ["127.0.0.1:81", "http://127.0.0.1:81/"],
  ["user@host", "http://user@host/"],
  ["user:pass@host:81/x", "http://user:pass@host:81/x"],
  ["example.com/a:b@c", "http://example.com/a:b@c"],
  ["bücher.example/", "http://xn--bcher-kva.example/"],
  ["HTTPS://example.com", "https://example.com/"],
  ["http:/example.com", "http://example.com/"],
  ["http://example.com:443/", "http://example.com:443/"],
  ["htp://example.com/", "unsupported-scheme"],
  ["htp:/example.com/", "unsupported-scheme"],
  ["ftp://user@host/", "unsupported-scheme"],
  ["mailto:a@b", "unsupported-scheme"],
  ["data:text/html,x@y", "unsupported-scheme"],
  ["http//example.com/", "invalid-url"],
  ["//example.com/x", "invalid-url"],
  ["/x", "invalid-url"],
  ["./x", "invalid-url"],
  ["?x", "invalid-url"],
  [":8080", "invalid-url"],
  ["", "invalid-url"],
  ["two words", "invalid-url"],
  ["localhost:99999", "invalid-url"],
  ["localhost:0/x", "invalid-port"],
  ["http://localhost:0/", "invalid-port"],
  ["https://localhost:00/", "invalid-port"],
];

for (const [typed, meaning] of CASES) {
  Deno.test(`URL as it is typed: ${JSON.stringify(typed)}`, () => {
    if (meaning.includes("://")) assertEquals(readUrl(typed).href, meaning);
    else assertEquals(assertThrows(() => readUrl(typed), UsageError).code, meaning);
  });
}

Deno.test("URL as it is typed: a whole one is not rewritten", () => {
  for (const text of ["http://EXAMPLE.com", "htp://x", " http://x", "/x"]) assertEquals(completeUrl(text), text);
});

Deno.test("the port of a URL is its own, or that of its scheme", () => {
  const ports = ["http://x/", "https://x/", "http://x:443/", "https://[::1]:80/"].map((url) =>
    hostPortOf(new URL(url))
  );
  assertEquals(ports.map(({ host, port }) => [host, port]), [["x", 80], ["x", 443], ["x", 443], ["::1", 80]]);
});

for (
  const [text, shown] of [
    ["http://me:s3cret@a/x", "http://a/x"],
    ["me:s3cret@a:80/x", "http://a/x"],
    ["http://me:s3cret@[::1/x", "http://***@[::1/x"],
    ["http://me:s3c@ret@a:99999/", "http://***@a:99999/"],
    ["me:s3cret@a:99999/", "***@a:99999/"],
    ["//me:s3cret@a", "//***@a"],
    ["http://a:99999/x@y", "http://a:99999/x@y"],
    ["http://a/x@y", "http://a/x@y"],
    ["not a URL", "not a URL"],
  ] as const
) {
  Deno.test(`URL as it is shown: ${text}`, () => assertEquals(shownUrl(text), shown));
}
