import { assert, assertEquals, assertMatch } from "@std/assert";
import * as toucan from "../../mod.ts";
import { withFolder } from "../kit/folder.ts";
import { freePort } from "../kit/port.ts";
import { says } from "../kit/streams.ts";
import { ROOT, type RunningTool, runTool, startTool } from "../kit/tool.ts";

/** One line of the README's table of classic programs. */
interface Classic {
  readonly program: string;
  /** One command, or that of the server and that of the client. */
  readonly commands: readonly string[];
  /** The same as calls of the library. */
  readonly calls: readonly string[];
}

const README = await Deno.readTextFile(`${ROOT}README.md`);

function classics(): Classic[] {
  const [, table = ""] = /^\| program \| command \| library call \|\n.*\n((?:\|.*\n)+)/m.exec(README) ?? [];
  return table.trim().split("\n").map((row) => {
    const [, program = "", commands = "", calls = ""] = row.split(/ ?\| ?/);
    const codes = (cell: string) => cell.split("<br>").map((code) => code.replace(/^`(.*)`$/, "$1"));
    return { program, commands: codes(commands), calls: codes(calls) };
  });
}

/** What is to be seen of a program. */
interface Check {
  /** What the client reads from stdin. */
  readonly stdin?: string;
  /** What it writes to stdout. */
  readonly stdout: RegExp;
  /** A file that it leaves behind, and what is in it. */
  readonly file?: readonly [name: string, content: RegExp];
  /** What the server needs beside what the table shows: its second port, which the table leaves at its default. */
  readonly server?: readonly string[];
  /** What the call of the library has given is right. */
  readonly result: (value: unknown) => Promise<void> | void;
}

const has = (part: string) => (value: unknown) => assertMatch(JSON.stringify(value), new RegExp(part));
const CHECKS: Readonly<Record<string, Check>> = {
  "look up a host": { stdout: /^(?:127\.0\.0\.1|::1)$/m, result: has("127\\.0\\.0\\.1|::1") },
  "take a URL apart": {
    stdout: /^netloc\twww\.blogpost\.com:80$/m,
    result: (value) => assertEquals(value instanceof toucan.Url && [value.host, value.port], ["www.blogpost.com", 80]),
  },
  "read a page": { stdout: /^<h1>hello<\/h1><img src="image\.png">$/, result: has('"bytes":\\d') },
  "save a page, whole": {
    stdout: /^$|page\.html/,
    file: ["page.html", /src="data:image\/png;base64,iVBO/],
    result: has("page\\.html"),
  },
  "save an image": { stdout: /^$|image\.png/, file: ["image.png", /^.PNG/], result: has("image\\.png") },
  "TCP server and client": { stdin: "hello", stdout: /^$/, result: has('"bytesOut":5') },
  "UDP server and client": { stdout: /^127\.0\.0\.1:\d+ {2}hello$/m, result: has('"replies":1') },
  "file server and client": {
    stdout: /./,
    file: ["copy/page.txt", /^some text$/],
    result: has('"moved":[1-9]'),
  },
  "two-way chat": { stdin: "hello", stdout: /ann.*hello/, server: ["--irc-only"], result: joined },
  "send a mail": { stdout: /./, server: ["--smtp-only"], result: has("ben@example\\.com") },
};

/** Resolves when a member is in the chat. */
async function joined(value: unknown): Promise<void> {
  assert(typeof value === "object" && value !== null && "ready" in value && value.ready instanceof Promise);
  await value.ready;
}

const PNG = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);

/** A site with a page and its image. */
function site(): toucan.HttpServer {
  return toucan.serveHttp(
    toucan.parseAddress("127.0.0.1:0", { anyPort: true }),
    ({ target }) =>
      target === "/image.png"
        ? { headers: { "Content-Type": "image/png" }, body: PNG }
        : { headers: { "Content-Type": "text/html" }, body: '<h1>hello</h1><img src="image.png">' },
  );
}

/** Puts other ports in the place of those that the README shows. */
function onPorts(text: string, sitePort: number, ownPort: number, serves: boolean): string {
  return text.replace(
    /\b(?:8000|9000|6667|1025)\b/g,
    (port) => String(port === "8000" && !serves ? sitePort : ownPort),
  );
}

async function checkFile(folder: string, { file }: Check): Promise<void> {
  if (!file) return;
  const bytes = await Deno.readFile(`${folder}/${file[0]}`);
  assertMatch(new TextDecoder("latin1").decode(bytes), file[1]);
}

function words(command: string): [tool: string, ...args: string[]] {
  const [program, tool = "", ...args] = command.split(" ");
  assertEquals(program, "toucan");
  return [tool, ...args];
}

async function startServer(command: string, check: Check, cwd: string): Promise<RunningTool> {
  const [tool, ...args] = words(command);
  const server = await startTool(tool, [...args, ...check.server ?? []], { cwd });
  await server.stderrMatch(/listening on|127\.0\.0\.1:\d+/);
  // A server that talks has nothing to say.
  await server.process.stdin.close();
  return server;
}

/** Evaluates a call of the library as the README shows it, in a folder. */
async function call(code: string, folder: string): Promise<unknown> {
  const scope = { ...toucan, input: says(["hello"]), payloads: [new TextEncoder().encode("hello")] };
  const inFolder = code.replace(/(file: |getTree\("[^"]*", |serveFiles\()"([^"]*)"/g, `$1"${folder}/$2"`);
  const run = new Function(...Object.keys(scope), `return (${inFolder});`);
  return await run(...Object.values(scope));
}

const PROGRAMS = classics();

Deno.test("README: its table has the ten classic programs", () => {
  assertEquals(PROGRAMS.map(({ program }) => program), Object.keys(CHECKS));
});

for (const { program, commands, calls } of PROGRAMS) {
  const check = CHECKS[program];
  if (!check) continue;
  const serves = commands.length > 1;

  Deno.test(`README: ${program}, by its command`, () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/page.txt`, "some text");
      await using web = site();
      const [first = "", second] = commands;
      const port = freePort();
      const ready = (text: string) => onPorts(text, web.port ?? 0, port, serves);
      await using _server = serves ? await startServer(ready(first), check, folder) : undefined;
      const [tool, ...args] = words(ready(second ?? first));
      const { code, stdout, stderr } = await runTool(tool, args, { cwd: folder, stdin: check.stdin ?? "" });
      assertEquals(code, 0, stderr);
      assertMatch(stdout, check.stdout);
      await checkFile(folder, check);
    }));

  Deno.test(`README: ${program}, by its call`, () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/page.txt`, "some text");
      await using web = site();
      const port = freePort();
      const ready = (text: string) => onPorts(text, web.port ?? 0, port, serves);
      const [first = "", second] = calls;
      if (second === undefined) await check.result(await call(ready(first), folder));
      else {
        await using server = await call(ready(first), folder) as AsyncDisposable;
        assert(server);
        const result = await call(ready(second), folder);
        await check.result(result);
        if (typeof result === "object" && result !== null && Symbol.asyncDispose in result) {
          await (result as AsyncDisposable)[Symbol.asyncDispose]();
        }
      }
      await checkFile(folder, check);
    }));
}
