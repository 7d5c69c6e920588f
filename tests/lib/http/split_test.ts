import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { HeadScanner, HTTP_LIMITS, type HttpLimits } from "../../../lib/http/internal.ts";
import { converse, inPieces } from "../../kit/http_messages.ts";
import { octets } from "../../kit/raw.ts";

const LIMITS: HttpLimits = {
  ...HTTP_LIMITS,
  startLine: 60,
  fieldLine: 60,
  head: 200,
  fields: 6,
  chunkLine: 24,
  trailers: 60,
};

const START = {
  request: ["GET / HTTP/1.1\r\nHost: a\r\n", "POST /a?b HTTP/1.1\r\nHost: a\r\n"],
  response: ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 404 \r\n", "HTTP/1.1 200 OK\nA: b\n c\r\n"],
};
const BODIES = [
  "\r\n",
  "Content-Length: 12\r\n\r\nhello, world",
  "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0007\r\n, world\r\n0\r\n\r\n",
  'Transfer-Encoding: chunked\r\n\r\nC;a="b;c"\r\nhello, world\r\n0;x\r\nA: b\r\nC:d\r\n\r\n',
  "X: y\r\nContent-Length: 0\r\n\r\n",
];
const BODIES_OF_RESPONSES = [
  ...BODIES,
  "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n7\r\n, world\r\n0\r\nA: b\r\n c\r\n\r\n",
];
const DAMAGE = ["\n", "\r", "\0", " ", ":", ";", "x".repeat(70), "0", "\r\n", "A: b\r\n".repeat(4)];

for (const kind of ["request", "response"] as const) {
  Deno.test(`however a stream of ${kind}s is cut, the same is read`, async () => {
    const message = fc.tuple(
      fc.constantFrom(...START[kind]),
      fc.constantFrom(...(kind === "request" ? BODIES : BODIES_OF_RESPONSES)),
    ).map(([start, body]) => start + body);
    const damage = fc.option(fc.tuple(fc.nat(), fc.constantFrom(...DAMAGE), fc.nat(3)));
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 4 }),
        damage,
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 40 }),
        async (parts, harm, sizes, room) => {
          let text = parts.join("");
          if (harm) {
            const at = harm[0] % text.length;
            text = text.slice(0, at) + harm[1] + text.slice(at + harm[2]);
          }
          const bytes = octets(text);
          const whole = await converse(kind, inPieces(bytes, [bytes.length]), LIMITS);
          assertEquals(await converse(kind, inPieces(bytes, sizes), LIMITS, room), whole);
          assertEquals(await converse(kind, inPieces(bytes, [1]), LIMITS, 1), whole);
        },
      ),
      { seed: 3, numRuns: 1500 },
    );
  });
}

Deno.test("all sound messages of a stream are read to its end", async () => {
  for (const body of BODIES) {
    const found = await converse("request", inPieces(octets((START.request[1] + body).repeat(3)), [7]), LIMITS, 5);
    assertEquals([found.messages.length, found.ending], [3, "end"], body);
  }
});

Deno.test("a head that comes byte by byte is looked at once", () => {
  // Were each byte looked at again with every new one, this would take minutes.
  const bytes = octets(`GET / HTTP/1.1\r\nHost: a\r\n${`X: ${"y".repeat(16000)}\r\n`.repeat(60)}\r\n`);
  const scanner = new HeadScanner("request", { ...HTTP_LIMITS, head: 2 << 20 });
  let found: unknown;
  for (let end = 1; end <= bytes.length; end++) found = scanner.find(bytes, 0, end);
  assertEquals(found, { start: 0, end: bytes.length });
});
