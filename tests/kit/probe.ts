/**
 * Runs a tool as its executable does, with the same permissions, and tells on stderr what the process could read and
 * write: `probe.ts QUESTIONS TOOL WORD…`. Nothing of that is in the tools themselves.
 * @module
 */
import { type Command, type Output, runTool, type Verb } from "../../lib/cli/mod.ts";

/** What is to be found out. */
export interface Questions {
  /** Files and folders that no call may read or write. */
  readonly forbidden: readonly string[];
  /** Paths whose permissions are asked for. */
  readonly asked: readonly string[];
}

/** When it was found out: before the verb runs, at its first use of the network, when it listens, when it is done. */
export type Moment = "start" | "network" | "listening" | "end";

/** What was found out. */
export interface Finding {
  /** When. */
  readonly at: Moment;
  /** What could be done with a forbidden path. */
  readonly reached: readonly string[];
  /** The paths of those asked for that may be read. */
  readonly read: readonly string[];
  /** The same for write. */
  readonly write: readonly string[];
}

/** What the line with a finding begins with. */
export const MARK = "PROBE ";

// Literal imports need no permission.
const TOOLS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  chat: () => import("../../cmd/chat.ts"),
  file: () => import("../../cmd/file.ts"),
  get: () => import("../../cmd/get.ts"),
  mail: () => import("../../cmd/mail.ts"),
  resolve: () => import("../../cmd/resolve.ts"),
  tcp: () => import("../../cmd/tcp.ts"),
  toucan: () => import("../../cmd/toucan.ts"),
  udp: () => import("../../cmd/udp.ts"),
  url: () => import("../../cmd/url.ts"),
};

function probe(at: Moment, { forbidden, asked }: Questions): void {
  const may = (name: "read" | "write") =>
    asked.filter((path) => Deno.permissions.querySync({ name, path }).state === "granted");
  const finding: Finding = { at, reached: forbidden.flatMap(reach), read: may("read"), write: may("write") };
  Deno.stderr.writeSync(new TextEncoder().encode(`${MARK}${JSON.stringify(finding)}\n`));
}

/** What can be done with a path: not what is permitted is asked, but what works. */
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

/** Tells when a server says that it listens. */
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

/** Tells when the network is used first. */
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
