import { assert, assertEquals, assertMatch } from "@std/assert";
import { serveChat } from "../../lib/chat/mod.ts";
import { formatAddress } from "../../lib/core/mod.ts";
import { request, serveHttp } from "../../lib/http/mod.ts";
import { mailSink, sendMail, serveNntp, servePop3 } from "../../lib/mail/mod.ts";
import { records, verbsOf } from "../../scripts/records.ts";
import { ftpSite } from "../kit/ftp_site.ts";
import { withFolder } from "../kit/folder.ts";
import { type Printed, RecordCheck, tableOf } from "../kit/json_records.ts";
import { Running } from "../kit/running.ts";
import { RawIrc } from "../kit/irc.ts";
import { response, scriptedServer } from "../kit/scripted_dns.ts";
import { scriptedIrc } from "../kit/scripted_irc.ts";
import { runTool, startTool, type ToolOptions } from "../kit/tool.ts";

const CHECK = new RecordCheck();
const NOWHERE = "no-such-name.invalid";

interface RunOptions extends ToolOptions {
  readonly stdin?: string;
}

/** Runs a verb with `--json`, and checks its output. */
async function json(path: string, words: readonly string[], options: RunOptions = {}): Promise<Printed[]> {
  const [tool = "", ...verb] = path.split(" ");
  const { stdout, stderr } = await runTool(tool, [...verb, "--json", ...words], options);
  return await CHECK.check(path, `${stdout}\n${stderr}`);
}

/** Calls that exit by themselves, and the error codes that they have to print. */
const CALLS: readonly (readonly [path: string, words: readonly string[], codes: string[], stdin?: string])[] = [
  ["url", ["http://me:secret@example.com:80/a/b?k=v#f", "mailto:a@example.com"], []],
  ["url", ["--compare", "http://good.example\\@evil.example/", "http://example.com/"], ["parsers-disagree"]],
  ["url", ["http://["], ["invalid-url"]],
  ["url", ["--compare", "http://["], ["invalid-url"]],
  ["resolve", ["-4", "localhost", "127.0.0.1", NOWHERE], ["name-not-found"]],
  ["resolve", ["a..b"], ["invalid-name"]],
  ["get", ["--retries", "0", `http://${NOWHERE}/`], ["name-not-found"]],
  ["get", ["--retries", "0", "gopher://localhost/"], ["unsupported-scheme"]],
  ["tcp connect", [`${NOWHERE}:1`], ["name-not-found"]],
  ["tcp listen", ["--timeout", "10ms", "0"], ["timeout"]],
  ["udp send", ["--data", "x", `${NOWHERE}:1`], ["name-not-found"]],
  ["udp send", ["--size", "65508", "127.0.0.1:9"], ["too-large"]],
  ["udp send", ["--data", "x", "--wait", "10ms", "127.0.0.1:9"], ["no-reply"]],
  ["udp listen", ["--timeout", "10ms", "--stats", "0"], ["timeout"]],
  ["udp echo", ["--timeout", "10ms", "0"], ["timeout"]],
  ["file get", [`http://${NOWHERE}/`], ["name-not-found"]],
  ["file put", [".", `http://${NOWHERE}/`], ["name-not-found"]],
  ["file ls", [`http://${NOWHERE}/`], ["name-not-found"]],
  ["file get", [`ftp://${NOWHERE}/`], ["name-not-found"]],
  ["file put", [".", `ftps://${NOWHERE}/`], ["name-not-found"]],
  ["file ls", [`ftp://${NOWHERE}/`], ["name-not-found"]],
  ["file serve", ["/no/such/folder"], ["file-not-found"]],
  ["chat join", [`ann@${NOWHERE}`], ["name-not-found"]],
  ["chat serve", ["--host", "0.0.0.0"], ["usage"]],
  ["chat export", ["/no/such/file.db"], ["file-not-found"]],
  ["chat import", ["chat.db", "x.log"], ["usage"]],
  ["chat account", ["ban", "/no/such/chat.db", "ann"], ["file-not-found"]],
  ["chat invitation", ["list", "/no/such/chat.db"], ["file-not-found"]],
  ["mail send", ["-f", "a@example.com", "--to", "b@example.com", "--dry-run"], [], "body\n"],
  ["mail send", ["-f", "a@example.com", "--to", "b@example.com", "-S", NOWHERE], ["name-not-found"], "body\n"],
  ["mail read", [`pop3://ada:x@${NOWHERE}`], ["name-not-found"]],
  ["mail read", ["http://example.com"], ["unsupported-scheme"]],
  ["mail sink", ["--host", "0.0.0.0"], ["usage"]],
  ["check", ["tcp://127.0.0.1:9", "gopher://localhost/"], ["invalid-target"]],
  ["check", ["--watch", "1s", "--until-broken", "--prometheus", "0", "tcp://127.0.0.1:9"], []],
  ["toucan tour", [], []],
  ["toucan version", [], []],
];

for (const [path, words, codes, stdin] of CALLS) {
  Deno.test(`${path} --json ${words.join(" ")}: prints only records of its table`, async () => {
    const printed = await json(path, words, { stdin: stdin ?? "" });
    assert(printed.length > 0);
    assertEquals(printed.map(codeOf).filter((code) => code !== undefined), codes);
  });
}

function codeOf({ error }: Printed): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}

/** Data of a record of each type, and the names of its parts. */
const ANSWERS: Readonly<Record<string, readonly [answer: string, parts: string]>> = {
  A: ["192.0.2.7", "address"],
  AAAA: ["2001:db8::7", "address"],
  CNAME: ["other.example.", "target"],
  MX: ["10 mail.example.", "preference exchange"],
  NS: ["ns.example.", "target"],
  TXT: ['"one" "two"', "strings"],
  SOA: ["ns.example. me.example. 1 2 3 4 5", "mname rname serial refresh retry expire minimum"],
  SRV: ["1 2 3 a.example.", "priority weight port target"],
  CAA: ['0 issue "ca.example"', "flags tag value"],
  PTR: ["name.example.", "target"],
  NAPTR: ['1 2 "s" "SIP+D2U" "" _sip.example.', "order preference flags services regexp replacement"],
};

Deno.test("resolve --json: the table has the fields of each record type", async () => {
  await using server = scriptedServer(({ query, send }) => {
    const { name = "", type = "" } = query.questions[0] ?? {};
    const [data = ""] = ANSWERS[type] ?? [];
    return send(response(query, { answers: [{ name, type, ttl: 60, data }] }));
  });
  for (const [type, [, parts]] of Object.entries(ANSWERS)) {
    const [found] = await json("resolve", ["--server", formatAddress(server.addr), "--type", type, "x.example"]);
    const [answer = {}] = Array.isArray(found?.answers) ? found.answers : [];
    assertEquals(Object.keys(answer).slice(5).join(" "), parts, type);
  }
  const refused = await json("resolve", [
    "--server",
    "127.0.0.1:9",
    "--attempts",
    "1",
    "--timeout",
    "50ms",
    "x.example",
  ]);
  assertEquals(refused.map(codeOf), ["timeout"]);
  const closed = ["--server", "127.0.0.1:9"];
  const validation = await json("resolve", [...closed, "--validate", "x.example"]);
  assertEquals(validation.map(codeOf), ["no-answer"]);
  const comparison = await json("resolve", [...closed, ...closed, "--compare", "x.example"]);
  assertEquals(comparison.map(codeOf), ["connection-refused"]);
  const transfer = await json("resolve", ["--server", "127.0.0.1:9", "--axfr", "x.example"]);
  assertEquals(transfer.map(codeOf), ["connection-refused"]);
  const exchange = await json("resolve", [...closed, "--json=rfc8427", "--type", "A", "x.example"]);
  assertEquals(exchange.map(codeOf), ["connection-refused"]);
});

Deno.test("resolve --json: delegations that are followed", () =>
  withFolder(async (cwd) => {
    await Deno.writeTextFile(`${cwd}/hints`, ". NS ns.root.\nns.root. A 127.0.0.1\n");
    await using server = scriptedServer(({ query, send }) => {
      const { name = "", type = "" } = query.questions[0] ?? {};
      if (name === "x.") {
        const authorities = [{ name, type: "NS", data: "ns.x." }] as const;
        return send(response(query, { authorities, additionals: [{ name: "ns.x.", type: "A", data: "127.0.0.1" }] }));
      }
      return send(response(query, { authoritative: true, rcode: type === "A" ? 5 : 3 }));
    });
    const words = ["--trace-delegation", "--root-hints", "hints", "--port", String(server.addr.port)];
    const [lame, missing] = await json("resolve", [...words, "--type", "A,TXT", "a.x"], { cwd });
    assertEquals([lame, missing].map((record) => codeOf(record ?? {})), ["lame-delegation", "name-not-found"]);
    const lines = await json("resolve", [...words, "-"], { cwd, stdin: "a.x A,TXT\na..x\n" });
    assertEquals(lines.map((record) => [record.input, record.type, codeOf(record)]), [
      ["a.x A,TXT", "A", "lame-delegation"],
      ["a.x A,TXT", "TXT", "name-not-found"],
      ["a..x", "A", "invalid-name"],
    ]);
  }));

Deno.test("tcp --json: connect and listen", async () => {
  await using server = await startTool("tcp", ["listen", "--json", "--keep", "0"]);
  const [, address = ""] = await server.stderrMatch(/"address":"([^"]*)"/);
  await server.process.stdin.close();
  const [client] = await json("tcp connect", [address], { stdin: "hello" });
  assertEquals([client?.bytesOut, client?.ended], [5, "done"]);
  await server.stderrMatch(/"event":"connection"/);
  server.process.kill("SIGTERM");
  assertEquals(await server.code, 0);
  assertEquals((await CHECK.check("tcp listen", server.stderr())).length, 2);
});

Deno.test("tcp check --json: an open port and a closed one", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const records = await json("tcp check", [`127.0.0.1:${listener.addr.port}`, "none.invalid:http"]);
  assertEquals(records.map(({ state }) => state), ["open", "not-found"]);
});

Deno.test("udp --json: datagrams sent, received, echoed, ignored and failed", async () => {
  await using echo = await Running.start(CHECK, "udp echo", ["--limit", "1", "0"]);
  const words = ["--data", "x", "--count", "3", "--wait", "10s", "--replies", "1"];
  const sent = await json("udp send", [...words, await echo.address()]);
  assertEquals(sent.filter(({ event }) => event === "received").length, 1);
  await echo.prints(/"event":"ignored"/);
  await echo.stop();

  await using listener = await Running.start(CHECK, "udp listen", ["--reply", "0"]);
  const [hostname = "", port] = (await listener.address()).split(":");
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  await socket.send(new Uint8Array([255]), { transport: "udp", hostname, port: Number(port) });
  socket.close();
  await listener.prints(/"base64":"\/w=="/);
  await listener.types(`answer\n${"x".repeat(70_000)}\n`);
  await listener.prints(/"event":"sent"/);
  await listener.prints(/"event":"failed"/);
  await listener.stop();
});

Deno.test("udp echo --json: a peer that disappears before the reply", () =>
  withFolder(async (folder) => {
    await using echo = await Running.start(CHECK, "udp echo", [`unix:${folder}/echo`]);
    await echo.address();
    echo.signal("SIGSTOP");
    const path = `${folder}/peer`;
    const socket = Deno.listenDatagram({ transport: "unixpacket", path });
    await socket.send(new Uint8Array([1]), { transport: "unixpacket", path: `${folder}/echo` });
    socket.close();
    await Deno.remove(path);
    echo.signal("SIGCONT");
    await echo.prints(/"event":"failed"/);
    await echo.stop();
  }));

Deno.test("get --json: a body on stdout, files, a 404 response, images", () =>
  withFolder(async (cwd) => {
    const page = '<img src="a.png"><img src="none.png">';
    const image = Uint8Array.fromBase64("iVBORw0KGgo=");
    await using site = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/a.png") return new Response(image, { headers: { "content-type": "image/png" } });
      if (pathname !== "/") return new Response("none", { status: 404 });
      return new Response(page, { headers: { "content-type": "text/html", etag: '"1"' } });
    });
    const url = `http://127.0.0.1:${site.addr.port}/`;
    const [printed] = await json("get", [url], { cwd });
    assertEquals([printed?.status, printed?.etag, typeof printed?.sha256], [200, '"1"', "string"]);
    const [saved] = await json("get", ["--output", "page.html", url], { cwd });
    assertEquals([saved?.file, saved?.bytes], ["page.html", page.length]);
    const [missing] = await json("get", ["--save", `${url}none`], { cwd });
    assertEquals([missing?.status, codeOf(missing ?? {})], [404, "http-status"]);
    const images = await json("get", ["--images", url], { cwd });
    assertEquals(images.map(({ status }) => status).sort(), [200, 404]);
  }));

Deno.test("file --json: a server, and transfers, listings and failures of its clients", () =>
  withFolder(async (cwd) => {
    await Deno.mkdir(`${cwd}/served`);
    await Deno.writeTextFile(`${cwd}/served/a.txt`, "hello");
    await Deno.symlink("a.txt", `${cwd}/served/link`);
    await using server = await Running.start(CHECK, "file serve", ["--port", "0", "--upload", "served"], { cwd });
    const url = `http://${await server.address()}/`;
    assertEquals((await json("file get", [url, "copy"], { cwd })).map(({ event }) => event).at(-1), "done");
    await json("file put", ["copy", url], { cwd });
    await json("file put", ["none", url], { cwd });
    await json("file ls", ["--digest", url], { cwd });
    await json("file ls", [`${url}none`], { cwd });
    await using ftp = ftpSite({ b: "hello" }, { has: "list" });
    await json("file get", [ftp.url, "ftp"], { cwd });
    const [{ precision } = {}] = await json("file ls", [ftp.url], { cwd });
    assertEquals(precision, "day");
    const incomplete = { path: [], type: "folder", entries: [], truncated: true, unreadable: 2 };
    await using lying = serveHttp("127.0.0.1:0", () => ({
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(incomplete),
    }));
    const listed = await json("file ls", [lying.url], { cwd });
    assertEquals(listed, [{ event: "incomplete", unreadable: 2, truncated: true }]);
    await json("file get", [`${url}none`, "more"], { cwd });
    await server.stop();
    await using full = await Running.start(CHECK, "file serve", ["--port", "0", "--max-connections", "1", "served"], {
      cwd,
    });
    const [hostname = "", port] = (await full.address()).split(":");
    using _first = await Deno.connect({ hostname, port: Number(port) });
    using _second = await Deno.connect({ hostname, port: Number(port) });
    await full.prints(/"event":"refused"/);
    await full.stop();
  }));

Deno.test("resolve serve --json --log: queries, and a connection that is rejected", async () => {
  const words = ["--port", "0", "--log", "--max-connections", "1", "--fault", "b.test=servfail", "a.test=192.0.2.1"];
  await using server = await Running.start(CHECK, "resolve serve", words);
  const address = await server.address();
  await json("resolve", ["--server", address, "--type", "A", "a.test", "b.test", "c.test"]);
  await server.prints(/"fault":"servfail"/);
  await server.prints(/"extendedErrors":\[\{"code":20,/);
  const [hostname = "", port] = address.split(":");
  using _first = await Deno.connect({ hostname, port: Number(port) });
  using _second = await Deno.connect({ hostname, port: Number(port) });
  await server.prints(/"event":"refused"/);
  await server.stop();
});

Deno.test("chat serve --json: clients that connect, register, leave and are rejected, what operators do, and files", () =>
  withFolder(async (folder) => {
    const operators = `${folder}/operators`;
    await Deno.writeTextFile(operators, "root:secret\n", { mode: 0o600 });
    await using server = await Running.start(CHECK, "chat serve", [
      "--port",
      "0",
      "--web",
      "127.0.0.1:0",
      "--files",
      `${folder}/files`,
      "--max-connections",
      "1",
      "--oper-file",
      operators,
      "--invite",
      "1h",
      "--invite-once",
    ]);
    const address = await server.address();
    const [, page = ""] = await server.prints(/"url":"(http:[^"]+)"/);
    const [, token = ""] = await server.prints(/"event":"invitation".*#invite=([\w-]{22})"/);
    {
      using ann = await RawIrc.open(address);
      await ann.say(`PASS ${token}`, "NICK ann", "USER ann 0 * :ann");
      await ann.hears(/ 001 /);
      await ann.say("OPER root secret");
      await server.prints(/"event":"moderated".*"action":"oper"/);
      await ann.say("UPLOAD");
      const [, , , , ticket = ""] = (await ann.hears(/ NOTE UPLOAD TICKET /)).split(" ");
      const headers = {
        "Authorization": `Bearer ${ticket}`,
        "Content-Disposition": "attachment; filename=a.txt",
      };
      const stored = await fetch(`${page}files`, { method: "POST", headers, body: "some text" });
      assertEquals([stored.status, await stored.text()], [201, ""]);
      await server.prints(/"event":"file".*"action":"stored".*"nick":"ann"/);
      using _ben = await RawIrc.open(address);
      await server.prints(/"event":"refused"/);
      await ann.say("QUIT :bye");
      await server.prints(/"event":"left"/);
    }
    await server.stop();
  }));

Deno.test("chat account --json: accounts that are added, banned and listed", () =>
  withFolder(async (folder) => {
    const env = { TOUCAN_PASSWORD: "correct horse" };
    const run = (action: string, ...more: readonly string[]) =>
      json("chat account", [action, `${folder}/chat.db`, ...more], { env });
    assertEquals((await run("add", "ann")).map(({ name }) => name), ["ann"]);
    await run("ban", "ann", "--for", "1h", "--reason", "spam");
    assertEquals((await run("list")).map(({ name, ban }) => [name, ban !== undefined]), [["ann", true]]);
  }));

Deno.test("chat invitation --json: an invitation that is added, listed and revoked", () =>
  withFolder(async (folder) => {
    const run = (action: string, ...more: readonly string[]) =>
      json("chat invitation", [action, `${folder}/chat.db`, ...more]);
    const [added] = await run("add", "--for", "1h", "--once");
    assertMatch(String(added?.token), /^[\w-]{22}$/);
    assertEquals((await run("list")).map(({ id, once, token }) => [id, once, token]), [[added?.id, true, undefined]]);
    assertEquals(await run("revoke", String(added?.id)), [{ id: added?.id }]);
    assertEquals(await run("list"), []);
  }));

Deno.test("chat import and export --json: a log of irssi with every event", () =>
  withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    const log = new URL("../data/chat/irssi.log", import.meta.url).pathname;
    const printed = await json("chat import", ["--channel", "#lobby", path, log, `${folder}/none`]);
    assertEquals(printed.map(({ added, error }) => [added, codeOf({ error })]), [[15, undefined], [
      undefined,
      "file-not-found",
    ]]);
    assertEquals((await json("chat export", [path])).length, 15);
  }));

Deno.test("chat join --json: every event", async () => {
  using server = scriptedIrc(async (scene) => {
    await scene.welcome();
    await scene.hears(/^JOIN/);
    await scene.say(
      ":ann!a@h JOIN #lobby",
      ":s 332 ann #lobby :a topic",
      ":s 353 ann = #lobby :@ann ben",
      ":s 366 ann #lobby :end",
      ":cleo!c@h JOIN #lobby",
      ":cleo!c@h PART #lobby :later",
      ":dan!d@h JOIN #lobby",
      ":dan!d@h QUIT :gone",
      ":ben!b@h NICK benny",
      ":ann!a@h MODE #lobby +o benny",
      ":benny!b@h TOPIC #lobby :another",
      ":benny!b@h PRIVMSG #lobby :hello",
      ":s MARKREAD #lobby timestamp=2026-01-01T00:00:00.000Z",
      ":eve!e@h JOIN #lobby",
      ":benny!b@h KICK #lobby eve :out",
      ":s 404 ann #lobby :Cannot send to channel",
    );
    await scene.hears(/^PRIVMSG #lobby :bye$/);
    scene.close();
  });
  await using member = await Running.start(CHECK, "chat join", ["--stay", `ann@${server.addr}`]);
  await member.prints(/"event":"kick"/);
  await member.types("bye\n");
  await member.prints(/"event":"disconnected"/);
  await member.stop();
  await using ours = serveChat("127.0.0.1:0");
  assert(ours.addr.transport === "tcp");
  await using bot = await Running.start(CHECK, "chat join", ["--commands", `bot@127.0.0.1:${ours.addr.port}`]);
  await bot.types("hello\n");
  await bot.prints(/"event":"rejected"/);
  await bot.stop();
});

/** Lists, saves and deletes a message by `mail read`, and asks for one that is not there. */
async function readAsJson(): Promise<void> {
  await using sink = await mailSink();
  const server = servePop3("127.0.0.1:0", sink.access);
  const html = { from: "ann@example.com", to: "ben@example.com", html: "<p>hi</p>", subject: "s" };
  await sendMail(sink.address, { ...html, attachments: [{ filename: "a.txt", content: "a" }] }, { tls: "none" });
  const words = [`pop3://ben:x@${server.address}`, "--tls", "none", "--auth-without-tls"];
  assertEquals((await json("mail read", words)).map(({ number }) => number), [1]);
  assertEquals((await json("mail read", [...words, "7"])).map(codeOf), ["no-such-message"]);
  await withFolder(async (folder) => {
    const save = ["--save", `${folder}/m.mbox`, "--as", "mbox", "--attachments", folder, "--delete"];
    const [message, deleted] = await json("mail read", [...words, ...save]);
    assertEquals([message?.text, message?.saved, deleted?.numbers], ["hi", `${folder}/m.mbox`, [1]]);
  });
  assertEquals(sink.store.count, 0);
}

Deno.test("mail --json: messages that the sink stores and rejects, and the result of each", async () => {
  await using sink = await Running.start(CHECK, "mail sink", [
    "--port",
    "0",
    "--smtp-only",
    "--starttls",
    "--refuse",
    "no@*",
    "--max-connections",
    "1",
  ]);
  const address = await sink.address();
  const words = ["-S", address, "--insecure", "-f", "ann@example.com", "--to", "ben@example.com"];
  const [report] = await json("mail send", words, { stdin: "body" });
  assertEquals([report?.accepted, report?.tls], [1, "nothing"]);
  const lines = '{"text":"one"}\n{"to":"none"}\n';
  assertEquals((await json("mail send", [...words, "--batch"], { stdin: lines })).map(codeOf).length, 2);
  const refused = ["-S", address, "--insecure", "-f", "ann@example.com", "--to", "no@example.com", "--text", "x"];
  assertEquals((await json("mail send", refused)).map((record) => record.accepted), [0]);
  const spool = await Deno.makeTempDir();
  const kept = [
    "-S",
    "127.0.0.1:9",
    "--tls",
    "none",
    "-f",
    "ann@example.com",
    "--to",
    "ben@example.com",
    "--text",
    "x",
    "--spool",
    spool,
  ];
  assertEquals((await json("mail send", kept)).map(({ state }) => state), ["kept"]);
  await Deno.remove(spool, { recursive: true });
  const direct = ["--mx", "--mx-port", "9", "-f", "ann@example.com", "--to", "ben@[127.0.0.1]", "--text", "x"];
  assertEquals((await json("mail send", direct)).map(({ domain, accepted }) => [domain, accepted]), [[
    "[127.0.0.1]",
    0,
  ]]);
  await sink.prints(/"event":"refused"/);
  await readAsJson();
  const [hostname = "", port] = address.split(":");
  using _first = await Deno.connect({ hostname, port: Number(port) });
  using _second = await Deno.connect({ hostname, port: Number(port) });
  await sink.prints(/"event":"fault"/);
  await sink.stop();
});

Deno.test("mail sink --json: a message that is released, and one that a webhook rejects", async () => {
  await using server = await mailSink({ refuse: ["no@*"] });
  await using hook = serveHttp("127.0.0.1:0", () => Promise.resolve({ status: 404 }));
  const words = [
    "--port",
    "0",
    "--web",
    "0",
    "--relay-to",
    server.address,
    "--relay-tls",
    "none",
    "--webhook",
    hook.url,
  ];
  await using sink = await Running.start(CHECK, "mail sink", words);
  const mail = { from: "ann@example.com", to: ["ben@example.com", "no@example.com"], text: "x" };
  await sendMail(await sink.address(), mail, { tls: "none" });
  const [, id] = await sink.prints(/"event":"mail","id":"([^"]*)"/);
  const [, inbox] = await sink.prints(/"url":"(http:[^"]*)"/);
  using response = await request(`${inbox}api/messages/${id}/release`, { method: "POST" });
  assertEquals(response.status, 200);
  await sink.prints(/"event":"released"/);
  await sink.prints(/"event":"unreported"/);
  await sink.stop();
});

Deno.test("mail --json: newsgroups, an article that is posted, and one that is refused", async () => {
  await using sink = await mailSink();
  await using server = serveNntp("127.0.0.1:0", sink.store.account().inbox, { post: sink.access.keep });
  const url = `nntp://${server.address}`;
  const article = ["-S", url, "--tls", "none", "-f", "a@example.com", "--newsgroup", "misc.test", "--text", "x"];
  assertEquals((await json("mail send", [...article, "-s", "hi"])).map(({ accepted }) => accepted), [1]);
  assertEquals((await json("mail send", article)).map(({ accepted }) => accepted), [0]);
  const groups = await json("mail read", [url, "--tls", "none"]);
  assertEquals(groups.map(({ newsgroup, high }) => [newsgroup, high]), [["misc.test", 1], ["toucan.inbox", 1]]);
  assertEquals((await json("mail read", [`${url}/misc.test`, "--tls", "none"])).map(({ subject }) => subject), ["hi"]);
});

/** Records that no call above prints, and where they are tested. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "lost": "tests/cmd/stalled_reader_test.ts",
  "network": "tests/interop/chat_network_tool_test.ts",
  "paused": "tests/lib/chat/history/paused_history_test.ts",
  "resumed": "tests/lib/chat/history/paused_history_test.ts",
};

Deno.test("--json: each record of each table was printed, and each verb with --json has a table", async () => {
  for (const command of await records()) {
    for (const [words, { options }] of verbsOf(command)) {
      if (!Object.hasOwn(options, "json")) continue;
      const path = [command.name, ...words].join(" ");
      const seen = CHECK.seen.get(path) ?? new Set();
      const missing = Object.keys(await tableOf(path)).filter((name) => !seen.has(name) && name !== "failure");
      assertEquals([path, missing.filter((name) => !Object.hasOwn(ELSEWHERE, name))], [path, []]);
    }
  }
});
