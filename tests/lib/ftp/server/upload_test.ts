import { assertEquals, assertMatch } from "@std/assert";
import { closeQuietly, selfSigned, writeAll } from "../../../../lib/core/mod.ts";
import type { FtpEvent } from "../../../../lib/ftp/mod.ts";
import { ftpServed, RawFtp, secureFtp } from "../../../kit/ftp_served.ts";
import { octets } from "../../../kit/raw.ts";
import { allNames, type Served } from "../../../kit/served.ts";
import { until } from "../../../kit/wait.ts";

const UPLOAD = { upload: true } as const;
const read = (site: Served, path: string) => Deno.readTextFileSync(`${site.root}/${path}`);
const parts = (site: Served) => allNames(site.root).filter((name) => /\.part$/.test(name));

Deno.test("FTP upload: STOR makes and replaces files, APPE continues them, STOU finds a name", async () => {
  await using site = await ftpServed({ "old": "before", "dir/": "" }, UPLOAD);
  using client = await RawFtp.login(site.ftpPort);
  assertMatch(await client.send("STOR new", "hello"), /^226 /);
  assertMatch(await client.send("STOR old", "after"), /^226 /);
  assertMatch(await client.send("STOR dir/ü", "u"), /^226 /);
  assertMatch(await client.send("STOR empty", ""), /^226 /);
  assertEquals([read(site, "new"), read(site, "old"), read(site, "dir/ü"), read(site, "empty")], [
    "hello",
    "after",
    "u",
    "",
  ]);
  assertMatch(await client.send("APPE new", " world"), /^226 /);
  assertMatch(await client.send("APPE log", "1"), /^226 /);
  await client.ask("REST 2");
  assertMatch(await client.send("STOR old", "xyz"), /^226 /);
  assertEquals([read(site, "new"), read(site, "log"), read(site, "old")], ["hello world", "1", "afxyz"]);
  using data = await client.open();
  const opening = await client.ask("STOU");
  const name = /^150 FILE: (\S+)$/.exec(opening)?.[1] ?? "";
  closeQuietly(data);
  assertMatch(await client.reply(), /^226 /);
  assertEquals(read(site, name), "");
  assertEquals(parts(site), []);
});

Deno.test("FTP upload: what the rules do not allow is refused, and nothing is left of it", async () => {
  await using site = await ftpServed({ "a": "old", "dir/": "" }, { ...UPLOAD, maxSize: 1000 });
  Deno.symlinkSync(`${site.top}/secret`, `${site.root}/out`);
  using client = await RawFtp.login(site.ftpPort);
  const cases: readonly (readonly [command: string, reply: RegExp])[] = [
    ["STOR /", /^553 /],
    ["STOR dir", /^553 A directory/],
    ["STOR none/x", /^550 No such directory/],
    ["STOR a/x", /^550 No such directory/],
    ["STOR .hidden", /^550 /],
    ["STOR .toucan-0123456789abcdef.part", /^553 /],
    [`STOR ${"x".repeat(300)}`, /^553 /],
    ["STOR", /^501 /],
  ];
  for (const [command, reply] of cases) assertMatch(await client.send(command, "new"), reply, command);
  assertMatch(await client.send("STOR big", "x".repeat(1001)), /^552 /);
  await client.ask("ALLO 1001");
  assertMatch(await client.send("STOR big", "x"), /^552 /);
  await client.ask("ALLO 10");
  assertMatch(await client.send("STOR short", "x"), /^426 Incomplete: 1 of 10 bytes/);
  await client.ask("REST 4");
  assertMatch(await client.send("STOR a", "x"), /^554 Restart position 4 is beyond the end of the file \(3 bytes\)/);
  await client.ask("REST 1");
  assertMatch(await client.send("STOR fresh", "x"), /^554 /);
  assertEquals([read(site, "a"), Deno.readTextFileSync(`${site.top}/secret`)], ["old", "SECRET outside"]);
  assertEquals(allNames(site.root).filter((name) => !parts(site).includes(name)), ["a", "dir/", "out"]);
  // A link that leads out gives way to the file.
  assertMatch(await client.send("STOR out", "inside"), /^226 /);
  assertEquals([Deno.readTextFileSync(`${site.top}/secret`), read(site, "out")], ["SECRET outside", "inside"]);
  // So does one to a folder: nothing tells what is there.
  Deno.symlinkSync(site.top, `${site.root}/above`);
  assertMatch(await client.send("STOR above", "inside"), /^226 /);
  assertEquals(read(site, "above"), "inside");
});

Deno.test("FTP upload: files of the same session can be renamed, dated and deleted, and no others", async () => {
  await using site = await ftpServed({ "a": "old", "target": "old", "dir/": "" }, UPLOAD);
  using client = await RawFtp.login(site.ftpPort);
  assertMatch(await client.send("STOR tmp", "new"), /^226 /);
  assertEquals([await client.code("RNFR tmp"), await client.code("RNTO dir/final")], [350, 250]);
  assertEquals([read(site, "dir/final"), allNames(site.root)], ["new", ["a", "dir/", "dir/final", "target"]]);
  assertEquals(await client.code("MFMT 20200102030405 dir/final"), 213);
  assertEquals(Deno.statSync(`${site.root}/dir/final`).mtime?.toISOString(), "2020-01-02T03:04:05.000Z");
  for (const [to, code] of [["dir", 553], ["none/x", 550], [".x", 550], ["target", 250]] as const) {
    assertEquals([await client.code("RNFR dir/final"), await client.code(`RNTO ${to}`)], [350, code], to);
  }
  // The rename belongs to the command before it.
  assertEquals([await client.code("RNFR target"), await client.code("NOOP"), await client.code("RNTO x")], [
    350,
    200,
    503,
  ]);
  using other = await RawFtp.login(site.ftpPort);
  for (const command of ["RNFR target", "DELE target", "MFMT 20200102030405 target"]) {
    assertEquals(await other.code(command), 550, command);
  }
  // Another file under the name is not the one that was stored.
  Deno.removeSync(`${site.root}/target`);
  Deno.writeTextFileSync(`${site.root}/hold`, "");
  Deno.writeTextFileSync(`${site.root}/target`, "foreign");
  assertEquals([await client.code("DELE target"), await client.code("RNFR target")], [550, 550]);
  assertMatch(await client.send("STOR b", "new"), /^226 /);
  assertEquals(await client.code("DELE b"), 250);
  assertEquals(allNames(site.root), ["a", "dir/", "hold", "target"]);
});

/** Ways to interrupt an upload of which some bytes have arrived. */
const INTERRUPTIONS: Readonly<Record<string, (client: RawFtp, data: Deno.TcpConn) => Promise<void>>> = {
  async "control connection closed"(client) {
    client[Symbol.dispose]();
    await Promise.resolve();
  },
  async "ABOR"(client) {
    assertMatch(await client.ask("ABOR"), /^426 /);
    assertMatch(await client.reply(), /^226 /);
  },
  async "control closed, then data ended"(client, data) {
    client[Symbol.dispose]();
    await data.closeWrite().catch(() => {});
  },
  async "QUIT behind the upload, then control closed and data ended"(client, data) {
    await client.say("QUIT\r\n");
    client[Symbol.dispose]();
    await data.closeWrite().catch(() => {});
  },
  async "commands behind the upload, then control closed and data ended"(client, data) {
    await client.say("PWD\r\nQUIT\r\n");
    client[Symbol.dispose]();
    await data.closeWrite().catch(() => {});
  },
  async "more commands behind the upload than are read ahead"(client, data) {
    await client.say("PWD\r\n".repeat(5000));
    assertMatch(await client.reply(), /^421 Too many commands during a transfer/);
    await data.closeWrite().catch(() => {});
  },
};

for (const [how, interrupt] of Object.entries(INTERRUPTIONS)) {
  Deno.test(`FTP upload: ${how}: no file under the name, and the same client can continue`, async () => {
    await using site = await ftpServed({ "kept": "old" }, UPLOAD);
    for (const name of ["kept", "fresh"]) {
      const client = await RawFtp.login(site.ftpPort);
      const data = await client.open();
      assertMatch(await client.ask(`STOR ${name}`), /^150 /);
      await writeAll(data, octets("x".repeat(100_000)));
      await until(
        "the bytes",
        () => parts(site).some((part) => Deno.statSync(`${site.root}/${part}`).size === 100_000),
      );
      await interrupt(client, data);
      closeQuietly(data);
      closeQuietly(client.conn);
      using next = await RawFtp.login(site.ftpPort);
      if (name === "kept") {
        await until("the part is gone", () => parts(site).length === 0);
        assertEquals([await next.ask("SIZE kept"), read(site, "kept")], ["213 3", "old"]);
        continue;
      }
      await until("the size", async () => await next.ask("SIZE fresh") === "213 100000");
      assertEquals((await next.receive("NLST")).data, "kept\r\n");
      for (const command of ["RETR fresh", "LIST fresh", "MLSD fresh"]) {
        assertMatch((await next.receive(command)).reply, /^550 /, command);
      }
      assertEquals([await next.code("MLST fresh"), await next.code("MDTM fresh")], [550, 550]);
      await next.ask("REST 100001");
      assertMatch(await next.send("STOR fresh", "y"), /^554 /);
      await next.ask("REST 99999");
      assertMatch(await next.send("STOR fresh", "yz"), /^226 /);
      assertEquals(read(site, "fresh"), `${"x".repeat(99_999)}yz`);
      assertEquals(parts(site), []);
    }
  });
}

Deno.test("FTP upload: a reset of the data connection does not end a file", async () => {
  await using site = await ftpServed({}, UPLOAD);
  using client = await RawFtp.login(site.ftpPort);
  const port = await client.passive();
  // Python can reset a connection.
  const script = "import socket,struct,sys\n" +
    `s=socket.create_connection(("127.0.0.1",${port}))\ns.sendall(b"x"*1000)\nsys.stdin.read(1)\n` +
    's.setsockopt(socket.SOL_SOCKET,socket.SO_LINGER,struct.pack("ii",1,0))\ns.close()';
  const process = new Deno.Command("python3", { args: ["-c", script], stdin: "piped" }).spawn();
  assertMatch(await client.ask("STOR x"), /^150 /);
  await until("the bytes", () => parts(site).some((part) => Deno.statSync(`${site.root}/${part}`).size === 1000));
  await process.stdin.close();
  await process.status;
  assertMatch(await client.reply(), /^426 /);
  assertEquals(await client.ask("SIZE x"), "213 1000");
  assertEquals(allNames(site.root), parts(site));
});

Deno.test("FTP upload: with TLS, only close_notify ends a file", async () => {
  const tls = await selfSigned();
  await using site = await ftpServed({}, { ...UPLOAD, tls, ftp: { listenTls: "127.0.0.1:0" } });
  using client = await secureFtp(site.ftpPort, tls.pin);
  await client.ask("USER a");
  await client.ask("PASS b");
  for (const clean of [false, true]) {
    const process = tlsUpload(await client.passive(), clean);
    assertMatch(await client.ask("STOR x"), /^150 /);
    assertMatch(await client.reply(), clean ? /^226 / : /^426 /);
    assertEquals((await process.status).success, true);
    assertEquals(allNames(site.root).includes("x"), clean);
  }
  assertEquals(read(site, "x"), "hello");
  assertEquals(parts(site), []);
});

/** Starts a program that sends a text with TLS, and ends TLS, or only the connection beneath. */
function tlsUpload(port: number, clean: boolean): Deno.ChildProcess {
  const script = `
import socket, ssl
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
tls = context.wrap_socket(socket.create_connection(("127.0.0.1", ${port})))
tls.sendall(b"hello")
if ${clean ? "True" : "False"}:
    tls.unwrap().close()
else:
    raw = socket.socket(fileno=tls.detach())
    raw.shutdown(socket.SHUT_WR)
    while raw.recv(9999): pass
    raw.close()
`;
  return new Deno.Command("python3", { args: ["-c", script] }).spawn();
}

Deno.test("FTP upload: parts are bounded, and removed with the server", async () => {
  const site = await ftpServed({}, UPLOAD);
  try {
    using client = await RawFtp.login(site.ftpPort);
    for (let i = 0; i < 12; i++) {
      await client.ask("ALLO 10");
      assertMatch(await client.send(`STOR f${i}`, "x"), /^426 /);
    }
    assertEquals(parts(site).length, 8);
    assertEquals([await client.ask("SIZE f3"), await client.ask("SIZE f4")], [
      "550 No such file or directory",
      "213 1",
    ]);
    // A client may delete what it has begun.
    assertEquals(await client.code("DELE f4"), 250);
    assertEquals(parts(site).length, 7);
    await site.server.shutdown();
    assertEquals(allNames(site.root), []);
  } finally {
    await site[Symbol.asyncDispose]();
  }
});

Deno.test("FTP upload: of uploads of one name that are interrupted at once, one part is kept", async () => {
  const ends: FtpEvent[] = [];
  const site = await ftpServed({}, { ...UPLOAD, onFtpEvent: (event) => ends.push(event) });
  try {
    const clients = await Promise.all(Array.from({ length: 10 }, () => RawFtp.login(site.ftpPort)));
    const data = await Promise.all(clients.map((client) => client.open()));
    for (const [i, client] of clients.entries()) {
      assertMatch(await client.ask("STOR same"), /^150 /);
      await writeAll(data[i]!, octets("x"));
    }
    await until("the bytes", () => parts(site).every((part) => Deno.statSync(`${site.root}/${part}`).size === 1));
    for (const client of clients) closeQuietly(client.conn);
    await until("the ends of the transfers", () => ends.length === clients.length);
    await until("one part", () => parts(site).length === 1);
    data.forEach(closeQuietly);
    await site.server.shutdown();
    assertEquals(allNames(site.root), []);
  } finally {
    await site[Symbol.asyncDispose]();
  }
});

Deno.test("FTP upload: parts of one user are not seen by another", async () => {
  const credentials = { user: "ada", password: "s3cret" };
  await using site = await ftpServed({}, { ...UPLOAD, credentials });
  using client = await RawFtp.login(site.ftpPort);
  await client.ask("ALLO 10");
  assertMatch(await client.send("STOR f", "x"), /^426 /);
  assertEquals(await client.ask("SIZE f"), "213 1");
  assertEquals(await client.ask("REIN"), "220 Service ready for new user");
  assertEquals(await client.code("SIZE f"), 530);
});
