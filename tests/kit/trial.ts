import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { grantFlags } from "../../lib/cli/mod.ts";
import { isAbsolute, join } from "../../lib/deps/std/path.ts";
import { record } from "../../scripts/records.ts";
import { makeCertificate } from "./certificates.ts";
import { ATTEMPTS } from "../../scripts/docs/sandbox/attempts.ts";
import { ESCAPES } from "./escapes.ts";
import { withFolder } from "./folder.ts";
import { hasPeer } from "./peer.ts";
import { finishedTrace, forbiddenCalls, type Permitted, traced } from "./system_calls.ts";
import { MARK, type ProbeResult, type Questions } from "./probe.ts";
import { ROOT, type RunningTool, TARGET, toolArgs, type ToolResult, watch } from "./tool.ts";

/** A run of a verb with exactly the permissions of its executable. */
export interface Trial {
  /** The tool, and the verb if it has several: `file serve`. */
  readonly verb: string;
  /** Options and operands with a path that it proves to work, such as `--output` or `DIR`. */
  readonly proves?: readonly string[];
  /** Suffix that distinguishes it from others with the same options. */
  readonly as?: string;
  /** Paths that are permitted when the network is used, or at the end if it is not. */
  readonly keeps?: readonly string[];
  /** Paths that are permitted for reading only. */
  readonly reads?: readonly string[];
  /** Files that no operand or option names, and that are read before the paths are dropped. */
  readonly included?: readonly string[];
  /** Paths that are permitted for writing only. */
  readonly writes?: readonly string[];
  /** Whether the call does without the network. @default whether the verb has none */
  readonly offline?: boolean;
  /** Runs the verb and checks its result. */
  run(place: Place): Promise<void>;
}

/** Environment of a trial. */
export interface Place {
  /** Working folder of the tool. */
  readonly here: string;
  /** Runs the verb until it exits. */
  tool(words: readonly string[], options?: { readonly stdin?: string }): Promise<ToolResult>;
  /** Runs the verb until the end of the scope. */
  start(words: readonly string[]): Promise<RunningTool>;
  /** Writes a file, by its path in the folder; missing folders are created. */
  write(path: string, text: string): Promise<void>;
  /** Reads a file. */
  read(path: string): Promise<string>;
}

/** Results of a trial. */
export interface TrialResult {
  /** Results of the probe, if the tool is run from source. */
  readonly probes: readonly ProbeResult[];
  /** System calls that are not permitted, if the tool is an executable and `strace` is there. */
  readonly forbidden: readonly string[];
  /** Number of traces that were looked at. */
  readonly traces: number;
}

/** Runs a trial in temporary folders, and watches what the tool does. */
export function perform(trial: Trial): Promise<TrialResult> {
  return withFolder((top) =>
    withFolder(async (elsewhere) => {
      const here = `${await Deno.realPath(top)}/here`;
      await Deno.mkdir(here);
      const at = (path: string) => isAbsolute(path) ? path : `${here}/${path}`;
      const { keeps = [], reads = [], included = [], writes = [] } = trial;
      const closed = ["/etc/passwd", `${join(here, "..")}/`, `${elsewhere}/`];
      const outputs: (() => string)[] = [];
      const traces: { readonly trace: string; readonly allowed: Permitted }[] = [];
      const start = async (words: readonly string[]) => {
        const questions: Questions = {
          forbidden: closed,
          escapes: escapesFor(trial),
          asked: [...new Set([...askedOf(here), ...keeps, ...reads, ...writes])],
        };
        const trace = `${elsewhere}/trace-${traces.length}`;
        const { tool, program } = await startVerb(trial.verb, words, { here, questions, trace });
        outputs.push(() => tool.stderr());
        const allowed = { program, cwd: here, words, reads, writes: [...keeps, ...writes], net: !isOffline(trial) };
        if (TRACES) traces.push({ trace, allowed: { ...allowed, reads: [...keeps, ...reads, ...included] } });
        return tool;
      };
      await trial.run({
        here,
        start,
        async tool(words, { stdin = "" } = {}) {
          await using tool = await start(words);
          const feed = new Blob([stdin]).stream().pipeTo(tool.process.stdin).catch(() => {});
          const [stdout, code] = await Promise.all([new Response(tool.process.stdout).text(), tool.code, feed]);
          const stderr = tool.stderr().split("\n").filter((line) => !line.startsWith(MARK)).join("\n");
          return { code, stdout, stderr };
        },
        async write(path, text) {
          await Deno.mkdir(join(at(path), ".."), { recursive: true });
          await Deno.writeTextFile(at(path), text);
        },
        read: (path) => Deno.readTextFile(at(path)),
      });
      const probes = outputs.flatMap((output) =>
        output().split("\n").filter((line) => line.startsWith(MARK)).map((line) => JSON.parse(line.slice(MARK.length)))
      );
      const breaches = await Promise.all(traces.map(async ({ trace, allowed }) => {
        // The runtime is given the target of a link.
        const writes = [...allowed.writes, ...await targets(here, allowed.writes)];
        return forbiddenCalls(await finishedTrace(trace), { ...allowed, writes });
      }));
      return { probes, forbidden: breaches.flat(), traces: traces.length };
    })
  );
}

/** Whether executables are traced. */
const TRACES = TARGET === "executable" && Deno.build.os === "linux" && hasPeer("strace");

/** Returns whether a trial uses no network. */
function isOffline({ verb, offline }: Trial): boolean {
  return offline === true || verb.endsWith("url");
}

/** Returns the attempts that the sandbox must refuse a trial. */
function escapesFor(trial: Trial): string[] {
  const names = ATTEMPTS.filter(({ unless }) => !unless?.({ net: !isOffline(trial) })).map(({ name }) => name);
  return names.filter((name) => Object.hasOwn(ESCAPES, name));
}

/** Returns the real paths of those that exist. */
async function targets(here: string, paths: readonly string[]): Promise<string[]> {
  return (await Promise.all(paths.map((path) => Deno.realPath(join(here, path)).catch(() => [])))).flat();
}

/** Returns all paths in a folder, and the folders above it. */
function askedOf(here: string): string[] {
  const below = (folder: string, prefix: string): string[] =>
    [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => [
      prefix + name,
      ...(isDirectory ? below(`${folder}/${name}`, `${prefix}${name}/`) : []),
    ]);
  return [...below(here, ""), ".", "..", "/", "/etc", "/etc/passwd", "/etc/resolv.conf"];
}

async function startVerb(
  verb: string,
  words: readonly string[],
  { here, questions, trace }: { readonly here: string; readonly questions: Questions; readonly trace: string },
): Promise<{ readonly tool: RunningTool; readonly program: string }> {
  const [tool = "", ...rest] = verb.split(" ");
  const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const common = { cwd: here, env: { NO_COLOR: "1" }, ...piped };
  if (TARGET !== "source") {
    const { program, args } = await toolArgs(tool, [...rest, ...words]);
    const run = TRACES ? traced(program, args, trace) : { program, args };
    return { program, tool: watch(new Deno.Command(run.program, { ...common, args: run.args }).spawn()) };
  }
  const flags = grantFlags((await record(tool)).permissions);
  const probe = [`${ROOT}tests/kit/probe.ts`, JSON.stringify(questions), tool];
  const args = ["run", "--quiet", "--no-prompt", "--unstable-net", ...flags, ...probe, ...rest, ...words];
  const program = Deno.execPath();
  return { program, tool: watch(new Deno.Command(program, { ...common, args }).spawn()) };
}

/** Compares the results of the probe with the permitted paths of the trial. */
export function check(trial: Trial, { probes: results, forbidden, traces }: TrialResult): void {
  assertEquals(forbidden, [], "system calls");
  if (TRACES) assert(traces > 0, "nothing was traced");
  if (TARGET !== "source") return;
  const { keeps = [], reads = [], writes = [] } = trial;
  assert(results.some(({ at }) => at === "start"), "the verb was not run");
  for (const { at, reached } of results) assertEquals(reached, [], `at ${at}`);
  const later = results.filter(({ at }) => at !== "start");
  assert(later.length > 0, "the verb neither used the network nor came to its end");
  for (const { at, read, write } of later) {
    const [readable, writable] = [[...keeps, ...reads], [...keeps, ...writes]];
    assertEquals(outside(read, readable), [], `read at ${at}`);
    assertEquals(outside(write, writable), [], `write at ${at}`);
    assertEquals(readable.filter((path) => !read.includes(path)), [], `lost for reading at ${at}`);
    assertEquals(writable.filter((path) => !write.includes(path)), [], `lost for writing at ${at}`);
  }
}

/** Returns the paths that are not below others. */
function outside(paths: readonly string[], kept: readonly string[]): string[] {
  const within = (path: string, one: string) =>
    path === one || (one === "." ? !/^(?:\/|\.\.)/.test(path) : path.startsWith(`${one}/`));
  return paths.filter((path) => !kept.some((one) => within(path, one)));
}

/** TLS options of a client, proved by {@link secured}. */
export const SECURED = ["--cacert", "--cert", "--key"] as const;

/**
 * Runs a client against a server with this certificate: with all its files, and with the key of another certificate,
 * which it can reject only if it has read the key.
 */
export async function secured(
  { tool, write }: Place,
  server: string,
  words: readonly string[],
  options: { readonly stdin?: string } = {},
): Promise<ToolResult> {
  const [own, other] = [await makeCertificate(), await makeCertificate()];
  const files = { "ca.pem": server, "own.pem": own.cert, "own.key": own.key, "other.key": other.key };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  const result = await tool(["--cacert", "ca.pem", ...words], options);
  assertEquals(result.code, 0, result.stderr);
  const { code, stderr } = await tool([
    ...["--cacert", "ca.pem", "--cert", "own.pem", "--key", "own.key"],
    ...words,
  ], options);
  // The base of executables here cannot use client certificates.
  if (!stderr.includes("client certificates require Deno 2.8")) assertEquals(code, 0, stderr);
  const refused = await tool(["--cacert", "ca.pem", "--cert", "own.pem", "--key", "other.key", ...words], options);
  assertEquals(refused.code, 5, refused.stderr);
  assertStringIncludes(refused.stderr, "other.key");
  return result;
}

/** Fails with the output of a tool if its exit code is not 0. */
export function succeeded({ code, stdout, stderr }: ToolResult, says = ""): void {
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, says);
}
