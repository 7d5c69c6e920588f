import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { concat } from "../../../lib/core/mod.ts";
import { clientHello } from "../../../lib/check/tls/hello/client_hello.ts";
import {
  alertName,
  suiteName,
  TLS_VERSIONS,
  type TlsVersionName,
  versionName,
} from "../../../lib/check/tls/hello/names.ts";
import { parseOcsp } from "../../../lib/check/tls/hello/ocsp.ts";
import { parseServerReply } from "../../../lib/check/tls/hello/server_reply.ts";
import { isWholeClientHello } from "../../../lib/core/tls/splice/records.ts";
import { message } from "../../kit/impostor.ts";

const SEED = 20261128;

function record(type: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat([Uint8Array.of(type, 3, 3, body.length >> 8, body.length & 255), body]);
}

function length24(length: number): number[] {
  return [length >> 16, length >> 8 & 255, length & 255];
}

/** A whole reply of TLS 1.2: hello with a ticket and ALPN, two certificates, a stapled response, a request, and the end. */
function wholeReply(): Uint8Array<ArrayBuffer> {
  const extensions = [0, 35, 0, 0, 0, 16, 0, 5, 0, 3, 2, 0x68, 0x32];
  const hello = message(2, [3, 3], new Uint8Array(32), [0, 0xc0, 0x2b, 0, 0, extensions.length], extensions);
  const certificates = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)];
  const list = concat(certificates.map((der) => concat([Uint8Array.from(length24(der.length)), der])));
  const chain = message(11, length24(list.length), list);
  const status = message(22, [1], length24(2), [9, 9]);
  const flight = concat([hello, chain, status, message(13, [1, 1, 0, 0, 0, 0]), message(14)]);
  // Records may cut messages anywhere.
  return concat([record(22, flight.subarray(0, 50)), record(22, flight.subarray(50))]);
}

Deno.test("hello: a message is one whole record for every version, with and without a name", () => {
  const random = new Uint8Array(64);
  for (const version of Object.keys(TLS_VERSIONS) as TlsVersionName[]) {
    for (const serverName of [undefined, "a.example"]) {
      const hello = clientHello({ version, serverName, alpn: ["h2"], random });
      assert(isWholeClientHello(hello), version);
      assert(!isWholeClientHello(hello.subarray(0, -1)), version);
      const legacy = (hello[9] ?? 0) << 8 | (hello[10] ?? 0);
      assertEquals(legacy, Math.min(TLS_VERSIONS[version], 0x0303), version);
    }
  }
});

Deno.test("hello: a reply of TLS 1.2 is read up to its end", () => {
  const bytes = wholeReply();
  const reply = parseServerReply(bytes);
  assert(typeof reply === "object" && reply.kind === "hello");
  const { version, suite, alpn, resumption, certificates, ocsp, wantsCertificate } = reply;
  assertEquals([versionName(version), suiteName(suite), alpn, resumption, wantsCertificate], [
    ...["TLS 1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "h2", "ticket", true],
  ]);
  assertEquals([certificates.map((der) => [...der]), [...ocsp ?? []]], [[[1, 2, 3], [4, 5]], [9, 9]]);
  for (let end = 0; end < bytes.length; end++) assertEquals(parseServerReply(bytes.slice(0, end)), "incomplete");
  const hello = parseServerReply(bytes.slice(0, 70), { helloOnly: true });
  assert(typeof hello === "object" && hello.kind === "hello" && hello.certificates.length === 0);
});

Deno.test("hello: alerts, TLS 1.3 and other protocols", () => {
  const alert = parseServerReply(record(21, Uint8Array.of(2, 70)));
  assert(typeof alert === "object" && alert.kind === "alert" && alertName(alert.description) === "protocol_version");
  const extensions = [0, 43, 0, 2, 3, 4];
  const hello = message(2, [3, 3], new Uint8Array(32), [0, 0x13, 0x01, 0, 0, extensions.length], extensions);
  const reply = parseServerReply(concat([record(22, hello), record(23, new Uint8Array(9))]));
  assert(typeof reply === "object" && reply.kind === "hello" && reply.version === 0x0304);
  const plain = parseServerReply(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n"));
  assert(typeof plain === "object" && plain.kind === "plain" && plain.said[0] === 0x48);
  assertEquals([alertName(200), versionName(0x0300), suiteName(0x5600)], [
    "alert number 200",
    "SSL 3.0",
    "suite 0x5600",
  ]);
});

Deno.test("hello: mutated replies never throw, and never hold more than was sent", () => {
  const whole = wholeReply();
  const mutation = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(mutation, fc.nat(whole.length), fc.boolean(), (changes, end, helloOnly) => {
      const bytes = whole.slice(0, end);
      for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
      const reply = parseServerReply(bytes, { helloOnly });
      if (reply === "incomplete" || reply.kind !== "hello") return;
      const held = reply.certificates.reduce((sum, der) => sum + der.length, reply.ocsp?.length ?? 0);
      assert(held <= bytes.length);
    }),
    { seed: SEED, numRuns: 2000 },
  );
});

Deno.test("hello: any bytes are a reply, incomplete, invalid, or another protocol", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const reply = parseServerReply(Uint8Array.from(bytes));
      assert(reply === "incomplete" || ["hello", "alert", "plain", "invalid"].includes(reply.kind));
    }),
    { seed: SEED, numRuns: 2000 },
  );
});

Deno.test("OCSP: any bytes give a status or nothing", () => {
  assertEquals(parseOcsp(Uint8Array.of(0x30, 3, 0x0a, 1, 3)), "error");
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, wrapped) => {
      const der = wrapped ? Uint8Array.of(0x30, bytes.length, ...bytes) : Uint8Array.from(bytes);
      const answer = parseOcsp(der);
      const statuses = typeof answer === "object" ? answer.singles.map(({ status }) => status) : [];
      assert(statuses.every((status) => ["good", "revoked", "unknown"].includes(status)));
    }),
    { seed: SEED, numRuns: 2000 },
  );
});
