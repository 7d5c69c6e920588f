import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Command, Verb } from "../../lib/cli/mod.ts";
import { grantFlags } from "../../lib/cli/mod.ts";
import { acceptedWord, findOption } from "../../lib/cli/grammar/alias.ts";
import { parseVerb } from "../../lib/cli/grammar/parse.ts";
import { UsageError } from "../../lib/core/mod.ts";
import { records, verbsOf } from "../../scripts/records.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { system } from "../kit/system.ts";
import { ROOT, runTool, TARGET, toolArgs } from "../kit/tool.ts";

const COMMANDS = await records();

/** A command line for each tool and permission that requires it. */
const WITHOUT: Readonly<Record<string, Readonly<Record<string, readonly string[] | "does without">>>> = {
  url: {
    // Without TERM a terminal is assumed to support colours.
    env: "does without",
  },
  resolve: {
    net: ["localhost"],
    // The resolver of the runtime is used instead.
    read: "does without",
    write: ["--server", "127.0.0.1:9", "--type", "A", "--resume", "journal", "-", "a"],
    // The permission for debugging is optional.
    env: "does without",
  },
  get: {
    net: ["http://127.0.0.1:9/"],
    read: ["--data", "@body.txt", "http://127.0.0.1:9/"],
    write: ["--output", "page.html", "http://127.0.0.1:9/"],
    env: ["http://127.0.0.1:9/"],
  },
  file: {
    net: ["serve", "--port", "0"],
    read: ["serve", "--port", "0"],
    write: ["serve", "--port", "0", "--tls", "--tls-dir", "new"],
    env: ["ls", "--user", "me", "http://127.0.0.1:1/"],
    // Then it does not print the addresses of the machine.
    sys: "does without",
  },
  tcp: {
    net: ["connect", "127.0.0.1:9"],
    read: ["connect", "--tls", "--cacert", "ca.pem", "localhost:9"],
    write: ["listen", "--dump", "dump.txt", "0"],
    env: ["connect", "--proxy", "env", "127.0.0.1:9"],
  },
  chat: {
    net: ["join", "127.0.0.1:9"],
    read: ["join", "--password-file", "secret.txt", "127.0.0.1:9"],
    write: ["serve", "--port", "0", "--irc-only", "--history", "chat.db"],
    // The password can also come from a file, or be omitted.
    env: "does without",
  },
  udp: {
    net: ["send", "--data", "x", "127.0.0.1:9"],
    read: ["send", "--data", "x", "unix:/no/such/socket"],
    write: ["send", "--data", "x", "unix:/no/such/socket"],
    // The permission for debugging is optional.
    env: "does without",
  },
  mail: {
    net: ["sink", "--port", "0", "--web", "0"],
    read: [
      "send",
      "--from",
      "a@example.com",
      "--to",
      "b@example.com",
      "--attach",
      "file.txt",
      "--server",
      "127.0.0.1:9",
    ],
    write: ["send", "--from", "a@example.com", "--to", "b@example.com", "--text", "x", "--eml", "x.eml", "--dry-run"],
    env: "does without",
  },
  check: {
    net: ["tcp://127.0.0.1:9"],
    read: ["--cacert", "ca.pem", "tcp://127.0.0.1:9"],
    write: ["--svg", "times.svg", "tcp://127.0.0.1:9"],
    // Then no variable names a proxy or changes the resolvers.
    env: "does without",
    // Then the interfaces are not known, and the verdict says so.
    sys: "does without",
  },
  toucan: {
    net: ["tcp", "listen", "0"],
    read: ["tcp", "listen", "--tls", "--cert", "c.pem", "--key", "k.pem", "0"],
    write: ["tcp", "listen", "--dump", "dump.txt", "0"],
    env: ["tcp", "connect", "--proxy", "env", "127.0.0.1:9"],
    sys: "does without",
  },
};

/** A command line for each tool that does some of its work and exits. */
const AT_WORK: Readonly<Record<string, readonly string[]>> = {
  url: ["http://example.com/"],
  resolve: ["localhost"],
  get: ["--retries", "0", "http://127.0.0.1:9/"],
  file: ["ls", "http://127.0.0.1:9/"],
  tcp: ["connect", "127.0.0.1:9"],
  chat: ["join", "127.0.0.1:9"],
  udp: ["send", "--data", "x", "127.0.0.1:9"],
  mail: ["send", "-S", "127.0.0.1:9", "-f", "a@example.com", "--to", "b@example.com", "--text", "x"],
  check: ["tcp://127.0.0.1:9"],
  toucan: ["tour"],
};

for (const command of COMMANDS) {
  const { name } = command;

  Deno.test(`${name}: help, version and an unknown option`, async () => {
    for (const [words, verb] of verbsOf(command)) {
      const help = await runTool(name, [...words, "--help"]);
      assertEquals([help.code, help.stderr], [0, ""]);
      for (const [option, { hidden }] of Object.entries(verb.options)) {
        assertEquals(new RegExp(`--${option}\\b`).test(help.stdout), !hidden, option);
      }
      const unbroken = help.stdout.replaceAll(/ \\\n +/g, " ");
      for (const { line } of verb.examples) assert(unbroken.includes(line), line);
      const unknown = await runTool(name, [...words, "--no-such-option"]);
      assertEquals([unknown.code, unknown.stdout], [2, ""]);
      assertMatch(unknown.stderr, /^toucan[a-z ]*: unknown option --no-such-option\nhint: [^\n]*\n$/);
    }
    const version = await runTool(name, ["--version"]);
    assertEquals(version.code, 0);
    assertMatch(
      version.stdout,
      new RegExp(`^toucan${name === "toucan" ? "" : ` ${name}`} \\d+\\.\\d+\\.\\d+(?:-[\\w.]+)?\n$`),
    );
  });

  for (const shell of ["bash", "zsh", "fish"]) {
    peerTest(`${name}: ${shell} accepts the completion script`, [shell], async () => {
      const { code, stdout } = await runTool(name, ["--completions", shell]);
      assertEquals(code, 0);
      const checked = await system(shell, shell === "fish" ? ["--no-execute"] : ["-n"], stdout);
      assertEquals([checked.code, checked.stderr], [0, ""]);
    });
  }

  if (TARGET !== "executable") testPermissions(command);
  else testTemporaryFolder(command);
}

/** Each flag is omitted in turn; those of an executable are compiled in. */
function testPermissions({ name, permissions }: Command): void {
  const flags = grantFlags(permissions);
  for (const left of flags) {
    const permission = left.replace(/^--allow-|=.*/g, "");
    const words = WITHOUT[name]?.[permission];
    if (words === "does without") continue;
    Deno.test(`${name} without --allow-${permission} exits with 5 and names it`, () =>
      withFolder(async (cwd) => {
        assert(words, "WITHOUT lacks a command line that needs it");
        const kept = flags.filter((flag) => flag !== left);
        const { code, stdout, stderr } = await runTool(name, words, { cwd, flags: kept });
        assertEquals([code, stdout], [5, ""]);
        assertMatch(
          stderr,
          new RegExp(`^toucan [a-z]+: .*the ${permission} permission is missing\nhint: this run lacks `),
        );
      }));
  }
  Deno.test(`${name} prints help and version without any permission`, async () => {
    assertEquals((await runTool(name, ["--version"], { flags: [] })).code, 0);
  });
}

/** Checks that no file in the temporary folder of the system is searched for, read or created. */
function testTemporaryFolder({ name }: Command): void {
  const words = AT_WORK[name];
  peerTest(
    `${name} does not use the temporary folder`,
    ["strace"],
    () =>
      withFolder(async (folder) => {
        assert(words, "AT_WORK lacks a command line");
        const { program, args } = await toolArgs(name, words);
        const trace = ["--follow-forks", "--trace=%file", "--output=trace", program, ...args];
        const [here, temporary] = [`${folder}/here`, `${folder}/tmp`];
        for (const path of [here, temporary]) await Deno.mkdir(path);
        const env = { TMPDIR: temporary };
        await new Deno.Command("strace", { args: trace, cwd: here, env, stdin: "null" }).output();
        const calls = await Deno.readTextFile(`${here}/trace`);
        assertMatch(calls, /execve\(/);
        // The tour creates its files below the current folder, whose path and that of the checkout are arbitrary.
        const own = / (?:getcwd|chdir|execve|readlink)\(/;
        const asked = [`"${here}`, `"${ROOT}`];
        const touched = calls.split("\n").filter((call) =>
          call.includes('"/tmp') && !own.test(call) && !asked.some((path) => call.includes(path))
        );
        assertEquals(touched, []);
        assertEquals([...Deno.readDirSync(temporary)], []);
      }),
  );
}

Deno.test("every option with one value is rejected when repeated, and every list accepts several", () => {
  let count = 0;
  for (const command of COMMANDS) {
    for (const [words, verb] of verbsOf(command)) {
      for (const [name, option] of Object.entries(verb.options)) {
        if (!option.kind) continue;
        const line = [`--${name}=1`, `--${name}=1`];
        const refusal = attempt(() => parseVerb(verb, line));
        const repeated = refusal instanceof UsageError && refusal.code === "repeated-option";
        assertEquals(repeated, !option.many, `${command.name} ${words.join(" ")} --${name}: ${refusal}`);
        count++;
      }
    }
  }
  assert(count > 100, `${count}`);
});

Deno.test("hints: none is for an existing option", () => {
  const verbs = COMMANDS.flatMap((command) => verbsOf(command).map(([, verb]) => verb));
  const has = ({ options }: Verb, typed: string) =>
    Object.entries(options).some(([name, { short }]) => typed === `--${name}` || typed === `-${short}`);
  const dead = verbs.flatMap(({ hints }) =>
    Object.keys(hints ?? {}).filter((typed) => verbs.every((verb) => verb.hints !== hints || has(verb, typed)))
  );
  assertEquals(dead, []);
});

Deno.test("hints: options of other tools are answered with an existing option", () => {
  const options = (verb: Verb) => new Set(["help", "man", "version", ...Object.keys(verb.options)]);
  let count = 0;
  for (const command of COMMANDS) {
    for (const [words, verb] of verbsOf(command)) {
      const usual = (verb.hints === undefined) ? [] : Object.entries(verb.hints);
      for (const [typed, hint] of usual) {
        const what = `${command.name} ${words.join(" ")} ${typed}`;
        const refusal = attempt(() => parseVerb(verb, [typed.replace("…", "x")]));
        // An option of only one of the verbs is unknown to others.
        const own = typed.startsWith("--")
          ? options(verb).has(typed.slice(2))
          : Object.values(verb.options).some(({ short }) => typed === `-${short}`);
        if (own || findOption(verb.options, typed) || acceptedWord(verb.layout?.accepted, typed)) continue;
        assert(refusal instanceof UsageError && refusal.hint === hint, `${what}: ${refusal}`);
        const elsewhere = /toucan (\w+)(?: (\w+))?/.exec(hint);
        const other = COMMANDS.find(({ name }) => name === elsewhere?.[1]);
        const there = other?.verb ?? other?.verbs?.[elsewhere?.[2] ?? ""];
        for (const [, option = ""] of hint.matchAll(/--([a-z0-9-]+)/g)) {
          assert(
            options(verb).has(option) || (there && options(there).has(option)),
            `${what}: there is no --${option}`,
          );
        }
        count++;
      }
    }
  }
  assert(count > 80, `${count}`);
});

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
