import { assertEquals } from "@std/assert";
import { NetworkError } from "../../../lib/core/mod.ts";
import { Fields } from "../../../lib/http/mod.ts";
import { StatusError, waitBeforeRetry } from "../../../lib/get/download/http/retry.ts";
import { modifiedTime } from "../../../lib/get/download/http/modified.ts";

const status = (status: number, retryAfter?: string) =>
  new StatusError({
    url: new URL("http://a.test/"),
    version: "1.1",
    status,
    reason: "",
    headers: new Fields(retryAfter === undefined ? {} : { "Retry-After": retryAfter }),
  });
const wait = (error: unknown, refused = false, method = "GET") =>
  waitBeforeRetry(error, { method, reached: "none", http2: false }, 0, { first: 1000, refused });
const refused = new NetworkError("refused", { code: "connection-refused" });

const CASES: readonly (readonly [what: string, found: number | undefined, expected: number | undefined])[] = [
  ...[408, 425, 429, 500, 502, 503, 504, 507, 522].map((code) => [String(code), wait(status(code)), 1000] as const),
  ...[400, 404, 410, 501, 505, 506, 508, 510, 511].map((code) =>
    [String(code), wait(status(code)), undefined] as const
  ),
  ["Retry-After of one digit", wait(status(503, "7")), 7000],
  ["Retry-After with zeros", wait(status(503, "0000000000000002")), 2000],
  ["Retry-After beyond ten minutes", wait(status(503, "86400")), 86_400_000],
  ["Retry-After of twelve digits", wait(status(429, "100000000000")), 1e14],
  ["Retry-After as a date that is over", wait(status(503, "Sun, 06 Nov 1994 08:49:37 GMT")), 0],
  ["Retry-After that is none", wait(status(503, "soon")), 1000],
  ["501 with Retry-After", wait(status(501, "1")), undefined],
  ["a refused connection", wait(refused), undefined],
  ["a refused connection, when asked", wait(refused, true), 1000],
  ["a refused connection of a POST, when asked", wait(refused, true, "POST"), 1000],
  ["a POST with 503", wait(status(503), false, "POST"), undefined],
];
for (const [what, found, expected] of CASES) Deno.test(`retry: ${what}`, () => assertEquals(found, expected));

const NOW = Date.UTC(2025, 0, 1);
for (
  const [text, expected] of [
    [undefined, undefined],
    ["Mon, 01 Jan 2024 00:00:00 GMT", Date.UTC(2024, 0, 1)],
    ["Monday, 01-Jan-24 00:00:00 GMT", Date.UTC(2024, 0, 1)],
    ["Wed, 01 Jan 2025 00:00:01 GMT", undefined],
    ["Thu, 01 Jan 1970 00:00:00 GMT", undefined],
    ["0", undefined],
    ["2024-01-01", undefined],
  ] as const
) {
  Deno.test(`time of a file: ${text}`, () =>
    assertEquals(modifiedTime(new Fields(text === undefined ? {} : { "Last-Modified": text }), NOW), expected));
}
