import type { Sink } from "./sink.ts";

let dumb: boolean | undefined;

/**
 * Returns whether the terminal does not support escape sequences: TERM is `dumb`. TERM is read once, before permissions are
 * dropped; without the permission to read it, escape sequences are assumed to work.
 */
export function dumbTerminal(): boolean {
  return dumb ??= readTerm() === "dumb";
}

/** Returns whether text on a sink may be coloured: it is a terminal that supports colours, and NO_COLOR is not set. */
export function supportsColour(sink: Pick<Sink, "isTerminal">): boolean {
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
