import { assertEquals, assertMatch } from "@std/assert";
import { readLines } from "../../../lib/core/mod.ts";
import { sendDatagrams } from "../../../mod.ts";
import { freeUdpPort } from "../../kit/port.ts";
import { withFolder } from "../../kit/folder.ts";
import { ROOT } from "../../kit/tool.ts";

/** A call of the library, and the flags with which its documentation says that it works. */
interface Row {
  readonly call: string;
  readonly flags: readonly string[];
  /** The body of a module in which everything that the library exports is there; what it prints is the result. */
  readonly code: string;
  readonly prints: string;
  /** Runs in a process of its own with all permissions, and prints the port that the code finds as `port`. */
  readonly server?: string;
  /** Ways to leave something out, each with which the call has to fail: that it names no more than it needs. */
  readonly without?: readonly string[];
}

const PAGE = `serveHttp("127.0.0.1:0", ({ target }) => target === "/a.svg" ? { body: "<svg/>" } : ` +
  `{ headers: { "Content-Type": "text/html" }, body: "<img src=a.svg>" })`;
const FILES =
  `(Deno.mkdirSync("from"), Deno.writeTextFileSync("from/a.txt", "hello"), serveFiles("from", "127.0.0.1:0"))`;
const WEB = "--allow-net=127.0.0.1:$PORT";

const ROWS: readonly Row[] = [
  { call: "parseUrl", flags: [], code: `console.log(parseUrl("http://a.example/b?c#d").query)`, prints: "c" },
  {
    call: "lookup",
    flags: ["--allow-net=localhost"],
    code: `console.log((await lookup("localhost", { family: 4 }))[0].address)`,
    prints: "127.0.0.1",
  },
  {
    call: "resolve",
    flags: ["--allow-net=localhost"],
    code: `for await (const { answers } of resolve("localhost", { family: 4 })) console.log(answers[0].data)`,
    prints: "127.0.0.1",
  },
  {
    call: "addressesOf",
    flags: ["--allow-net=localhost"],
    code: `console.log((await addressesOf("localhost", { family: 4 })).answers[0].data)`,
    prints: "127.0.0.1",
  },
  {
    call: "query",
    flags: ["--unstable-net", "--allow-net=127.0.0.1:$PORT,127.0.0.1:0"],
    server: `answering({ "a.test.": { A: [{ data: "192.0.2.1" }] } })`,
    code: `const config = serverConfig(["127.0.0.1:" + port]);
      console.log((await query("a.test.", "A", { config })).answers[0].data)`,
    prints: "192.0.2.1",
  },
  {
    call: "validate",
    flags: ["--unstable-net", "--allow-net=127.0.0.1:$PORT,127.0.0.1:0"],
    server: `answering({ "a.test.": { A: [{ data: "192.0.2.1" }] } })`,
    code: `console.log((await validate("a.test.", "A", { servers: ["127.0.0.1:" + port] })).status)`,
    prints: "bogus",
  },
  {
    call: "compareServers",
    flags: ["--unstable-net", "--allow-net=127.0.0.1:$PORT,127.0.0.1:0"],
    server: `answering({ "a.test.": { A: [{ data: "192.0.2.1" }] } })`,
    code: `const servers = ["127.0.0.1:" + port];
      console.log((await compareServers("a.test.", "A", { servers })).groups[0].answers[0].data)`,
    prints: "192.0.2.1",
  },
  {
    call: "traceDelegation",
    flags: ["--unstable-net", "--allow-net"],
    server: `answering({ "a.test.": { A: [{ data: "192.0.2.1" }] } })`,
    code: `const root = [{ name: "root.test.", addresses: ["127.0.0.1"] }];
      console.log((await traceDelegation("a.test.", "A", { root, port: Number(port) })).answers[0].data)`,
    prints: "192.0.2.1",
  },
  {
    call: "resolve, at a server",
    flags: ["--unstable-net", "--allow-net=127.0.0.1:$PORT,127.0.0.1:0"],
    server: `answering({ "a.test.": { A: [{ data: "192.0.2.1" }] } })`,
    code:
      `for await (const { answers } of resolve("a.test.", { server: "127.0.0.1:" + port })) console.log(answers[0].data)`,
    prints: "192.0.2.1",
  },
  {
    call: "answering",
    flags: ["--unstable-net", "--allow-net=127.0.0.1"],
    code: `await using server = answering({}); console.log(server.addr.hostname)`,
    prints: "127.0.0.1",
  },
  {
    call: "listen and connect",
    flags: ["--allow-net=127.0.0.1"],
    code: `await using server = listen("127.0.0.1:0", { onConnection: async (c) => c.write(await c.text()) });
      await using connection = await connect(server.addr);
      await connection.send("hello");
      await connection.closeWrite();
      console.log(await connection.text())`,
    prints: "hello",
  },
  {
    call: "listen, at a free port",
    flags: ["--allow-net=127.0.0.1:0"],
    code: `await using server = listen("127.0.0.1:0"); console.log(server.addr.hostname)`,
    prints: "127.0.0.1",
    without: ["--allow-net=127.0.0.1:1"],
  },
  {
    call: "connect, by name",
    flags: ["--allow-net=localhost:$PORT"],
    server: `listen("127.0.0.1:0", { onConnection: (connection) => connection.write("hello") })`,
    code: "await using connection = await connect(`localhost:${port}`); console.log(await connection.text())",
    prints: "hello",
    without: ["--allow-net=localhost:1"],
  },
  {
    call: "dial, a unix socket",
    flags: ["--allow-net=unix:$FOLDER/socket", "--allow-read=socket", "--allow-write=socket"],
    server: `listen("unix:socket", { onConnection: (connection) => connection.write("hello") })`,
    code: "using connection = await dial(`unix:socket`); console.log(await connection.read(new Uint8Array(9)))",
    prints: "5",
  },
  {
    call: "echoDatagrams and sendDatagrams",
    flags: ["--unstable-net", "--allow-net=127.0.0.1"],
    code: `await using server = await echoDatagrams("127.0.0.1:0");
      const { received } = await sendDatagrams(server.addr, { payloads: ["hello"], wait: 5000 });
      console.log(received[0].text)`,
    prints: "hello",
  },
  {
    call: "sendDatagrams",
    flags: ["--unstable-net", "--allow-net=127.0.0.1:$PORT,127.0.0.1:0"],
    server: `await listenDatagrams("127.0.0.1:0", { answer: ({ text }) => text.toUpperCase() })`,
    code: "console.log((await sendDatagrams(`127.0.0.1:${port}`, { payloads: 'hello', wait: 5000 })).received[0].text)",
    prints: "HELLO",
    without: ["--allow-net=127.0.0.1:0", "--allow-net=127.0.0.1:$PORT"],
  },
  {
    call: "request and follow",
    flags: [WEB],
    server: PAGE,
    code: "console.log(await (await request(`http://127.0.0.1:${port}/a.svg`)).text(), " +
      "await (await follow(`http://127.0.0.1:${port}/a.svg`)).text())",
    prints: "<svg/> <svg/>",
    without: ["--allow-net=127.0.0.1:1"],
  },
  {
    call: "download, to a file",
    flags: [WEB, "--allow-read=a.svg,a.svg.part", "--allow-write=a.svg,a.svg.part"],
    server: PAGE,
    code: "console.log((await download(`http://127.0.0.1:${port}/a.svg`, { file: 'a.svg' })).file)",
    prints: "a.svg",
    without: ["--allow-write=a.svg", "--allow-read=a.svg"],
  },
  {
    call: "download, to a file whose folder is missing",
    flags: [WEB, "--allow-read=new", "--allow-write=new"],
    server: PAGE,
    code: "console.log((await savePage(`http://127.0.0.1:${port}/`, { file: 'new/page.html' })).file)",
    prints: "new/page.html",
  },
  {
    call: "download, to be resumed",
    flags: [
      WEB,
      "--allow-read=a.svg,a.svg.part,a.svg.part.json",
      "--allow-write=a.svg,a.svg.part,a.svg.part.json",
    ],
    server: PAGE,
    code: "console.log((await download(`http://127.0.0.1:${port}/a.svg`, { file: 'a.svg' }, { resume: true })).file)",
    prints: "a.svg",
  },
  {
    call: "download, into a folder",
    flags: [WEB, "--allow-read=folder", "--allow-write=folder"],
    server: PAGE,
    code: "console.log((await download(`http://127.0.0.1:${port}/a.svg`, { folder: 'folder' })).file)",
    prints: "folder/a.svg",
  },
  {
    call: "download, to a stream",
    flags: [WEB],
    server: PAGE,
    code: `const { readable, writable } = new TransformStream();
      const [text] = await Promise.all([
        new Response(readable).text(),
        download("http://127.0.0.1:" + port + "/a.svg", { sink: writable }),
      ]);
      console.log(text)`,
    prints: "<svg/>",
  },
  {
    call: "savePage",
    flags: [WEB, "--allow-read=page.html,page.html.part", "--allow-write=page.html,page.html.part"],
    server: PAGE,
    code: "console.log((await savePage(`http://127.0.0.1:${port}/`, { file: 'page.html' })).inlined)",
    prints: "1",
    without: ["--allow-write=page.html", "--allow-read=page.html"],
  },
  {
    call: "saveImages",
    flags: [WEB, "--allow-read=pictures", "--allow-write=pictures"],
    server: PAGE,
    code: "for await (const { file } of saveImages(`http://127.0.0.1:${port}/`, 'pictures')) console.log(file)",
    prints: "pictures/a.svg",
  },
  {
    call: "serveHttp",
    flags: ["--allow-net=127.0.0.1:0"],
    code: `await using server = serveHttp("127.0.0.1:0", () => ({ body: "" })); console.log(server.addr.hostname)`,
    prints: "127.0.0.1",
  },
  {
    call: "serveFiles",
    flags: ["--allow-net=127.0.0.1", "--allow-read=."],
    code: `await using server = serveFiles(".", "127.0.0.1:0");
      console.log((await list(server.url)).entries.length)`,
    prints: "0",
  },
  {
    call: "getTree and list",
    flags: [WEB, "--allow-read=copy", "--allow-write=copy"],
    server: FILES,
    code: "const url = `http://127.0.0.1:${port}/`; " +
      "console.log((await list(url)).entries.length, (await getTree(url, 'copy')).moved)",
    prints: "1 1",
  },
  {
    call: "putTree",
    flags: [WEB, "--allow-read=from"],
    server: `(Deno.mkdirSync("to"), Deno.mkdirSync("from"), Deno.writeTextFileSync("from/a.txt", "hello"),
      serveFiles("to", "127.0.0.1:0", { upload: true }))`,
    code: "console.log((await putTree(['from'], `http://127.0.0.1:${port}/`)).moved)",
    prints: "1",
  },
  {
    call: "serveChat and joinChat",
    flags: ["--allow-net=127.0.0.1"],
    code: `await using server = serveChat("127.0.0.1:0");
      await using ann = joinChat(server.addr, { nick: "ann" });
      await ann.ready;
      console.log(ann.nick)`,
    prints: "ann",
  },
  {
    call: "joinChat",
    flags: ["--allow-net=localhost:$PORT"],
    server: `serveChat("127.0.0.1:0")`,
    code: "await using ann = joinChat(`localhost:${port}`, { nick: 'ann' }); await ann.ready; console.log(ann.nick)",
    prints: "ann",
  },
  {
    call: "serveChatPage",
    flags: ["--allow-net=127.0.0.1:0"],
    code: `await using chat = serveChat("127.0.0.1:0");
      await using page = serveChatPage(chat, "127.0.0.1:0");
      console.log(page.addr.hostname)`,
    prints: "127.0.0.1",
  },
  {
    call: "mailSink, mailInbox and sendMail",
    flags: ["--allow-net=127.0.0.1"],
    code: `await using sink = await mailSink();
      await using inbox = mailInbox(sink.store);
      const mail = { from: "ann@example.com", to: "ben@example.com", text: "hello" };
      console.log((await sendMail(sink.addr, mail, { tls: "none" })).accepted, inbox.addr.hostname)`,
    prints: "1 127.0.0.1",
  },
  {
    call: "sendMail",
    flags: ["--allow-net=localhost:$PORT", "--allow-read=letter.txt"],
    server: `(Deno.writeTextFileSync("letter.txt", "dear ben"), await mailSink())`,
    code: `const attachments = [{ path: "letter.txt" }];
      const mail = { from: "ann@example.com", to: "ben@example.com", text: "hello", attachments };
      console.log((await sendMail("localhost:" + port, mail, { tls: "none" })).accepted)`,
    prints: "1",
    without: ["--allow-read=other.txt"],
  },
  {
    call: "saveMail",
    flags: ["--allow-read=mail.eml,mail.eml.part", "--allow-write=mail.eml,mail.eml.part"],
    code: `const mail = { from: "ann@example.com", to: "ben@example.com", text: "hello" };
      await saveMail(await buildMail(mail), "mail.eml");
      console.log((await Deno.readTextFile("mail.eml")).includes("ben@example.com"))`,
    prints: "true",
  },
  {
    call: "mailSink, with a maildir",
    flags: ["--allow-net=127.0.0.1", "--allow-read=maildir", "--allow-write=maildir"],
    code: `await using sink = await mailSink({ directory: "maildir" });
      const mail = { from: "ann@example.com", to: ["ben@example.com"], text: "hello" };
      await sendMail(sink.address, mail, { tls: "none" });
      console.log(sink.store.count)`,
    prints: "1",
  },
  {
    call: "serveChat, with a history",
    flags: [
      "--allow-net=127.0.0.1",
      ...["read", "write"].map((name) => `--allow-${name}=chat.db,chat.db-wal,chat.db-shm,chat.db-journal`),
    ],
    code: `await using server = serveChat("127.0.0.1:0", { history: "chat.db" });
      await using ann = joinChat(server.addr, { nick: "ann", channels: ["#lobby"] });
      await ann.ready;
      await ann.say("#lobby", "hello");
      console.log("said")`,
    prints: "said",
  },
];

const IMPORT = `import * as toucan from "${new URL("mod.ts", `file://${ROOT}`)}";\n` +
  `const { ${Object.keys(await import("../../../mod.ts")).join(", ")} } = toucan;\n`;

/** Runs a module with these flags and no configuration. */
function run(folder: string, name: string, code: string, flags: readonly string[]): Deno.Command {
  const path = `${folder}/../${name}.ts`;
  Deno.writeTextFileSync(path, code);
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-lock", "--no-check", "--quiet", "--no-prompt", ...flags, path],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.includes("\n")) break;
  }
  return text.trim();
}

for (const { call, flags, code, prints, server, without = [] } of ROWS) {
  Deno.test(`permissions: ${call} works with the flags that its documentation names`, () =>
    withFolder(async (parent) => {
      const folder = `${parent}/here`;
      Deno.mkdirSync(folder);
      const serving = server &&
        run(
          folder,
          "server",
          `${IMPORT}const server = ${server};\nconsole.log(server.port ?? server.addr.port ?? 0);`,
          ["--allow-all", "--unstable-net"],
        ).spawn();
      try {
        const port = serving ? await firstLine(serving.stdout) : "0";
        const outcome = async (flags: readonly string[]) => {
          const given = flags.map((flag) => flag.replaceAll("$PORT", port).replaceAll("$FOLDER", folder));
          const child = run(folder, "client", `${IMPORT}const port = ${port};\n${code};`, given);
          const { stdout, stderr } = await child.output();
          return new TextDecoder().decode(stdout).trim() || new TextDecoder().decode(stderr);
        };
        for (const less of without) {
          const kind = less.replace(/=.*/, "");
          const said = await outcome(flags.map((flag) => flag.startsWith(kind) ? less : flag));
          assertEquals(/permission|net access/.test(said), true, `${less}: ${said}`);
        }
        assertEquals(await outcome(flags), prints);
      } finally {
        if (serving) {
          serving.kill("SIGKILL");
          await Promise.all([serving.status, serving.stderr.cancel()]);
        }
      }
    }));
}

for (
  const [name, serves] of Object.entries({
    echoDatagrams: "{}",
    listenDatagrams: `{ answer: ({ text }) => text }`,
  })
) {
  Deno.test(`permissions: ${name} says so when the sandbox denies its replies`, () =>
    withFolder(async (parent) => {
      const folder = `${parent}/here`;
      Deno.mkdirSync(folder);
      const port = freeUdpPort();
      const code = `${IMPORT}const server = await ${name}("127.0.0.1:${port}", ${serves});
        console.log("ready");
        await server.finished.catch(({ code, message, hint }) => console.log(code, message, hint));`;
      const flags = ["--unstable-net", `--allow-net=127.0.0.1:${port}`];
      const server = run(folder, "server", code, flags).spawn();
      const lines = readLines(server.stdout);
      try {
        assertEquals((await lines.next()).value?.text, "ready");
        await sendDatagrams(`127.0.0.1:${port}`, { payloads: ["hello"] });
        assertMatch(
          (await lines.next()).value?.text ?? "",
          /^permission-missing cannot reply to 127\.0\.0\.1:\d+: the sandbox denies .*--allow-net=127\.0\.0\.1$/,
        );
        assertEquals((await server.status).success, true);
      } finally {
        await Promise.all([lines.return(undefined), server.stderr.cancel()]);
      }
    }));
}
