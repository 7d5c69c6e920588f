import { assert, assertEquals, assertMatch } from "@std/assert";
import * as toucan from "../../mod.ts";
import { withFolder } from "../kit/folder.ts";
import { freePort } from "../kit/port.ts";
import { ROOT, type RunningTool, runTool, startTool } from "../kit/tool.ts";

/** One line of the README's table of classic programs. */
interface Classic {
  readonly program: string;
  /** One command, or those of the server and the client. */
  readonly commands: readonly string[];
  /** The program with the library, line by line. */
  readonly code: readonly string[];
  /** The flags that the program runs with. */
  readonly flags: readonly string[];
}

const README = await Deno.readTextFile(`${ROOT}README.md`);

function classics(): Classic[] {
  const [, table = ""] = /^\| program \| command \| with the library \| flags \|\n.*\n((?:\|.*\n)+)/m.exec(README) ??
    [];
  return table.trim().split("\n").map((row) => {
    const [, program = "", ...cells] = row.split(/ ?\| ?/);
    const [commands = [], code = [], flags = []] = cells.map((cell) =>
      cell.split("<br>").flatMap((code) => /^`(.*)`$/.exec(code)?.[1] ?? [])
    );
    return { program, commands, code, flags };
  });
}

/** Expected results of a program. */
interface Check {
  /** Stdin of the client. */
  readonly stdin?: string;
  /** Its stdout. */
  readonly stdout: RegExp;
  /** A file that it creates, and its content. */
  readonly file?: readonly [name: string, content: RegExp];
  /** Further arguments of the server: its second port, for which the table uses the default. */
  readonly server?: readonly string[];
  /** Output of the program with the library. */
  readonly prints: RegExp;
}

const CHECKS: Readonly<Record<string, Check>> = {
  "look up a host": { stdout: /^(?:127\.0\.0\.1|::1)$/m, prints: /^(?:(?:127\.0\.0\.1|::1)\n)+$/ },
  "take a URL apart": { stdout: /^netloc\twww\.blogpost\.com:80$/m, prints: /^www\.blogpost\.com 80 \/index\.html\n$/ },
  "read a page": {
    stdout: /^<h1>hello<\/h1><img src="image\.png">$/,
    prints: /^<h1>hello<\/h1><img src="image\.png">\n$/,
  },
  "save a page, whole": {
    stdout: /^$|page\.html/,
    file: ["page.html", /src="data:image\/png;base64,iVBO/],
    prints: /^page\.html with 1 image\n$/,
  },
  "save an image": { stdout: /^$|image\.png/, file: ["image.png", /^.PNG/], prints: /^image\.png 70\n$/ },
  "TCP server and client": { stdin: "hello", stdout: /^$/, prints: /^hello ann\n$/ },
  "UDP server and client": { stdout: /^127\.0\.0\.1:\d+ {2}hello$/m, prints: /^127\.0\.0\.1:\d+ hello\n$/ },
  "file server and client": {
    stdout: /./,
    file: ["copy/page.txt", /^some text$/],
    prints: /^3 files, 114 bytes\n$/,
  },
  "two-way chat": {
    stdin: "hello",
    stdout: /ann.*hello/,
    server: ["--irc-only"],
    prints: /^ben reads good morning\nann reads good morning, ann\n$/,
  },
  "send a mail": { stdout: /./, server: ["--smtp-only"], prints: /^ben@example\.com .+\n$/ },
};

const PNG = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);

const PAGE = '<h1>hello</h1><img src="image.png">';

/** A site with a page and its image. */
function site(): toucan.HttpServer {
  return toucan.serveHttp(
    "127.0.0.1:0",
    ({ target }) =>
      target === "/image.png"
        ? { headers: { "Content-Type": "image/png" }, body: PNG }
        : { headers: { "Content-Type": "text/html" }, body: PAGE },
  );
}

/** Replaces the ports in the README. */
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
  // A server that also reads stdin has nothing to send.
  await server.process.stdin.close();
  return server;
}

const IMPORT = `import { ${Object.keys(toucan).join(", ")} } from "${new URL("mod.ts", `file://${ROOT}`)}";`;

/** Runs a program of the README with exactly these flags. */
async function runProgram(path: string, code: readonly string[], flags: readonly string[], cwd: string) {
  await Deno.writeTextFile(path, [IMPORT, ...code].join("\n"));
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-lock", "--quiet", "--no-prompt", ...flags, path],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  return { success, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Creates the folder in which the programs run: `site` has a page with an image, and a text. */
async function workplace(parent: string): Promise<string> {
  const folder = `${parent}/here`;
  await Deno.mkdir(`${folder}/site`, { recursive: true });
  await Deno.writeTextFile(`${folder}/site/index.html`, PAGE);
  await Deno.writeFile(`${folder}/site/image.png`, PNG);
  await Deno.writeTextFile(`${folder}/site/page.txt`, "some text");
  return folder;
}

/** Returns the flags without each one of the paths, hosts and flags. */
function fewer(flags: readonly string[]): string[][] {
  return flags.flatMap((flag, i) => {
    const [name = "", values] = flag.split("=");
    const parts = values?.split(",") ?? [];
    const without = [...flags.slice(0, i), ...flags.slice(i + 1)];
    if (parts.length < 2) return [without];
    return parts.map((_, left) => [...without, `${name}=${parts.filter((_, at) => at !== left).join(",")}`]);
  });
}

const PROGRAMS = classics();

Deno.test("README: the table has the ten classic programs", () => {
  assertEquals(PROGRAMS.map(({ program }) => program), Object.keys(CHECKS));
});

for (const { program, commands, code, flags } of PROGRAMS) {
  const check = CHECKS[program];
  if (!check) continue;
  const serves = commands.length > 1;

  Deno.test(`README: ${program}, command`, () =>
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

  Deno.test(`README: ${program}, library`, () =>
    withFolder(async (parent) => {
      const folder = await workplace(parent);
      const { stdout, stderr } = await runProgram(`${parent}/program.ts`, code, flags, folder);
      assertEquals(stderr, "");
      assertMatch(stdout, check.prints);
      await checkFile(folder, check);
      assert(code.length <= 10, "the classic programs have ten lines at most");
    }));

  Deno.test(`README: ${program}, library, needs all of its flags`, async () => {
    for (const less of fewer(flags)) {
      await withFolder(async (parent) => {
        const folder = await workplace(parent);
        const { success } = await runProgram(`${parent}/program.ts`, code, less, folder);
        assertEquals(success, false, less.join(" "));
      });
    }
  });
}

Deno.test("README: the library programs have no type errors", () =>
  withFolder(async (folder) => {
    const files = await Promise.all(PROGRAMS.map(async ({ code }, i) => {
      const path = `${folder}/${i}.ts`;
      await Deno.writeTextFile(path, [IMPORT, ...code].join("\n"));
      return path;
    }));
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--no-config", "--no-lock", "--quiet", "--unstable-net", ...files],
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
  }));
