import { assert, assertEquals, assertMatch } from "@std/assert";
import * as toucan from "../../mod.ts";
import { withFolder } from "../kit/folder.ts";
import { freePort } from "../kit/port.ts";
import { ROOT, type RunningTool, runTool, startTool, TARGET } from "../kit/tool.ts";

/** A program of the course. */
interface Classic {
  readonly program: string;
  /** One command, or those of the server and the client. */
  readonly commands: readonly string[];
  /** The program with the library, line by line. */
  readonly code: readonly string[];
  /** The flags that the program runs with. */
  readonly flags: readonly string[];
}

const COURSE = await Deno.readTextFile(`${ROOT}lib/tour/course.md`);

/** Returns the sections of the course that have a program with the library. */
function classics(): Classic[] {
  return COURSE.split(/^## /m).flatMap((section) => {
    const [, code] = /^```ts ignore\n([^]*?)^```$/m.exec(section) ?? [];
    if (code === undefined) return [];
    const [program = ""] = section.split("\n");
    const commands = [...section.matchAll(/^\$ (?:echo [^|]*\| )?(toucan .*)$/gm)].map(([, command = ""]) => command);
    const [, flags = ""] = /^Flags: ([^]*?)\n\n/m.exec(section) ?? [];
    return [{
      program,
      commands,
      code: code.trimEnd().split("\n"),
      flags: [...flags.matchAll(/`([^`]*)`/g)].map(([, flag = ""]) => flag),
    }];
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
  /** Output of the program with the library. */
  readonly prints: RegExp;
}

const CHECKS: Readonly<Record<string, Check>> = {
  "Look up a host": { stdout: /^(?:127\.0\.0\.1|::1)$/m, prints: /^(?:(?:127\.0\.0\.1|::1)\n)+$/ },
  "Take a URL apart": { stdout: /^netloc\twww\.blogpost\.com:80$/m, prints: /^www\.blogpost\.com 80 \/index\.html\n$/ },
  "Read a page": {
    stdout: /^<h1>hello<\/h1><img src="image\.svg">$/,
    prints: /^<h1>hello<\/h1><img src="image\.svg">\n$/,
  },
  "Save a page, whole": {
    stdout: /^page\.html\n$/,
    file: ["page.html", /src="data:image\/svg\+xml;base64,PHN2/],
    prints: /^page\.html with 1 image\n$/,
  },
  "Save an image": { stdout: /^image\.svg\n$/, file: ["image.svg", /^<svg/], prints: /^image\.svg 74\n$/ },
  "TCP server and client": { stdin: "hello", stdout: /^$/, prints: /^hello ann\n$/ },
  "UDP server and client": { stdout: /^127\.0\.0\.1:\d+ {2}hello$/m, prints: /^127\.0\.0\.1:\d+ hello\n$/ },
  "File server and client": {
    stdout: /^3 files \(118 B\)\n$/,
    file: ["copy/page.txt", /^some text$/],
    prints: /^3 files, 118 bytes\n$/,
  },
  "Two-way chat": {
    stdin: "hello",
    stdout: /ann.*hello/,
    prints: /^ben reads good morning\nann reads good morning, ann\n$/,
  },
  "Send a mail": { stdout: /^accepted +ben@example\.com /, prints: /^ben@example\.com .+\n$/ },
};

const IMAGE = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="50" fill="teal"/></svg>';
const PAGE = '<h1>hello</h1><img src="image.svg">';

/** Replaces the ports of the course. */
function onPort(text: string, port: number): string {
  return text.replace(/\b(?:8000|9000|6667|1025)\b/g, String(port));
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

async function startServer(command: string, port: number, cwd: string): Promise<RunningTool> {
  const [tool, ...args] = words(onPort(command, port));
  // The folder that the course serves has a default port.
  const more = tool === "file" && !args.includes("--port") ? ["--port", String(port)] : [];
  const server = await startTool(tool, [...args, ...more], { cwd });
  await server.stderrMatch(/listening on|127\.0\.0\.1:\d+/);
  // A server that also reads stdin has nothing to send.
  await server.process.stdin.close();
  return server;
}

const IMPORT = `import { ${Object.keys(toucan).join(", ")} } from "${new URL("mod.ts", `file://${ROOT}`)}";`;

/** Runs a program of the course with exactly these flags. */
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
  await Deno.writeTextFile(`${folder}/site/image.svg`, IMAGE);
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

Deno.test("course: it has the ten classic programs", () => {
  assertEquals(PROGRAMS.map(({ program }) => program), Object.keys(CHECKS));
});

for (const { program, commands, code, flags } of PROGRAMS) {
  const check = CHECKS[program];
  if (!check) continue;

  Deno.test(`course: ${program}, command`, () =>
    withFolder(async (parent) => {
      const folder = await workplace(parent);
      const [first = "", second] = commands;
      const port = freePort();
      await using _server = second === undefined ? undefined : await startServer(first, port, folder);
      const [tool, ...args] = words(onPort(second ?? first, port));
      const { code, stdout, stderr } = await runTool(tool, args, { cwd: folder, stdin: check.stdin ?? "" });
      assertEquals(code, 0, stderr);
      assertMatch(stdout, check.stdout);
      await checkFile(folder, check);
    }));

  // The library is the same for each target.
  if (TARGET !== "source") continue;

  Deno.test(`course: ${program}, library`, () =>
    withFolder(async (parent) => {
      const folder = await workplace(parent);
      const { stdout, stderr } = await runProgram(`${parent}/program.ts`, code, flags, folder);
      assertEquals(stderr, "");
      assertMatch(stdout, check.prints);
      await checkFile(folder, check);
      assert(code.length <= 10, "the classic programs have ten lines at most");
    }));

  Deno.test(`course: ${program}, library, needs all of its flags`, async () => {
    for (const less of fewer(flags)) {
      await withFolder(async (parent) => {
        const folder = await workplace(parent);
        const { success } = await runProgram(`${parent}/program.ts`, code, less, folder);
        assertEquals(success, false, less.join(" "));
      });
    }
  });
}

Deno.test({
  name: "course: the library programs have no type errors",
  ignore: TARGET !== "source",
  fn: () =>
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
    }),
});
