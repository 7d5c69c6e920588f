import type { Sink } from "./output.ts";

let dumb: boolean | undefined;

/**
 * Whether the terminal understands no escape sequences: TERM is `dumb`. It is read once, before permissions are dropped;
 * a run that may not read it counts as one with a full terminal.
 */
export function dumbTerminal(): boolean {
  return dumb ??= readTerm() === "dumb";
}

/** Whether text on a sink may be coloured: it is a terminal that understands colours, and NO_COLOR is not set. */
export function takesColour(sink: Pick<Sink, "isTerminal">): boolean {
  return sink.isTerminal() && !Deno.noColor && !dumbTerminal();
}

function readTerm(): string | undefined {
  if (Deno.permissions.querySync({ name: "env", variable: "TERM" }).state !== "granted") return undefined;
  try {
    return Deno.env.get("TERM");
  } catch {
    // A value that is not UTF-8 is not "dumb".
    return undefined;
  }
}
