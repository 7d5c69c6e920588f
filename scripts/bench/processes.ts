import { stripVTControlCharacters } from "node:util";
import { hasPeer } from "../../tests/kit/peer.ts";
import { freePort, untilListening } from "../../tests/kit/port.ts";

/** Started processes that have not exited. */
const running = new Set<Deno.ChildProcess>();
let interrupted = false;

/** Starts a process that {@link stopAll} stops, unless it has exited by then. */
export function spawn(program: string, options: Deno.CommandOptions = {}): Deno.ChildProcess {
  if (interrupted) throw new Error("interrupted");
  const process = new Deno.Command(program, options).spawn();
  running.add(process);
  process.status.then(() => running.delete(process));
  return process;
}

/** Runs a program and returns its output. */
export async function output(program: string, options: Deno.CommandOptions = {}): Promise<Deno.CommandOutput> {
  return await spawn(program, { stdin: "null", stdout: "piped", stderr: "piped", ...options }).output();
}

/** Milliseconds for a process to exit after SIGTERM, and to stop its children, such as the workers of nginx. */
const STOP_TIMEOUT_MS = 5000;

/** Stops a process by its process id and waits for its exit. */
export async function stop(process: Deno.ChildProcess): Promise<void> {
  kill(process, "SIGTERM");
  const timer = setTimeout(() => kill(process, "SIGKILL"), STOP_TIMEOUT_MS);
  await process.status;
  clearTimeout(timer);
}

function kill(process: Deno.ChildProcess, signal: Deno.Signal): void {
  if (!running.has(process)) return;
  try {
    process.kill(signal);
  } catch {
    // It has already exited.
  }
}

/** Stops all started processes; after `forGood` none can be started. */
export async function stopAll(forGood = false): Promise<void> {
  interrupted ||= forGood;
  await Promise.all([...running].map(stop));
}

/** Resolves when a server listens on a port; fails when it exits before. */
export async function listening(process: Deno.ChildProcess, program: string, port: number): Promise<void> {
  const ended = process.status.then(({ code }) => Promise.reject(new Error(`${program} ended with ${code}`)));
  ended.catch(() => {});
  await Promise.race([untilListening(port), ended]);
}

/** Starts a server on a free port, and returns the port, or the reason why it does not run here. */
export async function serve(program: string, words: (port: number) => readonly string[]): Promise<number | string> {
  const port = freePort();
  const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
  try {
    await listening(spawn(program, { args: [...words(port)], ...quiet }), program, port);
    return port;
  } catch (error) {
    return reason(error);
  }
}

/** Returns the reason why a program cannot be run here; undefined if it can. A path names a file of this project. */
export function absent(program: string): string | undefined {
  if (!program.includes("/")) return hasPeer(program) ? undefined : `${program} is not installed`;
  try {
    if (Deno.statSync(program).isFile) return undefined;
  } catch {
    // It is not installed.
  }
  return `${program.replace(/^.*\//, "")} is not built: run deno task build`;
}

/** Formats an error for a cell of a table. */
export function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound && /spawn/.test(error.message)) return "not installed";
  const text = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
  return text.trim().split("\n").slice(0, 2).join(": ").slice(0, 200);
}
