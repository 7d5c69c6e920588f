import { assert, assertEquals, assertMatch, fail } from "@std/assert";
import type { Command } from "../../lib/cli/mod.ts";
import { SITE } from "../../lib/cli/project.ts";
import { commandShape } from "../../lib/cli/grammar/shape.ts";
import { helpText } from "../../lib/cli/render/help.ts";
import { style } from "../../lib/cli/render/style.ts";
import { executableName, records, verbsOf } from "../../scripts/records.ts";
import { withFolder } from "../kit/folder.ts";
import { ROOT, startTool, TARGET, watch } from "../kit/tool.ts";

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
  "resolve serve": { serves: ["--port", "0", "app.test=127.0.0.1"] },
  "get": { words: ["--retries", "0", `http://${NOWHERE}/`], prints: /^toucan get: cannot .*no-such-name\.invalid.*\n/ },
  "file serve": { serves: ["--port", "0"] },
  "file get": { words: [`http://${NOWHERE}/`], prints: /^toucan file: cannot .*no-such-name\.invalid/ },
  "file put": { words: [".", `ftps://${NOWHERE}/`], prints: /cannot .*no-such-name\.invalid/ },
  "file ls": { words: [`ftp://${NOWHERE}/`], prints: /^toucan file: cannot .*no-such-name\.invalid/ },
  "tcp connect": { words: [`${NOWHERE}:1`], prints: /^toucan tcp: cannot look up no-such-name\.invalid/ },
  "tcp listen": { serves: ["--tls", "--dump", "dump.txt", "0"] },
  "tcp check": { words: ["127.0.0.1:9"], prints: /^127\.0\.0\.1:9 +refused/m },
  "udp send": { words: ["--json", "--data", "x", "127.0.0.1:9"], prints: /^\{"event":"sent",/ },
  "udp listen": { serves: ["0"] },
  "udp echo": { serves: ["0"] },
  "chat serve": { serves: ["--port", "0", "--web", "0", "--history", "chat.db"] },
  "chat account": { words: ["list", "chat.db"], prints: /^$/ },
  "chat join": { words: [NOWHERE], prints: /no-such-name\.invalid/ },
  "chat invitation": { words: ["list", "chat.db"], prints: /^$/ },
  "chat export": { words: ["none.db"], prints: /none\.db/ },
  "chat import": { words: ["--channel", "#a", "chat.db", "none.log"], prints: /none\.log/ },
  "mail send": {
    words: ["--mx", "--name-server", "127.0.0.1:9", ...MAIL],
    prints: /^toucan mail: cannot ask 127\.0\.0\.1:9/m,
  },
  "mail read": {
    words: [`pop3://ada:x@${NOWHERE}`],
    prints: /no-such-name\.invalid/,
  },
  "mail sink": { serves: ["--port", "0", "--web", "0", "--pop3", "0", "--imap", "0", "--nntp", "0", "--dir", "mail"] },
  "check": {
    words: ["--server", "127.0.0.1:9", "http://app.test:9/"],
    prints: /unreachable \(cannot ask 127\.0\.0\.1:9/,
  },
  "toucan": { words: ["udp", "send", "--json", "--data", "x", "127.0.0.1:9"], prints: /^\{"event":"sent",/ },
  "toucan version": {
    words: ["--check", "--releases", "http://127.0.0.1:9"],
    prints: /^toucan version: cannot connect to 127\.0\.0\.1:9/,
  },
  "toucan tour": { words: ["--json"], prints: /"tool":"udp",.*"ok":true/ },
};

/** Further command lines of tools that speak another protocol, too. */
const FURTHER: Readonly<Record<string, readonly Client[]>> = {
  "mail send": [
    { words: ["-S", NOWHERE, ...MAIL], prints: /no-such-name\.invalid/ },
    {
      words: ["-S", `nntp://${NOWHERE}`, "--newsgroup", "a.b", "-f", "a@example.com", "--subject", "x", "--text", "x"],
      prints: /no-such-name\.invalid/,
    },
  ],
  "mail read": ["imaps", "nntp"].map((scheme) => ({
    words: [`${scheme}://ada:x@${NOWHERE}/x`],
    prints: /no-such-name\.invalid/,
  })),
  "get": [{
    words: ["--retries", "0", `ftp://${NOWHERE}/`],
    prints: /^toucan get: cannot .*no-such-name\.invalid.*\n/,
  }],
};

/** Folder and ending of the tools, as they are served. */
const SERVED = TARGET === "bundle" ? ["dist", "js"] : ["cmd", "ts"];

/** Returns the command that `--help` prints, with the address of a served tool in place of that of the release. */
function printedCommand(help: string, name: string, site: string): string {
  const [, command = fail(help)] = /^run with Deno from a URL:\n((?: {2}.*\n)+)/m.exec(help) ?? [];
  assertMatch(command, /^ {2}deno run --no-prompt \\\n/);
  assert(command.includes(` ${SITE}/dist/${name}.js`), command);
  return command.trim().replace(`${SITE}/dist/${name}.js`, urlOf(name, site));
}

/** Returns the address of a tool on a server. */
function urlOf(name: string, site: string): string {
  const [folder, ending] = SERVED;
  return `${site}${folder}/${name}.${ending}`;
}

/** Runs a printed command in a shell, with further arguments. */
function start(command: string, words: readonly string[], folder: string) {
  const script = `exec ${command.replace(/^deno (\S+)/, '"$DENO" $1 --quiet')} "$@"`;
  return watch(
    new Deno.Command("sh", {
      args: ["-c", script, "sh", ...words],
      cwd: `${folder}/here`,
      env: { ...surroundings(folder), PATH: `${folder}/bin:/usr/bin:/bin` },
      ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
    }).spawn(),
  );
}

function surroundings(folder: string): Record<string, string> {
  return { DENO: Deno.execPath(), DENO_DIR: `${folder}/../cache`, NO_COLOR: "1" };
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

/** Runs a printed command of a tool as `deno install`, and what it has installed with the words of a verb. */
async function installs(printed: string, path: string, folder: string): Promise<void> {
  const [name = "", ...verb] = path.split(" ");
  const install = printed.replace(
    "deno run",
    `deno install --global --root "${folder}" --name ${executableName(name)}`,
  );
  const { code, stderr } = await run(install, [], folder);
  assertEquals(code, 0, stderr);
  // The installed script calls deno by its name.
  await Deno.symlink(Deno.execPath(), `${folder}/bin/deno`);
  await works([executableName(name), ...verb].join(" "), WORK[path] ?? fail(path), folder);
}

/** Runs all verbs of a tool from a URL, and the tool installed from it. */
async function proves(command: Command, site: string, folder: string): Promise<void> {
  const { name } = command;
  const verbs = verbsOf(command).map(([words]) => [name, ...words].join(" "));
  const shape = await commandShape(command);
  const helpOf = (path: string) =>
    helpText(shape.children.find(({ words }) => words.join(" ").endsWith(path)) ?? shape, style(false));
  await Deno.mkdir(`${folder}/here`, { recursive: true });
  for (const path of name === "toucan" ? [name, ...verbs] : verbs) {
    const work = WORK[path] ?? fail(`WORK lacks ${path}`);
    const printed = printedCommand(helpOf(path), name, site);
    for (const each of [work, ...(FURTHER[path] ?? [])]) await works(printed, each, folder);
    if (TARGET !== "source" || !printed.includes("--unstable-net") || !("words" in work)) continue;
    const { stdout, stderr } = await run(printed.replace("--unstable-net", ""), work.words, folder);
    assert(!work.prints.test(stdout + stderr), `${path} does not need --unstable-net`);
  }
  // One source is enough to show that a tool of many modules is installed.
  if (TARGET === "source" && name !== "toucan") return;
  const [first = name] = verbs;
  await installs(printedCommand(helpText(shape, style(false)), name, site), first, folder);
}

Deno.test({
  name: "every tool runs from a URL, and installed from it, with the command that --help prints",
  ignore: TARGET === "executable" || Deno.build.os === "windows",
  fn: (t) =>
    // The cache of all is empty at first: each module is fetched once.
    withFolder(async (folder) => {
      await using server = await startTool("file", ["serve", "--port", "0", ROOT]);
      const [, site = ""] = await server.stderrMatch(/^listening on (\S+)$/m);
      for (const command of await records()) {
        await t.step(executableName(command.name), () => proves(command, site, `${folder}/${command.name}`));
      }
    }),
});
