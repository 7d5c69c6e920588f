import { fileURLToPath } from "node:url";
import { type Command, grantFlags } from "../../lib/cli/mod.ts";
import { checkRecords } from "./json_records.ts";
import { within } from "./wait.ts";

/** Form in which the tools are run: from source, as the bundle, or as the executable in `dist/`. */
export const TARGET: string = Deno.env.get("TOUCAN_TEST_TARGET") ?? "source";

/** The top of the checkout, with a slash at its end. */
export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

/** Path of the umbrella in the checkout, for documents: they need a flag of the runtime, which executables do not take. */
export const TOUCAN: string = TARGET === "bundle" ? "dist/toucan.js" : "cmd/toucan.ts";

/** The environment of this process without variables that affect a tool, such as a proxy of the machine. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(Deno.env.toObject()).filter(([name]) =>
      !/^(?:(?:all|https?|no)_proxy|TOUCAN_(?!TEST).*)$/i.test(name)
    ),
  ),
  NO_COLOR: "1",
  // The runtime checks for a newer version of itself, through the proxy of the environment.
  DENO_NO_UPDATE_CHECK: "1",
};

/** Options for running a tool. */
export interface ToolOptions {
  /** Additional environment variables. */
  readonly env?: Record<string, string>;
  /** Its working folder. */
  readonly cwd?: string;
  /** Permission flags in place of those of its record. An error for executables, whose permissions are compiled in. */
  readonly flags?: readonly string[];
}

/** Result of a tool. */
export interface ToolResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A started tool; it is killed at the end of the scope. */
export interface RunningTool extends AsyncDisposable {
  /** The process, all its streams piped. */
  readonly process: Deno.ChildProcess;
  /** Waits for a line of stderr that matches, and returns the match. Fails when stderr ends first. */
  stderrMatch(pattern: RegExp): Promise<RegExpExecArray>;
  /** All of stderr so far. */
  stderr(): string;
  /** Its exit code, once it has exited and all of stderr is read. */
  readonly code: Promise<number>;
}

/** Returns the program and the arguments that run a tool (`url`, `toucan`) with the permissions of its record. */
export async function toolArgs(
  name: string,
  args: readonly string[],
  flags?: readonly string[],
): Promise<{ readonly program: string; readonly args: string[] }> {
  // The tool for tests is never built.
  const sample = name === "sample";
  if (TARGET === "executable" && !sample) {
    if (flags) throw new Error("An executable's permissions are baked in");
    return { program: `${ROOT}dist/${name === "toucan" ? name : `toucan-${name}`}`, args: [...args] };
  }
  const source = sample ? "tests/kit/sample.ts" : `cmd/${name}.ts`;
  const module: { command: Command } = await import(`../../${source}`);
  const granted = flags ?? grantFlags(module.command.permissions);
  const entry = ROOT + (TARGET === "bundle" && !sample ? `dist/${name}.js` : source);
  return {
    program: Deno.execPath(),
    args: ["run", "--quiet", "--no-prompt", "--unstable-net", ...granted, entry, ...args],
  };
}

/** Starts a tool. */
export async function startTool(
  name: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<RunningTool> {
  const command = await toolArgs(name, args, options.flags);
  const process = new Deno.Command(command.program, {
    args: command.args,
    cwd: options.cwd,
    ...{ clearEnv: true, env: { ...ENVIRONMENT, ...options.env } },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const tool = watch(process);
  return {
    ...tool,
    async [Symbol.asyncDispose]() {
      await tool[Symbol.asyncDispose]();
      await checkRecords(name, args, wholeLines(tool.stderr()));
    },
  };
}

/** Returns a text without the line that its writer was killed in. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1);
}

/** Runs a tool with this text on stdin. With `--json`, what it prints has to be records of its verb. */
export async function runTool(
  name: string,
  args: readonly string[],
  options: ToolOptions & { readonly stdin?: string | Uint8Array<ArrayBuffer> } = {},
): Promise<ToolResult> {
  await using tool = await startTool(name, args, options);
  const { process } = tool;
  const feed = new Blob([options.stdin ?? ""]).stream().pipeTo(process.stdin).catch(() => {});
  const [stdout, code] = await Promise.all([new Response(process.stdout).text(), tool.code, feed]);
  await checkRecords(name, args, stdout);
  return { code, stdout, stderr: tool.stderr() };
}

/** Collects the stderr of a process, and kills the process at the end of the scope. */
export function watch(process: Deno.ChildProcess): RunningTool {
  let text = "";
  let ended = false;
  let wake = Promise.withResolvers<void>();
  const gather = async () => {
    for await (const piece of process.stderr.pipeThrough(new TextDecoderStream())) {
      text += piece;
      wake.resolve();
      wake = Promise.withResolvers();
    }
    ended = true;
    wake.resolve();
  };
  const gathered = gather();
  return {
    process,
    stderr: () => text,
    code: Promise.all([process.status, gathered]).then(([{ code }]) => code),
    async stderrMatch(pattern) {
      while (true) {
        const match = pattern.exec(text);
        if (match) return match;
        if (ended) throw new Error(`stderr ended without ${pattern}: ${text}`);
        await within(`${pattern} on stderr, which is: ${text}`, wake.promise);
      }
    },
    async [Symbol.asyncDispose]() {
      try {
        process.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      for (const stream of [process.stdin, process.stdout]) {
        if (stream.locked) continue;
        await (stream instanceof WritableStream ? stream.close() : stream.cancel()).catch(() => {});
      }
      await Promise.all([process.status, gathered]);
    },
  };
}
