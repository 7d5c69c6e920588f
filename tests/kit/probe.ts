/**
 * Runs a tool with the permissions of its executable, and prints on stderr what the process can read and write:
 * `probe.ts QUESTIONS TOOL WORD…`. The tools do not contain this code.
 * @module
 */
import { escaped } from "./escapes.ts";
import { type Command, type Output, runTool, type Verb } from "../../lib/cli/mod.ts";

/** Questions of a probe. */
export interface Questions {
  /** Forbidden files and folders, which no call may read or write. */
  readonly forbidden: readonly string[];
  /** Names of the attempts to escape (`escapes.ts`) that the call must be refused. */
  readonly escapes: readonly string[];
  /** Paths whose permissions are queried. */
  readonly asked: readonly string[];
}

/** Moment of a probe: before the verb runs, at its first use of the network, when it listens, when it is done. */
export type Moment = "start" | "network" | "listening" | "end";

/** Result of a probe. */
export interface ProbeResult {
  /** Moment of the probe. */
  readonly at: Moment;
  /** Operations that succeeded with a forbidden path. */
  readonly reached: readonly string[];
  /** Readable paths. */
  readonly read: readonly string[];
  /** Writable paths. */
  readonly write: readonly string[];
}

/** Prefix of a line with a result. */
export const MARK = "PROBE ";

// Literal imports need no permission.
const TOOLS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  chat: () => import("../../cmd/chat.ts"),
  file: () => import("../../cmd/file.ts"),
  get: () => import("../../cmd/get.ts"),
  mail: () => import("../../cmd/mail.ts"),
  check: () => import("../../cmd/check.ts"),
  resolve: () => import("../../cmd/resolve.ts"),
  tcp: () => import("../../cmd/tcp.ts"),
  toucan: () => import("../../cmd/toucan.ts"),
  udp: () => import("../../cmd/udp.ts"),
  url: () => import("../../cmd/url.ts"),
};

function probe(at: Moment, { forbidden, asked, escapes }: Questions): void {
  const may = (name: "read" | "write") =>
    asked.filter((path) => Deno.permissions.querySync({ name, path }).state === "granted");
  const reached = [...forbidden.flatMap(reach), ...escaped(escapes)];
  const result: ProbeResult = { at, reached, read: may("read"), write: may("write") };
  Deno.stderr.writeSync(new TextEncoder().encode(`${MARK}${JSON.stringify(result)}\n`));
}

/** Returns the operations that succeed with a path, by trying them instead of querying permissions. */
function reach(path: string): string[] {
  const works = (what: string, action: () => void) => {
    try {
      action();
      return [`${what} ${path}`];
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) return [];
      return [`${what} ${path}: ${error}`];
    }
  };
  const planted = `${path}/planted`;
  if (!path.endsWith("/")) {
    return [
      ...works("read", () => Deno.openSync(path).close()),
      ...works("write", () => Deno.openSync(path, { append: true }).close()),
    ];
  }
  return [
    ...works("read", () => Deno.readDirSync(path)[Symbol.iterator]().next()),
    ...works("write", () => Deno.openSync(planted, { write: true, createNew: true }).close()),
  ];
}

/** Calls back when a server prints that it listens. */
function watch(output: Output, questions: Questions): Output {
  const { note, record, onStderr } = output;
  output.note = (text) => {
    note.call(output, text);
    if (text.startsWith("listening")) probe("listening", questions);
  };
  output.record = (value) => {
    const written = record.call(output, value);
    if (Reflect.get(value, "event") === "listening") probe("listening", questions);
    return written;
  };
  output.onStderr = () => {
    const other = onStderr.call(output);
    return other === output ? other : watch(other, questions);
  };
  return output;
}

/** Calls back at the first use of the network. */
function watchNetwork(questions: Questions): void {
  let used = false;
  const first = <A extends unknown[], R>(call: (...args: A) => R) => (...args: A): R => {
    if (!used) probe("network", questions);
    used = true;
    return call(...args);
  };
  for (const name of ["connect", "listen", "listenTls", "listenDatagram", "resolveDns"] as const) {
    Object.defineProperty(Deno, name, { value: first(Deno[name] as (...args: unknown[]) => unknown) });
  }
  globalThis.fetch = first(globalThis.fetch);
}

function watched(verb: Verb, questions: Questions): Verb {
  return {
    ...verb,
    async run(call) {
      probe("start", questions);
      watchNetwork(questions);
      const code = await verb.run({ ...call, output: watch(call.output, questions) });
      probe("end", questions);
      return code;
    },
  };
}

function watchedCommand(command: Command, questions: Questions): Command {
  const { verb, verbs, tools } = command;
  const each = <T>(record: Readonly<Record<string, T>> | undefined, change: (value: T) => T) =>
    record && Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
  return {
    ...command,
    verb: verb && watched(verb, questions),
    verbs: each(verbs, (verb) => watched(verb, questions)),
    tools: each(tools, (load) => async () => ({ command: watchedCommand((await load()).command, questions) })),
  };
}

if (import.meta.main) {
  const [questions = "", tool = "", ...words] = Deno.args;
  const load = TOOLS[tool];
  if (!load) throw new Error(`TOOLS lacks ${tool}`);
  Deno.exit(await runTool(watchedCommand((await load()).command, JSON.parse(questions)), words));
}
