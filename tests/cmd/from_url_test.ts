import { assert, assertEquals, assertMatch, fail } from "@std/assert";
import { executableName, records, verbsOf } from "../../scripts/records.ts";
import { withFolder } from "../kit/folder.ts";
import { ROOT, TARGET, watch } from "../kit/tool.ts";

/** A site with only the sources of this checkout. */
function sources(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (!/^\/(?:(?:cmd|lib)\/[\w./-]+\.ts|deno\.json)$/.test(pathname)) return new Response(null, { status: 404 });
    const type = pathname.endsWith(".ts") ? "application/typescript" : "application/json";
    const text = await Deno.readTextFile(ROOT + pathname.slice(1)).catch(() => undefined);
    return text === undefined
      ? new Response(null, { status: 404 })
      : new Response(text, { headers: { "content-type": type } });
  });
}

/** Arguments of a client, and its output on stdout or stderr. */
interface Client {
  readonly words: readonly string[];
  readonly prints: RegExp;
}

/** Arguments of a server; it has to print that it listens, and to exit with 0 at a signal. */
interface Server {
  readonly serves: readonly string[];
}

const NOWHERE = "no-such-name.invalid";
const MAIL = ["-f", "a@example.com", "--to", "b@example.com", "--text", "x"];

/** A command line for each tool and each verb, including those that need an unstable API. */
const WORK: Readonly<Record<string, Client | Server>> = {
  "url": { words: ["--get", "{host}", "http://www.example.com/x"], prints: /^www\.example\.com\n$/ },
  "resolve": {
    words: ["--server", "127.0.0.1:9", "--attempts", "1", "--timeout", "100ms", "--type", "A", "example.com"],
    prints: /^toucan resolve: no answer .*127\.0\.0\.1:9/,
  },
  "get": { words: ["--retries", "0", `http://${NOWHERE}/`], prints: /^toucan get: cannot .*no-such-name\.invalid.*\n/ },
  "file serve": { serves: ["--port", "0"] },
  "file get": { words: [`http://${NOWHERE}/`], prints: /^toucan file: cannot .*no-such-name\.invalid/ },
  "file put": { words: [".", `http://${NOWHERE}/`], prints: /cannot .*no-such-name\.invalid/ },
  "file ls": { words: [`http://${NOWHERE}/`], prints: /^toucan file: cannot .*no-such-name\.invalid/ },
  "tcp connect": { words: [`${NOWHERE}:1`], prints: /^toucan tcp: cannot look up no-such-name\.invalid/ },
  "tcp listen": { serves: ["--tls", "--dump", "dump.txt", "0"] },
  "tcp check": { words: ["127.0.0.1:9"], prints: /^127\.0\.0\.1:9 +refused/m },
  "udp send": { words: ["--json", "--data", "x", "127.0.0.1:9"], prints: /^\{"event":"sent",/ },
  "udp listen": { serves: ["0"] },
  "udp echo": { serves: ["0"] },
  "chat serve": { serves: ["--port", "0", "--web", "0", "--history", "chat.db"] },
  "chat join": { words: [NOWHERE], prints: /no-such-name\.invalid/ },
  "mail send": { words: ["-S", NOWHERE, ...MAIL], prints: /no-such-name\.invalid/ },
  "mail sink": { serves: ["--port", "0", "--web", "0", "--dir", "mail"] },
  "toucan": { words: ["udp", "send", "--json", "--data", "x", "127.0.0.1:9"], prints: /^\{"event":"sent",/ },
  "toucan tour": { words: ["--json"], prints: /"tool":"udp",.*"ok":true/ },
};

/** Returns the command under PERMISSIONS in a man page, with the site in place of `HOST`. */
function printedCommand(page: string, site: string): string {
  const [, source = fail(page)] = /^\.SH PERMISSIONS\n[^]*?^\.na\n([^]*?)^\.ad$/m.exec(page) ?? [];
  const command = source.replaceAll("\\:\\c\n", "").split("\n.br\n")
    .map((line) => line.trim().replaceAll("\n", " ").replaceAll("\\-", "-").replaceAll("\\e", "\\")).join("\n");
  assertMatch(command, /^deno run --no-prompt \\\n/);
  return command.replace("https://HOST", site);
}

/** Runs a printed command in a shell, with further arguments. */
function start(command: string, words: readonly string[], folder: string) {
  const script = `${command.trim().replace(/^deno run/, 'exec "$DENO" run --quiet')} "$@"`;
  return watch(
    new Deno.Command("sh", {
      args: ["-c", script, "sh", ...words],
      cwd: `${folder}/here`,
      env: { DENO: Deno.execPath(), DENO_DIR: `${folder}/cache`, NO_COLOR: "1" },
      ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
    }).spawn(),
  );
}

async function run(command: string, words: readonly string[], folder: string) {
  await using tool = start(command, words, folder);
  await tool.process.stdin.close();
  const [stdout, code] = await Promise.all([new Response(tool.process.stdout).text(), tool.code]);
  return { code, stdout, stderr: tool.stderr() };
}

async function works(command: string, work: Client | Server, folder: string): Promise<void> {
  if ("words" in work) {
    const { stdout, stderr } = await run(command, work.words, folder);
    return assertMatch(stdout + stderr, work.prints);
  }
  await using server = start(command, work.serves, folder);
  await server.stderrMatch(/^listening on \S+\n/m);
  await server.process.stdin.close();
  server.process.kill("SIGTERM");
  assertEquals(await server.code, 0, server.stderr());
}

for (const command of await records()) {
  const { name } = command;
  const verbs = verbsOf(command).map(([words]) => [name, ...words].join(" "));
  Deno.test({
    name: `${
      executableName(name)
    } and its verbs run from a URL with the commands in their man pages, with an empty cache`,
    ignore: TARGET !== "source" || Deno.build.os === "windows",
    fn: () =>
      withFolder(async (folder) => {
        await using site = sources();
        const host = `http://127.0.0.1:${site.addr.port}`;
        await Deno.mkdir(`${folder}/here`);
        for (const path of name === "toucan" ? [name, ...verbs] : verbs) {
          const work = WORK[path] ?? fail(`WORK lacks ${path}`);
          const page = await run(
            `deno run --no-prompt ${host}/cmd/${name}.ts`,
            [...path.split(" ").slice(1), "--man"],
            folder,
          );
          const printed = printedCommand(page.stdout, host);
          await works(printed, work, folder);
          if (!printed.includes("--unstable-net") || !("words" in work)) continue;
          const { stdout, stderr } = await run(printed.replace("--unstable-net", ""), work.words, folder);
          assert(!work.prints.test(stdout + stderr), `${path} does not need --unstable-net`);
        }
      }),
  });
}
