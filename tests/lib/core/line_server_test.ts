import { assertEquals, assertRejects } from "@std/assert";
import {
  type LineClient,
  type LineServerOptions,
  LineViolation,
  openLines,
  parseAddress,
  selfSigned,
  serveLines,
  type ToucanError,
  writeAll,
} from "../../../lib/core/mod.ts";
import { until } from "../../kit/wait.ts";
import { octets, rawExchange, readToEnd, readUntil } from "../../kit/raw.ts";

const FAREWELL = { timeout: "TIMEOUT\r\n", stopping: "STOPPING\r\n", tooMany: "BUSY\r\n" };

/** Repeats lines; "tls" starts TLS, "bytes N" repeats N bytes, "flood" writes 16 MiB. */
async function repeat(client: LineClient): Promise<void> {
  client.reply("HELLO\r\n");
  try {
    for (let line = await client.line(); line; line = await client.line()) {
      const text = new TextDecoder().decode(line);
      if (text === "quit") return client.reply("BYE\r\n");
      if (text === "tls") {
        client.reply("OK\r\n");
        await client.startTls();
      } else if (text === "flood") await client.write(new Uint8Array(1 << 24));
      else if (text.startsWith("bytes ")) {
        const bytes = new Uint8Array(Number(text.slice(6)));
        for (let held = 0; held < bytes.length;) {
          const count = await client.read(bytes.subarray(held));
          if (count === null) return;
          held += count;
        }
        await client.write(bytes);
      } else client.reply(`<${text}>${client.secure ? " tls" : ""}\r\n`);
    }
  } catch (error) {
    if (!(error instanceof LineViolation)) throw error;
    client.reply(`BAD ${error.problem}\r\n`);
  }
}

function serve(options: Partial<LineServerOptions> = {}) {
  const faults: string[] = [];
  const onFault = ({ error }: { error: ToucanError }) => void faults.push(error.code);
  return { faults, server: serveLines("127.0.0.1:0", repeat, { farewell: FAREWELL, onFault, ...options }) };
}

const TABLE: readonly (readonly [name: string, sent: string, heard: string])[] = [
  ["a line", "a\r\nquit\r\n", "HELLO\r\n<a>\r\nBYE\r\n"],
  ["lines in one write", "a\r\nb\r\n\r\nquit\r\n", "HELLO\r\n<a>\r\n<b>\r\n<>\r\nBYE\r\n"],
  ["bytes between lines", "a\r\nbytes 6\r\nx\ry\nz\0b\r\nquit\r\n", "HELLO\r\n<a>\r\nx\ry\nz\0<b>\r\nBYE\r\n"],
  ["a bare LF", "a\nb\r\n", "HELLO\r\nBAD bare-lf\r\n"],
  ["a bare CR", "a\rb\r\n", "HELLO\r\nBAD bare-cr\r\n"],
  ["a line without end", "a".repeat(8194), "HELLO\r\nBAD line-too-long\r\n"],
  ["input behind the last line", `quit\r\n${"x".repeat(200_000)}`, "HELLO\r\nBYE\r\n"],
];

for (const [name, sent, heard] of TABLE) {
  Deno.test(`line server: ${name}`, async () => {
    const { server, faults } = serve();
    await using _ = server;
    assertEquals(await rawExchange(server.port, sent), heard);
    assertEquals(faults, []);
  });
}

Deno.test("line server: a client that closes its side gets all replies", async () => {
  const { server } = serve();
  await using _ = server;
  assertEquals(await rawExchange(server.port, "a\r\nb\r\nhalf", { end: true }), "HELLO\r\n<a>\r\n<b>\r\n");
});

Deno.test("line server: an idle client gets the last line", async () => {
  const { server, faults } = serve({ idleTimeout: 40 });
  await using _ = server;
  const conn = await Deno.connect({ port: server.port, hostname: "127.0.0.1" });
  await writeAll(conn, octets("a\r\nhal"));
  assertEquals(await readToEnd(conn), "HELLO\r\n<a>\r\nTIMEOUT\r\n");
  conn.close();
  await until("a fault", () => faults.length > 0);
  assertEquals(faults, ["client-too-slow"]);
});

Deno.test("line server: bytes that do not come end the connection", async () => {
  const { server, faults } = serve({ idleTimeout: 40 });
  await using _ = server;
  using conn = await Deno.connect({ port: server.port, hostname: "127.0.0.1" });
  await writeAll(conn, octets("bytes 100\r\nabc"));
  await readToEnd(conn);
  assertEquals(faults, ["client-too-slow"]);
});

Deno.test("line server: a client that does not read is disconnected", async () => {
  const { server, faults } = serve({ writeTimeout: 100 });
  using conn = await Deno.connect({ port: server.port, hostname: "127.0.0.1" });
  await writeAll(conn, octets("flood\r\n"));
  await until("a fault", () => faults.length > 0);
  assertEquals(faults, ["client-too-slow"]);
  conn.close();
  await server.shutdown();
});

Deno.test("line server: clients that wait are told when it stops, and commands end first", async () => {
  const { server, faults } = serve();
  using idle = await Deno.connect({ port: server.port, hostname: "127.0.0.1" });
  using busy = await Deno.connect({ port: server.port, hostname: "127.0.0.1" });
  await writeAll(busy, octets("bytes 3\r\n"));
  await readUntil(idle, /HELLO/);
  await readUntil(busy, /HELLO/);
  const stopped = server.shutdown();
  assertEquals(await readToEnd(idle), "STOPPING\r\n");
  await writeAll(busy, octets("abc"));
  assertEquals(await readToEnd(busy), "abcSTOPPING\r\n");
  idle.close();
  busy.close();
  await stopped;
  assertEquals(faults, []);
});

Deno.test("line server: beyond the limit, a client is told so; places become free", async () => {
  const { server, faults } = serve({ maxConnections: 1 });
  await using _ = server;
  {
    using first = await Deno.connect({ port: server.port, hostname: "127.0.0.1" });
    await readUntil(first, /HELLO/);
    assertEquals(await rawExchange(server.port, ""), "BUSY\r\n");
    assertEquals(faults, ["too-many-connections"]);
  }
  await until("a free place", () => server.connections === 0);
  assertEquals(await rawExchange(server.port, "quit\r\n"), "HELLO\r\nBYE\r\n");
});

Deno.test("line server: TLS by a command, and from the first byte", async () => {
  const tls = await selfSigned();
  const trust = { pin: tls.pin };
  const read = { greet: async (channel: { line(): Promise<string> }) => assertEquals(await channel.line(), "HELLO") };
  const { server } = serve({ tls });
  await using _ = server;
  const byCommand = await openLines(parseAddress(server.address), { trust }, {
    ...read,
    startTls: async (channel) => {
      await channel.send("tls");
      return await channel.line() === "OK";
    },
  });
  await byCommand.send("a");
  assertEquals(await byCommand.line(), "<a> tls");
  byCommand[Symbol.dispose]();
  await using implicit = serveLines("127.0.0.1:0", repeat, { farewell: FAREWELL, tls, implicitTls: true });
  const fromStart = await openLines(parseAddress(implicit.address), { trust, tls: "implicit" }, {
    ...read,
    startTls: () => Promise.resolve(false),
  });
  await fromStart.send("a");
  assertEquals(await fromStart.line(), "<a> tls");
  fromStart[Symbol.dispose]();
});

Deno.test("line server: bytes behind the command for TLS end the connection", async () => {
  const { server, faults } = serve({ tls: await selfSigned() });
  await using _ = server;
  assertEquals(await rawExchange(server.port, "tls\r\ninjected\r\n"), "HELLO\r\nOK\r\n");
  assertEquals(faults, ["starttls-injection"]);
});

Deno.test("line server: 500 idle clients and silent handshakes block no other client", async () => {
  const { server } = serve();
  const { server: secure } = serve({ tls: await selfSigned(), implicitTls: true, maxConnections: 4 });
  const idle = await Promise.all(
    Array.from({ length: 500 }, () => Deno.connect({ port: server.port, hostname: "127.0.0.1" })),
  );
  assertEquals(await rawExchange(server.port, "quit\r\n"), "HELLO\r\nBYE\r\n");
  const silent: Deno.Conn[] = [];
  for (let i = 0; i < 8; i++) silent.push(await Deno.connect({ port: secure.port, hostname: "127.0.0.1" }));
  const channel = await openLines(parseAddress(secure.address), { tls: "implicit", trust: { insecure: true } }, {
    greet: async (channel) => assertEquals(await channel.line(), "HELLO"),
    startTls: () => Promise.resolve(false),
  });
  channel[Symbol.dispose]();
  for (const conn of [...idle, ...silent]) conn.close();
  await server.shutdown();
  await secure.shutdown();
});

/** A server that sends this and closes. */
function scripted(text: string) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const done = (async () => {
    for await (using conn of listener) await writeAll(conn, octets(text)).catch(() => {});
  })();
  return {
    address: parseAddress(`127.0.0.1:${listener.addr.port}`),
    async [Symbol.asyncDispose]() {
      listener.close();
      await done.catch(() => {});
    },
  };
}

const HOSTILE: readonly (readonly [name: string, sent: string, code: string])[] = [
  ["closes at once", "", "connection-cut"],
  ["closes within a line", "HEL", "connection-cut"],
  ["a bare LF", "HELLO\n", "bare-lf"],
  ["a bare CR", "HEL\rLO\r\n", "bare-cr"],
  ["a line without end", "x".repeat(70_000), "line-too-long"],
  ["a reply ahead of the command", "HELLO\r\nOK\r\n", "unexpected-reply"],
];

for (const [name, sent, code] of HOSTILE) {
  Deno.test(`line channel: the server ${name.startsWith("closes") ? name : `sends ${name}`}`, async () => {
    await using server = scripted(sent);
    const error = await assertRejects(async () => {
      const channel = await openLines(server.address, { tls: "none" }, {
        greet: async (channel) => void await channel.line(),
        startTls: () => Promise.resolve(false),
      });
      await channel.send("a");
      await channel.line();
    });
    assertEquals((error as ToucanError).code, code);
  });
}

Deno.test("line channel: the server sends bytes before the TLS handshake", async () => {
  await using server = scripted("HELLO\r\nOK\r\ninjected\r\n");
  const error = await assertRejects(() =>
    openLines(server.address, {}, {
      greet: async (channel) => void await channel.line(),
      startTls: async (channel) => await channel.line() === "OK",
    })
  );
  assertEquals((error as ToucanError).code, "starttls-injection");
});

Deno.test("line channel: TLS is required unless said, also where the server offers none", async () => {
  await using server = scripted("HELLO\r\n");
  const steps = {
    greet: async (channel: { line(): Promise<string> }) => void await channel.line(),
    startTls: () => Promise.resolve(false),
  };
  const error = await assertRejects(() => openLines(server.address, {}, steps));
  assertEquals((error as ToucanError).code, "starttls-missing");
  (await openLines(server.address, { tls: "opportunistic" }, steps))[Symbol.dispose]();
  const pinned = { tls: "opportunistic" as const, trust: { pin: (await selfSigned()).pin } };
  const refused = await assertRejects(() => openLines(server.address, pinned, steps));
  assertEquals((refused as ToucanError).code, "starttls-missing");
});
