import { assertEquals } from "@std/assert";
import { check } from "../../../lib/check/mod.ts";
import { concat } from "../../../lib/core/mod.ts";
import type { FindingCode } from "../../../lib/check/words/findings.ts";
import type { DnsHead } from "../../../lib/dns/internal.ts";
import { type CheckedSetup, type CheckSetup, testSetup, testSetups } from "../../kit/check_setup.ts";
import { framed, response, scriptedServer as dnsServer } from "../../kit/scripted_dns.ts";
import { looks } from "../../kit/wait.ts";
import { octets, readUntil, scriptedServer } from "../../kit/raw.ts";

/** Bytes of a server that never finishes: what comes first, and what again and again. */
interface Endless {
  readonly first?: string;
  readonly again: string | Uint8Array<ArrayBuffer>;
  /** Whether it sends them one by one, instead of as fast as they are read. */
  readonly slow?: boolean;
  /** Milliseconds for the check. */
  readonly timeout?: number;
}

/** Milliseconds after which a check of a server that sends slowly ends. */
const SLOW = 1500;
/** Looks of a slow server between two pieces: 80 ms at least. */
const LOOKS = 16;

/** A server that sends without an end. Line protocols greet; the others are asked first. */
function endless(
  scheme: string,
  { first = "", again, slow = false, timeout = slow ? SLOW : 5000 }: Endless,
  asked: RegExp | undefined,
): CheckSetup["start"] {
  return (stack): CheckedSetup => {
    const piece = typeof again === "string" ? octets(again) : again;
    const server = stack.use(scriptedServer(async (conn) => {
      if (asked) await readUntil(conn, asked);
      if (first !== "") await conn.write(octets(first));
      if (!slow) { while (await conn.write(concat(new Array(100).fill(piece))) > 0); }
      let count = 0;
      // So few that no limit on their number is reached.
      for await (const _ of looks("the client ends")) if (count++ % LOOKS === 0) await conn.write(piece);
    }));
    return {
      target: `${scheme}://127.0.0.1:${server.port}`,
      options: { timeout },
    };
  };
}

const REQUEST = /\r\n\r\n/;
const ANY = /[\s\S]/;
const HELLO = "HTTP/1.1 200 OK\r\n";

const SETUPS: readonly (readonly [string, string, Endless, RegExp | undefined, Partial<CheckSetup>])[] = [
  ["HTTP body bit by bit", "http", { first: `${HELLO}Content-Length: 9999\r\n\r\n`, again: "x", slow: true }, REQUEST, {
    codes: ["body-slow", "http-ok"],
  }],
  [
    "HTTP events that come now and then",
    "http",
    { first: `${HELLO}Content-Type: text/event-stream\r\n\r\n`, again: "data: x\n\n", slow: true },
    REQUEST,
    { codes: ["http-ok"], without: ["body-slow", "body-stalled"] },
  ],
  ["HTTP announced without an end", "http", { again: "HTTP/1.1 103 Early Hints\r\n\r\n" }, REQUEST, {
    broken: ["application", "http-invalid"],
  }],
  ["WebSocket announced without an end", "ws", { again: "HTTP/1.1 103 Early Hints\r\n\r\n" }, REQUEST, {
    broken: ["application", "websocket-failed"],
  }],
  ["SMTP greeting without an end", "smtp", { again: "220-mail.test ESMTP\r\n" }, undefined, {
    broken: ["application", "greeting-invalid"],
  }],
  ["IMAP responses one by one", "imap", { first: "* OK ready\r\n", again: "* 1 EXISTS\r\n", slow: true }, undefined, {
    broken: ["application", "session-timed-out"],
  }],
  ["POP3 capabilities without an end", "pop3", { first: "+OK ready\r\n+OK\r\n", again: "UIDL\r\n" }, undefined, {
    broken: ["application", "session-failed"],
  }],
  ["FTP features without an end", "ftp", { first: "220 FTP ready\r\n", again: "211-more\r\n" }, undefined, {
    broken: ["application", "session-failed"],
  }],
  ["IRC pings one by one", "irc", { again: "PING :a\r\n", slow: true }, undefined, {
    broken: ["application", "greeting-silent"],
  }],
  ["TLS alerts without an end", "tls", { again: Uint8Array.of(21, 3, 3, 0, 2, 1, 0) }, ANY, {
    broken: ["tls", "tls-failed"],
  }],
  ["TLS records without content", "tls", { again: Uint8Array.of(22, 3, 3, 0, 0) }, ANY, {
    broken: ["tls", "tls-too-large"],
  }],
  ["TLS changes of the cipher without an end", "tls", { again: Uint8Array.of(20, 3, 3, 0, 1, 1) }, ANY, {
    broken: ["tls", "tls-invalid"],
  }],
  ["TLS hello of 16 MiB", "tls", { again: Uint8Array.of(22, 3, 3, 0, 4, 2, 255, 255, 255) }, ANY, {
    broken: ["tls", "tls-too-large"],
  }],
];

testSetups(
  SETUPS.map(([name, scheme, sent, asked, expected]) => ({ name, start: endless(scheme, sent, asked), ...expected })),
);

testSetups([
  {
    name: "IRC with one notice and nothing more",
    start: endless(
      "irc",
      { first: ":irc.test NOTICE * :Looking up\r\n", again: "", slow: true, timeout: 300 },
      undefined,
    ),
    broken: ["application", "greeting-silent"],
    without: ["greeting-slow"],
  },
  {
    name: "IMAP greeting and nothing more",
    start: endless("imap", { first: "* OK ready\r\n* 1 EXISTS\r\n", again: "", slow: true, timeout: 300 }, undefined),
    broken: ["application", "session-timed-out"],
  },
]);

/** Begins of answers that then come bit by bit, and the code for that. */
const SLOW_BEGINS: readonly (readonly [string, string, string, FindingCode])[] = [
  ["HTTP", "http", "HTTP/1.1 200 OK\r\nServer: ", "http-head-slow"],
  ["WebSocket", "ws", "HTTP/1.1 101 Switching Protocols\r\nServer: ", "http-head-slow"],
  ["SMTP", "smtp", "220 ", "greeting-slow"],
  ["IMAP", "imap", "* OK ", "greeting-slow"],
  ["POP3", "pop3", "+OK ", "greeting-slow"],
  ["FTP", "ftp", "220-", "greeting-slow"],
  ["NNTP", "nntp", "200 ", "greeting-slow"],
  ["IRC", "irc", ":irc.test 001 ", "greeting-slow"],
];

Deno.test("check: answers that come bit by bit are too slow, not missing", async () => {
  await Promise.all(SLOW_BEGINS.map(async ([protocol, scheme, first, code]) => {
    const asked = /^(?:http|ws)$/.test(scheme) ? REQUEST : undefined;
    const start = endless(scheme, { first, again: "x", slow: true, timeout: 700 }, asked);
    await testSetup({
      name: `${protocol} begin of the answer bit by bit`,
      start,
      broken: ["application", code],
      without: ["port-silent"],
    });
  }));
});

Deno.test("check: a name server that answers over TCP bit by bit is too slow", async () => {
  await using stack = new AsyncDisposableStack();
  const answer = (query: DnsHead) => response(query, { answers: [{ name: ".", type: "NS", data: "a.root.test." }] });
  const server = stack.use(
    dnsServer(({ query, send }) => send(answer(query)), (query) => framed(answer(query)).subarray(0, 20), {
      hold: true,
    }),
  );
  await testSetup({
    name: "DNS over TCP bit by bit",
    start: () => ({ target: `dns://127.0.0.1:${server.addr.port}`, options: { timeout: 700 } }),
    ...{ broken: ["application", "dns-slow"], without: ["port-silent"] },
  });
});

Deno.test("check: a web server that answers bit by bit is asked for the sizes of its packets, and for nothing else", async () => {
  await using stack = new AsyncDisposableStack();
  const sent = { first: SLOW_BEGINS[0]?.[2], again: "x", slow: true };
  const { target } = await endless("http", sent, REQUEST)(stack);
  const { probes } = await check(target, { timeout: 700 });
  const states = probes.flatMap(({ probe, state }) => /^(?:talk|path-mtu)$/.test(probe) ? [`${probe} ${state}`] : []);
  assertEquals(states.toSorted(), ["path-mtu done", "talk skipped"]);
});
