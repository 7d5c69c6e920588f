import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { clientProtocol, MAX_FIRST_BYTES } from "../../../../lib/chat/codec/first_bytes.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

const TABLE: readonly (readonly [first: string, protocol: ReturnType<typeof clientProtocol>])[] = [
  ["", "incomplete"],
  ["\x16", "tls"],
  ["\x16\x03\x01", "tls"],
  ["\r\n", "incomplete"],
  ["\r\n\r\n\r\n\r\n\r\n", "irc"],
  ["\r\n\x16\x03", "irc"],
  ["G", "incomplete"],
  ["GET", "incomplete"],
  ["GET /", "http"],
  ["GET\t/", "irc"],
  ["GETX", "irc"],
  ["\r\nGET ", "http"],
  ["P", "incomplete"],
  ["PASS x", "irc"],
  ["PING", "irc"],
  ["PRI * HTTP/2.0", "http"],
  ["PO", "incomplete"],
  ["C", "incomplete"],
  ["CAP LS", "irc"],
  ["CONNECT x:1 HTTP/1.1", "http"],
  ["TRACE x", "http"],
  ["N", "irc"],
  ["NICK ann\r\n", "irc"],
  [":ann NICK", "irc"],
  ["@label=1 CAP", "irc"],
  ["get / HTTP/1.1", "irc"],
  ["\x00", "irc"],
  ["\xff", "irc"],
];

Deno.test("clientProtocol: the first bytes of clients", () => {
  for (const [first, protocol] of TABLE) {
    assertEquals(clientProtocol(bytes(first)), protocol, JSON.stringify(first));
  }
});

Deno.test("clientProtocol: more bytes never change an answer, and a bounded number is enough", () => {
  const start = fc.constantFrom(...TABLE.map(([first]) => first));
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 80 }), (first, rest) => {
      const all = new Uint8Array([...bytes(first), ...rest]);
      const whole = clientProtocol(all);
      if (all.length >= MAX_FIRST_BYTES) assert(whole !== "incomplete");
      for (let count = 0; count < all.length; count++) {
        const part = clientProtocol(all.subarray(0, count));
        assert(part === "incomplete" || part === whole, `${part} of ${count} bytes, ${whole} of all`);
      }
    }),
    { seed: 18, numRuns: 500 },
  );
});
