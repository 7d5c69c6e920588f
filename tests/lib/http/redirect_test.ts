import { assertEquals, assertRejects } from "@std/assert";
import { NetworkError, selfSigned, type TraceEvent } from "../../../lib/core/mod.ts";
import { tryDownload } from "../../../lib/get/mod.ts";
import { follow, type FollowOptions, serveHttp } from "../../../lib/http/mod.ts";
import { answering } from "../../kit/raw.ts";
import { scriptedHttp2 } from "../../kit/http2_server.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

type Headers = Record<string, string>;

/** Fields of a request, and whether another origin gets them, also with `locationTrusted`. */
const FIELDS: readonly (readonly [name: string, crosses: boolean, trusted: boolean])[] = [
  ["Authorization", false, true],
  ["Proxy-Authorization", false, true],
  ["Cookie", false, true],
  ["X-Api-Key", false, true],
  ["apikey", false, true],
  ["X-Auth", false, true],
  ["X-Amz-Security-Token", false, true],
  ["Client-Secret", false, true],
  ["X-Session-Id", false, true],
  ["X-Password", false, true],
  ["X-JWT-Assertion", false, true],
  ["X-Bearer", false, true],
  ["X-CSRF", false, true],
  ["X-Hub-Signature-256", false, true],
  ["Referer", false, true],
  ["Origin", false, true],
  ["Accept", true, true],
  ["Accept-Language", true, true],
  ["User-Agent", true, true],
  ["X-Trace-Id", true, true],
];

/** Asks for a redirect to another origin, and returns which of the fields that one got. */
async function crossing(options: FollowOptions, ask: (url: string, options: FollowOptions) => Promise<unknown>) {
  const seen: Headers[] = [];
  const answer = ({ headers }: { readonly headers: Iterable<readonly [string, string]> }) => {
    seen.push(Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value])));
    return { body: "there" };
  };
  await using there = serveHttp("127.0.0.1:0", answer);
  await using here = serveHttp("127.0.0.1:0", () => ({ status: 302, headers: { Location: there.url } }));
  const headers = FIELDS.map(([name]) => [name, "x"] as const);
  await ask(here.url, { ...options, headers, timeout: DEADLINE_MS });
  assertEquals(seen.length, 1);
  return FIELDS.map(([name]) => [name, seen[0]?.[name.toLowerCase()] === "x"]);
}

const following = async (url: string, options: FollowOptions) => {
  using response = await follow(url, options);
  await response.text();
};

for (
  const [what, ask] of [
    ["follow", following],
    [
      "download",
      (url: string, options: FollowOptions) => tryDownload(url, { sink: { write: () => {}, end: () => {} } }, options),
    ],
  ] as const
) {
  Deno.test(`redirect to another origin, ${what}: own fields that carry secrets stay behind`, async () => {
    assertEquals(await crossing({}, ask), FIELDS.map(([name, crosses]) => [name, crosses]));
    const trusted = await crossing({ locationTrusted: true }, ask);
    assertEquals(trusted, FIELDS.map(([name, , crosses]) => [name, crosses]));
  });
}

for (const [locationTrusted, right] of [[false, undefined], [true, `Basic ${btoa("ada:s3cret")}`]] as const) {
  Deno.test(`redirect to another origin: user and password of the URL, trusted: ${locationTrusted}`, async () => {
    const seen: unknown[] = [];
    await using there = serveHttp("127.0.0.1:0", ({ headers }) => (seen.push(headers.get("authorization")), {}));
    await using here = serveHttp("127.0.0.1:0", () => ({ status: 302, headers: { Location: there.url } }));
    await following(here.url.replace("//", "//ada:s3cret@"), { locationTrusted });
    assertEquals(seen, [right]);
  });
}

Deno.test("redirect to another origin: HTTP/2 keeps the same secrets back", async () => {
  await using there = scriptedHttp2((stream) => stream.head({ ":status": "200" }, true));
  await using here = scriptedHttp2((stream) => stream.head({ ":status": "302", location: there.url }, true));
  const sent: string[] = [];
  const trace = ({ direction, text, peer }: TraceEvent) => {
    if (direction === ">" && peer === `localhost:${there.port}`) sent.push(text);
  };
  await following(here.url, { http2: true, headers: { "X-Api-Key": "x", "Accept": "text/x" }, trace });
  assertEquals(sent.filter((line) => /^(?:x-api-key|accept):/i.test(line)), ["Accept: text/x"]);
});

Deno.test("redirect from https to http is one to another origin", async () => {
  const { cert, key } = await selfSigned(["localhost"]);
  const seen: unknown[] = [];
  await using plain = serveHttp("127.0.0.1:0", ({ headers }) => (seen.push(headers.get("x-api-key")), {}));
  const Location = plain.url.replace("127.0.0.1", "localhost");
  await using secure = serveHttp("127.0.0.1:0", () => ({ status: 307, headers: { Location } }), { tls: { cert, key } });
  const headers = { "X-Api-Key": "x" };
  await following(secure.url.replace("127.0.0.1", "localhost"), { headers, tls: { caCerts: [cert] } });
  assertEquals(seen, [undefined]);
});

Deno.test("redirect: user and password of a Location are masked in the trace", async () => {
  const lines: string[] = [];
  await using there = serveHttp("127.0.0.1:0", () => ({ body: "there" }));
  const Location = there.url.replace("//", "//ada:s3cret@");
  await using here = serveHttp("127.0.0.1:0", () => ({ status: 302, headers: { Location } }));
  await following(here.url, { trace: ({ text }: TraceEvent) => void lines.push(text) });
  assertEquals(lines.filter((line) => line.startsWith("Location")), [`Location: ${there.url.replace("//", "//***@")}`]);
  assertEquals(lines.join("\n").includes("s3cret"), false);
});

/** Where each path leads, and how following from /a ends with three redirects at most. */
const CHAINS: readonly (readonly [what: string, chain: Headers, code: string, message: RegExp])[] = [
  ["to itself", { "/a": "/a" }, "redirect-loop", /redirect loop: http:\S+\/a -> http:\S+\/a$/],
  ["in a circle", { "/a": "/b", "/b": "/c", "/c": "/b" }, "redirect-loop", /loop: \S+\/c -> \S+\/b -> \S+\/c$/],
  [
    "to ever new ones",
    { "/a": "/b", "/b": "/c", "/c": "/d", "/d": "/e" },
    "too-many-redirects",
    /too many redirects: the limit is 3$/,
  ],
  ["to port 0", { "/a": "http://127.0.0.1:0/" }, "redirect-invalid", /port 0/],
];

for (const [what, chain, code, message] of CHAINS) {
  Deno.test(`redirects ${what}`, async () => {
    await using server = serveHttp("127.0.0.1:0", ({ target }) => ({
      status: 302,
      headers: { Location: chain[target] ?? "/" },
    }));
    const error = await assertRejects(() => follow(`${server.url}a`, { maxRedirects: 3 }), NetworkError, "");
    assertEquals([error.code, message.test(error.message)], [code, true], error.message);
  });
}

Deno.test("redirect that is not to be followed: the response, and a report with its Location", async () => {
  const Location = "//ada:s3cret@example.test/x";
  await using server = serveHttp("127.0.0.1:0", () => ({ status: 302, headers: { Location }, body: "moved" }));
  using response = await follow(server.url, { maxRedirects: 0 });
  assertEquals([response.status, await response.text()], [302, "moved"]);
  const sink = { write: () => {}, end: () => {} };
  const { status, location, bytes, error } = await tryDownload(server.url, { sink }, { maxRedirects: 0 });
  assertEquals([status, location, bytes, error], [302, "http://***@example.test/x", 0, undefined]);
});

Deno.test("redirect with several Locations: the report has the first one", async () => {
  await using server = answering("HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n");
  const sink = { write: () => {}, end: () => {} };
  const { location } = await tryDownload(`http://127.0.0.1:${server.port}/`, { sink }, { maxRedirects: 0 });
  assertEquals(location, `http://127.0.0.1:${server.port}/a`);
});
