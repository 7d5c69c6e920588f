import { assertEquals } from "@std/assert";
import {
  encodeMessage,
  encodeQuery,
  extendedErrorOption,
  recordFrom,
  type TextRecord,
} from "../../../lib/dns/internal.ts";
import { freshness } from "../../../lib/dns/server/transport/freshness.ts";
import { serveHttps } from "../../../lib/dns/server/transport/https.ts";
import { request, type RequestOptions } from "../../../lib/http/mod.ts";

const query = encodeQuery({ id: 0, name: "a.test.", type: "A" });
const encoded = query.toBase64({ alphabet: "base64url", omitPadding: true });
const dns = { "Content-Type": "application/dns-message" };
const A: TextRecord = { name: "a.test.", type: "A", ttl: 60, data: "192.0.2.1" };
const SOA: TextRecord = { name: "test.", type: "SOA", ttl: 900, data: "ns. admin. 1 2 3 4 300" };

function responseOf(parts: {
  readonly answers?: readonly TextRecord[];
  readonly authorities?: readonly TextRecord[];
  readonly rcode?: number;
  readonly truncated?: boolean;
}): Uint8Array<ArrayBuffer> {
  const { answers = [], authorities = [], ...head } = parts;
  return encodeMessage({
    ...{ id: 0, response: true, questions: [{ name: "a.test.", type: "A", class: "IN" }], ...head },
    ...{ answers: answers.map(recordFrom), authorities: authorities.map(recordFrom) },
    edns: { udpSize: 1232, version: 0, dnssecOk: false, options: [extendedErrorOption(0)] },
  });
}

/** Requests, and the responses to them: status, and a field or the text. */
const REQUESTS:
  readonly (readonly [title: string, target: string, options: RequestOptions, status: number, text: string])[] = [
    ["GET", `/dns-query?dns=${encoded}`, {}, 200, "max-age=60"],
    ["GET with another parameter", `/dns-query?a=b&dns=${encoded}`, {}, 200, "max-age=60"],
    ["POST", "/dns-query", { method: "POST", headers: dns, body: query }, 200, "max-age=60"],
    ["another path", `/other?dns=${encoded}`, {}, 404, "no such resource: queries go to /dns-query\n"],
    ["no parameter", "/dns-query", {}, 400, "the parameter dns must have the query, once\n"],
    ["two parameters", `/dns-query?dns=${encoded}&dns=a`, {}, 400, "the parameter dns must have the query, once\n"],
    ["plain base64", "/dns-query?dns=++//", {}, 400, "the parameter dns is not base64url\n"],
    ["a short message", "/dns-query?dns=AAAA", {}, 400, "not a DNS message: it has 3 bytes\n"],
    [
      "a response",
      "/dns-query",
      { method: "POST", headers: dns, body: responseOf({}) },
      400,
      "not a query: the message is a response\n",
    ],
    [
      "another content type",
      "/dns-query",
      { method: "POST", headers: { "Content-Type": "text/plain" }, body: query },
      415,
      "the content type of a query is application/dns-message\n",
    ],
    [
      "no content type",
      "/dns-query",
      { method: "POST", body: query },
      415,
      "the content type of a query is application/dns-message\n",
    ],
    [
      "a large body",
      "/dns-query",
      { method: "POST", headers: dns, body: new Uint8Array(65_536) },
      413,
      "a DNS message has at most 65535 bytes\n",
    ],
    [
      "another method",
      "/dns-query",
      { method: "PUT", headers: dns, body: query },
      405,
      "the methods are GET, HEAD, POST\n",
    ],
    [
      "a query without a response",
      `/dns-query?dns=${encodeQuery({ id: 0, name: "drop.", type: "A" }).toBase64({ alphabet: "base64url" })}`,
      {},
      504,
      "the server has no response to this query\n",
    ],
  ];

Deno.test("DNS over HTTPS endpoint: methods, paths, parameters and content types", async () => {
  const clients: string[] = [];
  await using server = serveHttps("127.0.0.1:0", (bytes, { hostname }) => {
    clients.push(hostname);
    return bytes[13] === 0x64 ? undefined : responseOf({ answers: [A] });
  });
  for (const [title, target, options, status, text] of REQUESTS) {
    using response = await request(new URL(target, server.url).href, options);
    const shown = response.headers.get("cache-control") ?? await response.body.text(1000);
    assertEquals([title, response.status, shown], [title, status, text]);
  }
  assertEquals([...new Set(clients)], ["127.0.0.1"]);
});

/** Responses, and the seconds for which a cache may keep them. */
const FRESHNESS: readonly (readonly [title: string, response: Uint8Array, seconds: number])[] = [
  [
    "the smallest TTL of the answers",
    responseOf({ answers: [A, { ...A, ttl: 7 }], authorities: [{ ...SOA, ttl: 1 }] }),
    7,
  ],
  ["the minimum of the SOA", responseOf({ rcode: 3, authorities: [SOA] }), 300],
  ["the TTL of the SOA", responseOf({ authorities: [{ ...SOA, ttl: 20 }] }), 20],
  ["nothing", responseOf({}), 0],
  ["a failure", responseOf({ rcode: 2, answers: [A] }), 0],
  ["a truncated response", responseOf({ truncated: true, answers: [A] }), 0],
  ["a cut message", responseOf({ answers: [A] }).subarray(0, 39), 0],
  ["no message", new Uint8Array(3), 0],
];

for (const [title, response, seconds] of FRESHNESS) {
  Deno.test(`freshness of a response: ${title}`, () => assertEquals(freshness(response), seconds));
}
