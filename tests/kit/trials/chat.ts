import { assertEquals } from "@std/assert";
import { openChatAccounts, openChatInvitations, serveChat } from "../../../lib/chat/mod.ts";
import { FileHistory } from "../../../lib/chat/history/file_history.ts";
import { parseAddress } from "../../../lib/core/mod.ts";
import { makeCertificate } from "../certificates.ts";
import { requiringClients } from "../requiring_clients.ts";
import { type Place, SECURED, secured, succeeded, type Trial } from "../trial.ts";

const ANY = parseAddress("127.0.0.1:0", { anyPort: true });

/** Returns the lines that an IRC client receives up to the welcome; with a channel it sends a message there. */
async function talk(conn: Deno.Conn, { password, says }: { readonly password?: string; readonly says?: string } = {}) {
  const lines = [
    ...(password === undefined ? [] : [`PASS ${password}`]),
    "NICK ann",
    "USER ann 0 * :ann",
    ...(says === undefined ? [] : ["JOIN #lobby", `PRIVMSG #lobby :${says}`]),
    "QUIT",
  ];
  await conn.write(new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join("")));
  const heard = await new Response(conn.readable).text();
  assertEquals(/ 001 ann /.test(heard), true, heard);
}

/** Runs `chat serve` with these arguments, and a client that joins it. */
function serving(
  words: readonly string[],
  how: { readonly password?: string; readonly says?: string; readonly trust?: (place: Place) => Promise<string> } = {},
) {
  return async (place: Place) => {
    await place.write("pw", "s3cret\n");
    await using tool = await place.start(["--port", "0", "--web", "0", ...words]);
    const [, port = ""] = await tool.stderrMatch(/listening on ircs?:\/\/127\.0\.0\.1:(\d+)\n/);
    await tool.stderrMatch(/join with: .*\n/);
    const at = { hostname: "localhost", port: Number(port) };
    const { trust } = how;
    await talk(trust ? await Deno.connectTls({ ...at, caCerts: [await trust(place)] }) : await Deno.connect(at), how);
    tool.process.kill("SIGTERM");
    assertEquals(await tool.code, 0);
  };
}

/** Uploads a file by a client that is connected; returns the path of its link. */
async function shareFile(port: number, page: string): Promise<string> {
  using conn = await Deno.connect({ hostname: "localhost", port });
  await conn.write(new TextEncoder().encode("NICK ann\r\nUSER ann 0 * :ann\r\nUPLOAD\r\n"));
  let heard = "";
  for (const buffer = new Uint8Array(4096); !heard.includes(" TICKET ");) {
    heard += new TextDecoder().decode(buffer.subarray(0, await conn.read(buffer) ?? 0));
  }
  const [, ticket = ""] = / NOTE UPLOAD TICKET (\S+) /.exec(heard) ?? [];
  const headers = { "Authorization": `Bearer ${ticket}`, "Content-Disposition": "attachment; filename=a.txt" };
  const response = await fetch(`${page}files`, { method: "POST", headers, body: "to be shared" });
  assertEquals([response.status, await response.text()], [201, ""]);
  return response.headers.get("location") ?? "";
}

/** Credentials file of NATS, with the seed of its documentation. */
const NATS_CREDENTIALS = `-----BEGIN NATS USER JWT-----
a.b.c
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY
------END USER NKEY SEED------
`;

/** Answers a NATS client as a broker with an empty stream; returns its login. */
async function serveNats(listener: Deno.Listener): Promise<string> {
  const conn = await listener.accept();
  const send = (text: string) => conn.write(new TextEncoder().encode(text));
  const info = { server_id: "x", version: "2.9.10", proto: 1, max_payload: 1e6, headers: true, nonce: "bm9uY2U" };
  await send(`INFO ${JSON.stringify(info)}\r\n`);
  const answer = JSON.stringify({ config: {}, state: { first_seq: 0, last_seq: 0, messages: 0 } });
  const login = Promise.withResolvers<string>();
  const answerAll = async () => {
    for await (const text of conn.readable.pipeThrough(new TextDecoderStream())) {
      const [, sent] = /^CONNECT (.*)\r$/m.exec(text) ?? [];
      if (sent !== undefined) login.resolve(sent);
      if (/^PING\r$/m.test(text)) await send("PONG\r\n");
      for (const [, inbox] of text.matchAll(/^PUB \S+ (\S+) \d+\r$/gm)) {
        await send(`MSG ${inbox} 1 ${answer.length}\r\n${answer}\r\n`);
      }
    }
  };
  void answerAll().catch(() => {});
  return await login.promise;
}

/** Trials of `chat`. */
export const TRIALS: readonly Trial[] = [
  {
    verb: "chat serve",
    proves: ["--history"],
    keeps: ["chat.db", "chat.db-wal", "chat.db-shm", "chat.db-journal", "chat.db-v1"],
    async run(place) {
      await serving(["--history", "chat.db"], { says: "to be kept" })(place);
      using history = new FileHistory(`${place.here}/chat.db`);
      const found = history.find({ channel: "#lobby", only: "#lobby", limit: 10 });
      assertEquals(found.map(({ line }) => line.endsWith("to be kept")), [true]);
      assertEquals((Deno.statSync(`${place.here}/chat.db`).mode ?? 0) & 0o777, 0o600);
    },
  },
  {
    verb: "chat serve",
    as: "through a link",
    proves: ["--history"],
    keeps: ["link.db", "real/chat.db-wal", "real/chat.db-shm", "real/chat.db-journal", "real/chat.db-v1"],
    async run(place) {
      await place.write("real/chat.db", "");
      await Deno.symlink("real/chat.db", `${place.here}/link.db`);
      await serving(["--history", "link.db"], { says: "to be kept" })(place);
      using history = new FileHistory(`${place.here}/real/chat.db`);
      assertEquals(history.find({ channel: "#lobby", only: "#lobby", limit: 10 }).length, 1);
    },
  },
  {
    verb: "chat serve",
    proves: ["--files"],
    keeps: ["shared"],
    async run(place) {
      await using tool = await place.start(["--port", "0", "--web", "0", "--files", "shared"]);
      const [, port = ""] = await tool.stderrMatch(/listening on irc:\/\/127\.0\.0\.1:(\d+)\n/);
      const [, page = ""] = await tool.stderrMatch(/listening on (http:\S+)\n/);
      const location = await shareFile(Number(port), page);
      const names = [...Deno.readDirSync(`${place.here}/shared`)].map(({ name }) => name).sort();
      assertEquals(names.map((name) => name.replace(/^[0-9a-f]{32}\./, "ID.")), [".toucan-lock", "ID.txt"]);
      assertEquals(await (await fetch(new URL(location, page))).text(), "to be shared");
      tool.process.kill("SIGTERM");
      assertEquals(await tool.code, 0);
    },
  },
  {
    verb: "chat serve",
    proves: ["--password-file"],
    run: serving(["--password-file", "pw"], { password: "s3cret" }),
  },
  {
    verb: "chat serve",
    proves: ["--oper-file"],
    async run(place) {
      await place.write("opers", "# operators\nroot:secret\n");
      await using tool = await place.start(["--port", "0", "--irc-only", "--oper-file", "opers"]);
      const [, port = ""] = await tool.stderrMatch(/listening on irc:\/\/127\.0\.0\.1:(\d+)\n/);
      const conn = await Deno.connect({ hostname: "localhost", port: Number(port) });
      await conn.write(new TextEncoder().encode("NICK ann\r\nUSER ann 0 * :ann\r\nOPER root secret\r\nQUIT\r\n"));
      const heard = await new Response(conn.readable).text();
      assertEquals(/ 381 ann /.test(heard), true, heard);
      tool.process.kill("SIGTERM");
      assertEquals(await tool.code, 0);
    },
  },
  {
    verb: "chat serve",
    proves: ["--cert", "--key"],
    reads: ["cert.pem", "key.pem"],
    async run(place) {
      const pair = await makeCertificate();
      await place.write("cert.pem", pair.cert);
      await place.write("key.pem", pair.key);
      const words = ["--tls", "--cert", "cert.pem", "--key", "key.pem"];
      await serving(words, { trust: ({ read }) => read("cert.pem") })(place);
    },
  },
  {
    verb: "chat serve",
    proves: ["--client-ca"],
    reads: ["c/cert.pem", "c/key.pem"],
    run: requiringClients(["--port", "0", "--irc-only"], "NICK ann\r\nUSER ann 0 * :ann\r\nQUIT\r\n"),
  },
  {
    verb: "chat serve",
    proves: ["--tls-dir"],
    reads: ["kept/cert.pem", "kept/key.pem"],
    run: serving(["--tls", "--tls-dir", "kept"], { trust: ({ read }) => read("kept/cert.pem") }),
  },
  {
    verb: "chat import",
    proves: ["FILE", "LOG"],
    keeps: ["chat.db", "chat.db-wal", "chat.db-shm", "chat.db-journal", "chat.db-v1"],
    reads: ["lobby.log"],
    async run({ tool, write }) {
      await write("lobby.log", "2026-11-28 21:45:12\tann\tgood morning\n");
      succeeded(await tool(["--channel", "#lobby", "chat.db", "lobby.log"]), "1 lines added");
    },
  },
  {
    verb: "chat export",
    proves: ["FILE"],
    keeps: ["chat.db", "chat.db-wal", "chat.db-shm", "chat.db-journal", "chat.db-v1"],
    async run({ here, tool }) {
      using history = new FileHistory(`${here}/chat.db`);
      history.add({ id: "1", time: 1, channel: "#lobby", line: ":ann!a@h PRIVMSG #lobby :good morning", tags: "" });
      history.commit();
      succeeded(await tool(["chat.db"]), "<ann> good morning");
    },
  },
  {
    verb: "chat serve",
    proves: ["--nats-creds"],
    async run(place) {
      await place.write("chat.creds", NATS_CREDENTIALS);
      using broker = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const login = serveNats(broker);
      const nats = `nats://127.0.0.1:${broker.addr.port}`;
      await using tool = await place.start(["--port", "0", "--irc-only", "--nats", nats, "--nats-creds", "chat.creds"]);
      await tool.stderrMatch(/join with: .*\n/);
      const { jwt, sig } = JSON.parse(await login);
      assertEquals([jwt, typeof sig], ["a.b.c", "string"]);
      tool.process.kill("SIGTERM");
      assertEquals(await tool.code, 0);
    },
  },
  {
    verb: "chat account",
    proves: ["FILE", "--password-file"],
    keeps: ["chat.db", "chat.db-wal", "chat.db-shm", "chat.db-journal", "chat.db-v1"],
    async run({ here, tool, write }) {
      await write("pw", "correct horse\n");
      const added = await tool(["add", "chat.db", "ann", "--password-file", "pw"]);
      assertEquals([added.code, added.stderr], [0, ""]);
      using accounts = openChatAccounts(`${here}/chat.db`);
      assertEquals([...accounts.list()].map(({ name }) => name), ["ann"]);
    },
  },
  {
    verb: "chat invitation",
    proves: ["FILE"],
    keeps: ["chat.db", "chat.db-wal", "chat.db-shm", "chat.db-journal", "chat.db-v1"],
    async run({ here, tool }) {
      succeeded(await tool(["add", "chat.db", "--for", "1h"]), " until ");
      using invitations = openChatInvitations(`${here}/chat.db`);
      assertEquals(invitations.list().length, 1);
    },
  },
  ...["chat invitation", "chat account"].map((verb): Trial => ({
    verb,
    proves: ["--nats-creds"],
    async run({ tool, write }) {
      await write("chat.creds", NATS_CREDENTIALS);
      using broker = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const login = serveNats(broker);
      const nats = `nats://127.0.0.1:${broker.addr.port}`;
      const listed = await tool(["list", "--nats", nats, "--nats-creds", "chat.creds"]);
      assertEquals([listed.code, listed.stderr], [0, ""]);
      assertEquals(JSON.parse(await login).jwt, "a.b.c");
    },
  })),
  {
    verb: "chat join",
    proves: ["SERVER"],
    keeps: ["s.sock"],
    async run({ here, tool }) {
      await using chat = serveChat(parseAddress(`unix:${here}/s.sock`));
      succeeded(await tool(["ann@unix:s.sock"], { stdin: "hello\n" }), "hello");
      await chat.shutdown();
    },
  },
  {
    verb: "chat join",
    proves: ["CHANNEL"],
    as: "the socket of a second server",
    keeps: ["one.sock", "two.sock"],
    async run({ here, tool }) {
      await using one = serveChat(parseAddress(`unix:${here}/one.sock`));
      await using two = serveChat(parseAddress(`unix:${here}/two.sock`));
      succeeded(await tool(["ann@unix:one.sock", "ben@unix:two.sock"], { stdin: "hello\n" }), "hello");
      await Promise.all([one.shutdown(), two.shutdown()]);
    },
  },
  {
    verb: "chat join",
    proves: ["--password-file"],
    async run({ tool, write }) {
      await write("pw", "s3cret\n");
      await using chat = serveChat(ANY, { password: "s3cret" });
      succeeded(await tool(["--password-file", "pw", `ann@${chat.address}`], { stdin: "hello\n" }), "hello");
    },
  },
  {
    verb: "chat join",
    proves: ["--password-file"],
    as: "the password of a second server",
    async run({ tool, write }) {
      await write("pw", "s3cret\n");
      await using one = serveChat(ANY);
      await using two = serveChat(ANY, { password: "s3cret" });
      const words = ["--password-file", `${two.address}=pw`, `ann@${one.address}`, `ben@${two.address}`];
      succeeded(await tool(words, { stdin: "hello\n" }), "hello");
    },
  },
  {
    verb: "chat join",
    proves: SECURED,
    async run(place) {
      const tls = await makeCertificate();
      await using chat = serveChat(ANY, { tls });
      succeeded(await secured(place, tls.cert, ["--tls", `ann@${chat.address}`], { stdin: "hello\n" }), "hello");
    },
  },
];
