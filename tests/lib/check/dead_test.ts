import { assertEquals } from "@std/assert";
import { check, type CheckReport, type CheckTargetOptions } from "../../../lib/check/mod.ts";
import { closeQuietly, parseProxy } from "../../../lib/core/mod.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { FakeTime } from "../../kit/fake_time.ts";
import { octets, readUntil, scriptedServer } from "../../kit/raw.ts";

/** Milliseconds of each check. */
const TIMEOUT = 2000;
/** Rounds of the event loop without anything new, after which what still waits does so for ever. */
const QUIET = 30;

const { cert, key } = await makeCertificate({ names: ["localhost"], days: [-1, 60] });

/** Text that a server sends, after something that the client has sent or at once. */
type Step = readonly [after: RegExp | undefined, text: string];

const HTTP_HEAD = /\r\n\r\n/;
const GREETING = { smtp: "220 mail.test ESMTP\r\n", ftp: "220 FTP\r\n", nntp: "200 news\r\n", pop3: "+OK POP3\r\n" };
const EHLO: Step = [/EHLO.*\r\n/, "250-mail.test\r\n250 STARTTLS\r\n"];

/** Schemes whose servers accept a connection, and say nothing. */
const SILENT = [
  ...["http", "https", "ws", "wss", "smtp", "smtps", "submission", "imap", "imaps", "pop3", "pop3s", "ftp", "ftps"],
  ...["nntp", "nntps", "irc", "ircs", "dot", "doh", "tcp", "tls", "dns", "udp"],
];
/** Schemes whose servers say nothing after the handshake. */
const SECURED = ["https", "wss", "smtps", "imaps", "pop3s", "ftps", "nntps", "ircs", "dot", "doh", "tls"];
/** Schemes whose servers stop on the way. */
const STOPPED: readonly (readonly [string, readonly Step[]])[] = [
  ["http", [[HTTP_HEAD, "HTTP/1.1 200 OK\r\nContent-Le"]]],
  ["http", [[HTTP_HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"]]],
  ["http", [[HTTP_HEAD, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"]]],
  ["ws", [[HTTP_HEAD, "HTTP/1.1 101 Switching Protocols\r\nUpgr"]]],
  ["https", [[/[\s\S]/, "\x16\x03\x03\x00\x7a\x02"]]],
  ["smtp", [[undefined, "220-mail"]]],
  ["smtp", [[undefined, GREETING.smtp]]],
  ["smtp", [[undefined, GREETING.smtp], EHLO]],
  ["smtp", [[undefined, GREETING.smtp], EHLO, [/STARTTLS\r\n/, "220 go ahead\r\n"]]],
  ["submission", [[undefined, GREETING.smtp], EHLO, [/STARTTLS\r\n/, "220 go ahead\r\n"]]],
  ["imap", [[undefined, "* OK ready\r\n"]]],
  ["imap", [[undefined, "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"]]],
  ["pop3", [[undefined, GREETING.pop3]]],
  ["pop3", [[undefined, GREETING.pop3], [/CAPA\r\n/, "+OK\r\nSTLS\r\n.\r\n"], [/STLS\r\n/, "+OK\r\n"]]],
  ["ftp", [[undefined, GREETING.ftp]]],
  ["ftp", [[undefined, GREETING.ftp], [/FEAT\r\n/, "211-Features\r\n AUTH TLS\r\n"]]],
  ["nntp", [[undefined, GREETING.nntp]]],
  ["irc", [[undefined, "PING :x\r\n"]]],
  ["dot", [[/[\s\S]/, "\x15"]]],
];
/** Targets that need not say anything to be well. */
const WELL = ["tcp, silent", "udp, silent", "tls, silent after the handshake"];
const PROXIES = ["http", "https", "socks5"];

/** A target that is dead. */
interface Dead {
  /** Kind and place of its silence. */
  readonly name: string;
  readonly target: string;
  readonly options?: CheckTargetOptions;
}

/** Starts a server that goes so far; `heard` is called for everything that comes. */
function stopping(stack: AsyncDisposableStack, steps: readonly Step[], heard: () => void): number {
  const server = stack.use(scriptedServer(async (conn) => {
    heard();
    for (const [after, text] of steps) {
      if (after) await readUntil(conn, after);
      await conn.write(octets(text));
      heard();
    }
    const buffer = new Uint8Array(16_384);
    while (await conn.read(buffer) !== null) heard();
  }));
  return server.port;
}

function silentTls(stack: AsyncDisposableStack, heard: () => void): number {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const open = new Set<Deno.TlsConn>();
  const serve = async (conn: Deno.TlsConn) => {
    open.add(conn);
    const buffer = new Uint8Array(16_384);
    while (await conn.read(buffer).catch(() => null) !== null) heard();
  };
  const serving: Promise<void>[] = [];
  const loop = (async () => {
    for await (const conn of listener) serving.push(serve(conn));
  })();
  stack.defer(async () => {
    listener.close();
    await loop;
    open.forEach(closeQuietly);
    await Promise.all(serving);
  });
  return "port" in listener.addr ? listener.addr.port : 0;
}

/** A port that takes datagrams and connections, and answers neither. */
function silentPort(stack: AsyncDisposableStack, heard: () => void): number {
  const port = stopping(stack, [], heard);
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port });
  const loop = (async () => {
    for await (const _ of socket) heard();
  })();
  stack.defer(() => (socket.close(), loop));
  return port;
}

function deadTargets(stack: AsyncDisposableStack, heard: () => void): Dead[] {
  const tls = { caCerts: [cert] };
  const port = silentPort(stack, heard);
  const secured = silentTls(stack, heard);
  const server = { protocol: "udp", host: "127.0.0.1", port } as const;
  const named = ["https://dead.test/", "dead.test:25", "mail:dead.test", "dns://dead.test/zone.test"];
  return [
    ...SILENT.map((scheme) => ({ name: `${scheme}, silent`, target: `${scheme}://localhost:${port}` })),
    ...SECURED.map((scheme) => ({
      name: `${scheme}, silent after the handshake`,
      target: `${scheme}://localhost:${secured}`,
      options: { tls },
    })),
    ...STOPPED.map(([scheme, steps], at) => ({
      name: `${scheme}, stopped (${at + 1})`,
      target: `${scheme}://localhost:${stopping(stack, steps, heard)}`,
    })),
    ...PROXIES.map((scheme) => ({
      name: `${scheme} proxy, silent`,
      target: "https://dead.test/",
      options: { proxy: parseProxy(`${scheme}://127.0.0.1:${port}`) },
    })),
    ...(["udp", "tcp", "tls", "https"] as const).flatMap((protocol) =>
      named.map((target) => ({
        name: `${target} by a name server over ${protocol}, silent`,
        target,
        options: { servers: [{ ...server, protocol }] },
      }))
    ),
  ];
}

Deno.test("check: a dead target ends within its time, wherever it is silent", async () => {
  await using stack = new AsyncDisposableStack();
  let count = 0;
  const dead = deadTargets(stack, () => count++);
  using time = new FakeTime();
  const begin = time.now;
  const ended = new Map<string, number>();
  const reports = dead.map(async ({ name, target, options }): Promise<CheckReport> => {
    const report = await check(target, { family: 4, timeout: TIMEOUT, ...options });
    ended.set(name, time.now - begin);
    return report;
  });
  const settle = async () => {
    for (let quiet = 0, before = NaN; quiet < QUIET; quiet = count === before ? quiet + 1 : 0) {
      before = count;
      await time.turn();
    }
  };
  await settle();
  // Step by step, so that each timer finds the next connection made.
  for (let step = 0; step < 20; step++) {
    await time.pass(TIMEOUT / 20);
    await settle();
  }
  const late = dead.filter(({ name }) => !((ended.get(name) ?? Infinity) <= TIMEOUT)).map(({ name }) => name);
  assertEquals(late, []);
  const well = (await Promise.all(reports)).flatMap(({ outcome }, at) => outcome === "well" ? [dead[at]?.name] : []);
  assertEquals(well, WELL);
});
