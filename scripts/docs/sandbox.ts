import {
  ANYWHERE,
  type Command,
  type Grant,
  grantFlags,
  type Needs,
  PROXY_VARIABLES,
  type Verb,
} from "../../lib/cli/mod.ts";
import { parseVerb } from "../../lib/cli/grammar/parse.ts";
import { callNeeds } from "../../lib/cli/sandbox/call_needs.ts";
import { executableName, verbsOf } from "../records.ts";
import { ATTEMPTS } from "./sandbox/attempts.ts";
import { RUNTIME_FILES } from "./sandbox/runtime_calls.ts";

/**
 * Returns the page of the sandbox in Markdown: for each tool and verb the permissions of its executable, what calls keep of them, and
 * what is tried and refused. Permission: read, for examples with paths.
 */
export function sandboxPage(commands: readonly Command[]): string {
  return `# Sandbox

${INTRODUCTION}

${commands.map(toolSection).join("\n\n")}

## What is tried and refused

Each row is tried in the trials of every verb, by code in the process of the tool: before the verb runs, at its first use of
the network, when it listens, and at its end.

${table(["attempt", "missing permission"], ATTEMPTS.map(({ what, permission }) => [what, code(permission)]))}

Paths below \`/dev\` and \`/proc\` that an option names are refused by every tool, with exit code 5: the runtime opens them only
for programs with all permissions.

## What the system sees

On Linux the same trials run the executables under \`strace\`, and a system call beyond these is a failure:

- It starts no other program, and traces none.
- It opens for writing, renames, links and removes only what the call names, and the files next to it that the man page lists.
- It connects to the addresses of the call. \`toucan-url\` has no socket at all.
- It reads what the call names, and these files of the runtime:

${
    table(
      ["files", "reason"],
      RUNTIME_FILES.map(({ shown, because, net }) => [shown, `${because}${net ? " (calls with the network)" : ""}`]),
    )
  }

\`TOUCAN_TEST_TARGET=executable deno test --allow-all tests/cmd/sandbox_test.ts\` repeats it.
`;
}

const INTRODUCTION =
  `Each executable is compiled with the permissions that its tool can need, and with no way to ask for more. None can
start a program or load native code. A call drops at its start what it does not need, before it uses the network: all of the
network, reading, writing or variables, and all paths but its own. Files with passwords and keys are read first, and their paths
dropped then.

In the tables, *its paths* are the files and folders that the call names. On Windows executables are granted all drives (with
\`deno run\`, \`/\` is the current one), and no network shares; unix sockets, owners and permission bits do not exist there. On macOS and Linux a path is granted with the
target of a link.`;

/** Returns the section of a tool: its grant, and what the calls in its examples keep. */
function toolSection(command: Command): string {
  const { name, permissions, summary } = command;
  const verbs = verbsOf(command);
  const rows = verbs.map(([words, verb]) => {
    const grant = verb.permissions ?? permissions;
    return [code([...title(command), ...words].join(" ")), ...cells(grant)];
  });
  const calls = verbs.flatMap(([words, verb]) =>
    verb.examples.flatMap(({ line }) => {
      const needs = needsOfExample(line, name === "toucan" ? words : [name, ...words], verb);
      return needs ? [`- ${code(`toucan ${line}`)} ${kept(needs, verb.permissions ?? permissions)}`] : [];
    })
  );
  const union = verbs.length === 0 || name === "toucan" ? [[code(name), ...cells(permissions)], ...rows] : rows;
  const flags = [...(permissions.unstable ?? []).map((one) => `--unstable-${one}`), ...grantFlags(permissions)];
  return `## ${title(command).join(" ")}

\`${executableName(name)}\`: ${summary}. It is compiled with ${flags.map(code).join(" ")}.

${table(["command", "network", "reads", "writes", "variables", "system"], union)}

${calls.length === 0 ? "" : `What calls keep and drop of it:\n\n${calls.join("\n")}`}`.trimEnd();
}

function title({ name }: Command): string[] {
  return name === "toucan" ? [name] : ["toucan", name];
}

/** Returns the cells of a grant. */
function cells({ net, read, write, env, sys, windows }: Grant): string[] {
  const system = [...sys ?? [], ...(windows?.sys ?? []).map((one) => `${one} (Windows)`)];
  return [net ? "yes" : "–", paths(read), paths(write), variables(env), system.join(", ") || "–"];
}

function paths(granted: readonly string[] | undefined): string {
  const own = (granted ?? []).filter((path) => !ANYWHERE.includes(path));
  const any = granted?.includes("/") ? ["its paths"] : granted?.includes(".") ? ["the current folder"] : [];
  return [...any, ...own.map(code)].join(", ") || "–";
}

function variables(granted: readonly string[] = []): string {
  const others = granted.filter((name) => !PROXY_VARIABLES.includes(name)).map(code);
  return [...others, ...(others.length < granted.length ? ["those of proxies"] : [])].join(", ") || "–";
}

/** Returns the permissions of a grant that a call keeps, and those that it drops. */
function kept({ net, read = [], write = [], env = [], sys = [], startup }: Needs, grant: Grant): string {
  const shown = (list: readonly string[]) => [...new Set(list)].map((path) => code(relative(path))).join(", ");
  const first = [...new Set([...startup?.read ?? [], ...startup?.write ?? []])];
  const parts = [
    ...(net ? ["network"] : []),
    ...(read.length > 0 ? [`reading ${shown(read)}`] : []),
    ...(write.length > 0 ? [`writing ${shown(write)}`] : []),
    ...(env.length > 0 ? ["variables"] : []),
    ...(sys.length > 0 ? ["system information"] : []),
    ...(first.length > 0 ? [`${shown(first)} until it is read`] : []),
  ];
  const lost = [
    ...(grant.net && !net ? ["network"] : []),
    ...(grant.read?.length && read.length === 0
      ? ["all reading"]
      : grant.read?.includes("/")
      ? ["reading elsewhere"]
      : []),
    ...(grant.write?.length && write.length === 0
      ? ["all writing"]
      : grant.write?.includes("/")
      ? ["writing elsewhere"]
      : []),
    ...(grant.env?.length && env.length === 0 ? ["variables"] : []),
    ...(grant.sys?.length && sys.length === 0 ? ["system information"] : []),
  ];
  return `keeps ${parts.join("; ") || "nothing"}${lost.length === 0 ? "" : `, and drops ${lost.join(", ")}`}`;
}

/** Returns a path without the folder in which the page is made. */
function relative(path: string): string {
  const here = `${Deno.cwd()}/`;
  return path.startsWith(here) ? path.slice(here.length) : path;
}

/** Returns the needs of an example; undefined if its words cannot be parsed here. */
function needsOfExample(line: string, path: readonly string[], verb: Verb): Needs | undefined {
  const words = wordsOf(line);
  const start = words.findIndex((_, i) => path.every((word, k) => words[i + k] === word));
  if (start < 0) return undefined;
  const rest = words.slice(start + path.length);
  const end = rest.findIndex((word) => /^(?:[|<>;]|&&|\d?>)/.test(word));
  try {
    return callNeeds(verb, parseVerb(verb, end < 0 ? rest : rest.slice(0, end)));
  } catch {
    // A placeholder, such as BASE64.
    return undefined;
  }
}

/** Splits a command line at blanks, as a shell does outside of single and double quotes. */
function wordsOf(line: string): string[] {
  return Array.from(
    line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g),
    ([word]) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"),
  );
}

function code(text: string): string {
  return text === "–" ? text : `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}

if (import.meta.main) {
  const { records } = await import("../records.ts");
  console.log(sandboxPage(await records()));
}
