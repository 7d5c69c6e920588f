import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { closeQuietly, type Connection, dial, selfSigned, UsageError, writeAll } from "../../../../lib/core/mod.ts";
import { type FtpServerOptions, type FtpTree, type RefusedFtpClient, serveFtp } from "../../../../lib/ftp/mod.ts";
import { PassivePorts } from "../../../../lib/ftp/internal.ts";
import { RawFtp } from "../../../kit/ftp_served.ts";
import { octets, readToEnd } from "../../../kit/raw.ts";
import { freePort } from "../../../kit/port.ts";
import { until, within } from "../../../kit/wait.ts";

/** Files in memory: one of 10 MB. */
const TREE: FtpTree = {
  stat: ([name]) =>
    Promise.resolve(
      name === undefined
        ? { name: "/", type: "folder" }
        : name === "big"
        ? { name, type: "file", size: 1e7 }
        : undefined,
    ),
  list: () => Promise.resolve([{ name: "big", type: "file", size: 1e7 }, { name: "a\r\nb", type: "file" }]),
  open([name]) {
    let rest = 1e7;
    const read = (into: Uint8Array) => {
      const count = Math.min(rest, into.length);
      rest -= count;
      return Promise.resolve(count === 0 ? null : count);
    };
    return Promise.resolve(name === "big" ? { size: 1e7, seek: () => Promise.resolve(), read, close() {} } : undefined);
  },
};

/** Starts a server on loopback, and collects the clients that it has rejected. */
function start(options: FtpServerOptions = {}) {
  const refused: RefusedFtpClient[] = [];
  const server = serveFtp("127.0.0.1:0", { enter: () => TREE }, {
    ...options,
    onRefused: (client) => refused.push(client),
  });
  const codes = () => refused.map(({ error }) => error.code);
  return { server, codes, port: server.port, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** Sends bytes after the greeting, and returns all that comes until the server closes. */
async function sendAll(port: number, text: string): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const sent = writeAll(conn, octets(text)).catch(() => {});
  const heard = await within("the server closes", readToEnd(conn));
  await sent;
  return heard;
}

/** Bytes that are sent, and what the server sends before it closes the connection. */
const VIOLATIONS: Readonly<Record<string, readonly [sent: string, last: RegExp]>> = {
  "a line without end": ["x".repeat(5000), /500 Line too long \(limit: 4096 bytes\)\r\n$/],
  "a long line": [`NOOP ${"x".repeat(5000)}\r\n`, /500 Line too long/],
  "megabytes without a line end": ["x".repeat(5_000_000), /500 Line too long|^220 .*\r\n$/],
  "a bare LF": ["NOOP\nNOOP\r\n", /500 Bare LF received/],
  "a bare CR": ["NOOP\rNOOP\r\n", /500 Bare CR received/],
  "HTTP": ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", /421 HTTP is not supported/],
  "an HTTP form": ["POST / HTTP/1.1\r\nHost: x\r\n\r\nUSER a\r\nPASS b\r\n", /220 [^\n]*\n421 [^\n]*\n$/],
  "100 unknown commands": ["X\r\n".repeat(100), /421 Too many failed commands\r\n$/],
  "many unknown commands": ["X\r\n".repeat(100_000), /421 Too many failed commands\r\n$/],
  "100 commands without a login": ["RETR x\r\n".repeat(100), /421 Too many failed commands\r\n$/],
};

for (const [name, [sent, last]] of Object.entries(VIOLATIONS)) {
  Deno.test(`FTP server: ${name} ends the connection, and others are served`, async () => {
    await using site = start();
    assertMatch(await sendAll(site.port, sent), last);
    using client = await RawFtp.login(site.port);
    assertEquals(await client.code("NOOP"), 200);
  });
}

Deno.test("FTP server: invalid UTF-8 and NUL are refused, and no more than that", async () => {
  await using site = start();
  using client = await RawFtp.login(site.port);
  for (const command of ["CWD \xff\xfe", "CWD \xc0\xae\xc0\xae", "CWD a\0b", "CW\0D x", "RETR \xed\xa0\x80"]) {
    assertMatch(await client.ask(command), /^501 /, command);
  }
  assertEquals(await client.code("NOOP"), 200);
});

Deno.test("FTP server: a name with a line break is in no listing and in no reply", async () => {
  await using site = start();
  using client = await RawFtp.login(site.port);
  for (const command of ["LIST", "NLST", "MLSD"]) {
    const { data } = await client.receive(command);
    assertEquals(data.split("\r\n").length, 2, data);
  }
});

Deno.test("FTP server: commands behind AUTH TLS are not taken for protected ones", async () => {
  const tls = await selfSigned();
  await using site = start({ tls });
  const heard = await sendAll(site.port, "AUTH TLS\r\nUSER a\r\nPASS b\r\n");
  assertMatch(heard, /^220 [^\n]*\n503 [^\n]*\n$/);
  // Bytes that are not a handshake end the connection too.
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: site.port });
  const client = new RawFtp(conn);
  await client.reply();
  assertMatch(await client.ask("AUTH TLS"), /^234 /);
  await client.say("USER a\r\nPASS b\r\n");
  assertEquals((await readToEnd(conn)).includes("331"), false);
  await until("the failure is reported", () => site.codes().includes("tls-not-spoken"));
});

Deno.test("FTP server: with a certificate, login and data require TLS", async () => {
  const tls = await selfSigned();
  await using site = start({ tls });
  using plain = await RawFtp.connect(site.port);
  assertMatch(await plain.ask("FEAT"), /\n AUTH TLS\n.*\n PBSZ\n PROT\n/s);
  assertMatch(await plain.ask("USER a"), /^530 TLS is required/);
  for (const [mechanism, code] of [["KERBEROS", 504], ["", 504]] as const) {
    assertEquals(await plain.code(`AUTH ${mechanism}`), code);
  }
  const beforeTls = async (conn: Connection) => {
    const client = new RawFtp(conn);
    await client.reply();
    return /^234 /.test(await client.ask("AUTH TLS"));
  };
  using conn = await dial(`127.0.0.1:${site.port}`, { tls: { pin: tls.pin }, beforeTls });
  const client = new RawFtp(conn);
  assertEquals([await client.code("AUTH TLS"), await client.code("USER a"), await client.code("PASS b")], [
    503,
    331,
    230,
  ]);
  const port = await client.passive();
  assertMatch(await client.ask("RETR big"), /^521 /);
  await Deno.connect({ hostname: "127.0.0.1", port }).then(closeQuietly, () => {});
  const levels = [["PROT P", 200], ["PROT C", 536], ["PROT S", 536], ["PROT X", 504], ["PBSZ 0", 200], [
    "CCC",
    533,
  ]] as const;
  for (const [command, code] of levels) assertEquals(await client.code(command), code, command);
  using data = await Deno.connect({ hostname: "127.0.0.1", port: await client.passive() });
  assertMatch(await client.ask("NLST"), /^150 /);
  // A client that does not speak TLS there gets nothing.
  await writeAll(data, octets("not a handshake, but as long as one\r\n"));
  assertMatch(await client.reply(), /^425 /);
});

Deno.test("FTP server: passwords are limited for each session, and for each address", async () => {
  await using site = start({ credentials: { user: "ada", password: "s3cret" } });
  let last = "";
  for (let session = 0; session < 4; session++) {
    using client = await RawFtp.connect(site.port);
    for (let attempt = 0; attempt < 3; attempt++) {
      await client.ask("USER ada");
      last = await client.ask(`PASS guess${attempt}`);
      if (last.startsWith("421")) break;
    }
    assertMatch(last, /^421 Too many failed logins/);
  }
  assertMatch(last, /try again in \d+s/);
  // The right one is not judged either.
  using client = await RawFtp.connect(site.port);
  await client.ask("USER ada");
  assertMatch(await client.ask("PASS s3cret"), /^421 /);
});

Deno.test("FTP server: a data connection from another address is closed, and changes nothing", async () => {
  await using site = start();
  using client = await RawFtp.login(site.port);
  const port = await client.passive();
  const foreign = 'import socket,sys\ns=socket.create_connection(("127.0.0.1",' + port +
    '),source_address=("127.0.0.2",0))\nsys.stdout.write(str(len(s.recv(100))))';
  const { stdout, success } = await new Deno.Command("python3", { args: ["-c", foreign] }).output();
  assert(success);
  assertEquals(new TextDecoder().decode(stdout), "0");
  using data = await Deno.connect({ hostname: "127.0.0.1", port });
  assertMatch(await client.ask("NLST"), /^150 /);
  assertEquals(await readToEnd(data), "big\r\n");
  assertMatch(await client.reply(), /^226 /);
});

Deno.test("FTP server: ports are bounded, replaced and freed", async () => {
  const from = freePort();
  await using site = start({ passivePorts: { from, to: from } });
  using one = await RawFtp.login(site.port);
  using other = await RawFtp.login(site.port);
  for (let i = 0; i < 200; i++) assertEquals(await one.passive(), from);
  assertMatch(await other.ask("EPSV"), /^425 No port is free/);
  assertMatch(await other.ask("PASV"), /^425 No port is free/);
  assertEquals((await one.receive("NLST")).data, "big\r\n");
  // It is free as soon as the connection has come, also while the transfer runs.
  using slow = await one.open();
  assertMatch(await one.ask("RETR big"), /^150 /);
  assertEquals((await other.receive("NLST")).data, "big\r\n");
  slow.close();
  assertMatch(await one.reply(), /^426 /);
  // A failed command and the end of the session free it too.
  await one.passive();
  assertMatch(await one.ask("RETR none"), /^550 /);
  await other.passive();
  other[Symbol.dispose]();
  await until("the port is free", async () => /^229 /.test(await one.ask("EPSV")));
});

Deno.test("FTP server: the last free port of a range is found", () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port: last } = free.addr;
  const from = last - 99;
  const others: Deno.Listener[] = [];
  for (let port = from; port < last; port++) {
    try {
      others.push(Deno.listen({ hostname: "127.0.0.1", port }));
    } catch {
      // Another program uses it.
    }
  }
  free.close();
  try {
    const ports = new PassivePorts({ from, to: last });
    for (let i = 0; i < 10; i++) {
      const listener = ports.bind("127.0.0.1");
      assertEquals(listener?.addr.port, last);
      listener?.close();
      ports.free(last);
    }
  } finally {
    for (const listener of others) listener.close();
  }
});

Deno.test("FTP server: PASV names no address of IPv4 to a client that is connected by IPv6", async () => {
  await using server = serveFtp("[::1]:0", { enter: () => TREE }, { passiveHost: "192.0.2.7" });
  using client = new RawFtp(await Deno.connect({ hostname: "::1", port: server.port }));
  await client.reply();
  await client.ask("USER a");
  await client.ask("PASS b");
  assertEquals(await client.ask("PASV"), "425 PASV requires IPv4; use EPSV");
  assertEquals(await client.ask("EPSV 1"), "522 Network protocol not supported, use (2)");
  using data = await Deno.connect({ hostname: "::1", port: await client.passive() });
  assertMatch(await client.ask("NLST"), /^150 /);
  assertEquals(await readToEnd(data), "big\r\n");
});

Deno.test("FTP server: with implicit TLS, a client over the limit gets no reply without TLS", async () => {
  await using site = start({ tls: await selfSigned(), implicit: true, maxConnections: 0 });
  assertEquals(await sendAll(site.port, ""), "");
  assertEquals(site.codes(), ["too-many-connections"]);
});

Deno.test("FTP server: clients that do nothing are disconnected, at each stage", async () => {
  await using site = start({ idleTimeout: 300, loginTimeout: 600, dataTimeout: 150 });
  using silent = await RawFtp.connect(site.port);
  assertMatch(await within("idle before the login", silent.reply()), /^421 Timeout/);
  using idle = await RawFtp.login(site.port);
  assertMatch(await within("idle behind the login", idle.reply()), /^421 Timeout/);
  // Commands do not prolong the time for the login.
  using busy = await RawFtp.connect(site.port);
  await until("the login timeout", async () => !/^200/.test(await busy.ask("NOOP")));
  using waiting = await RawFtp.login(site.port);
  await waiting.passive();
  assertMatch(await waiting.ask("NLST"), /^425 Cannot open data connection/);
  using data = await waiting.open();
  assertMatch(await waiting.ask("RETR big"), /^150 /);
  assertMatch(await within("data that is not read", waiting.reply()), /^426 Data connection timed out/);
  assert(data !== undefined);
  await until("they are reported", () => site.codes().length >= 3);
  assertEquals([...new Set(site.codes())], ["client-too-slow"]);
});

Deno.test("FTP server: a client that does not read its replies is disconnected", async () => {
  await using site = start({ dataTimeout: 200 });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: site.port });
  const flood = octets("FEAT\r\n".repeat(10_000));
  const send = async () => {
    for (let i = 0; i < 1000; i++) await writeAll(conn, flood);
  };
  const sent = send().catch(() => {});
  await until("it is reported", () => site.codes().includes("client-too-slow"));
  // Some versions of the runtime close a connection only when a write has ended.
  conn.close();
  await within("the connection is closed", sent);
});

Deno.test("FTP server: 500 idle clients, and one more than the limit", async () => {
  await using site = start({ maxConnections: 501 });
  const clients = await Promise.all(Array.from({ length: 500 }, () => RawFtp.connect(site.port)));
  try {
    using working = await RawFtp.login(site.port);
    assertEquals((await working.receive("NLST")).data, "big\r\n");
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: site.port });
    assertMatch(await readToEnd(conn), /^421 Too many connections\r\n$/);
    assertEquals(site.codes(), ["too-many-connections"]);
    clients.pop()?.[Symbol.dispose]();
    await until("there is room", async () => {
      using next = new RawFtp(await Deno.connect({ hostname: "127.0.0.1", port: site.port }));
      return /^220 /.test(await next.reply());
    });
  } finally {
    clients.forEach((client) => client[Symbol.dispose]());
  }
});

Deno.test("FTP server: a shutdown lets a transfer end, and dismisses who is idle", async () => {
  const { server, port } = start();
  using idle = await RawFtp.login(port);
  using client = await RawFtp.login(port);
  using data = await client.open();
  assertMatch(await client.ask("RETR big"), /^150 /);
  const stopped = server.shutdown();
  assertMatch(await idle.reply(), /^421 Service not available/);
  assertEquals((await readToEnd(data)).length, 1e7);
  assertMatch(await client.reply(), /^226 /);
  assertMatch(await client.reply(), /^421 /);
  await stopped;
});

Deno.test("FTP server: invalid options are refused", () => {
  const files = { enter: () => TREE };
  const cases: readonly (readonly [FtpServerOptions, string])[] = [
    [{ passiveHost: "example.com" }, "invalid-address"],
    [{ passiveHost: "::1" }, "invalid-address"],
    [{ passivePorts: { from: 0, to: 10 } }, "invalid-range"],
    [{ passivePorts: { from: 20, to: 10 } }, "invalid-range"],
    [{ passivePorts: { from: 1, to: 65536 } }, "invalid-range"],
    [{ credentials: { user: "a", password: " " } }, "empty-password"],
    [{ implicit: true }, "usage"],
  ];
  for (const [options, code] of cases) {
    const error = assertThrows(() => serveFtp("127.0.0.1:0", files, options), UsageError);
    assertEquals(error.code, code);
  }
});
