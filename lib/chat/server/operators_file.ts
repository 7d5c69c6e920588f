import { decodeText, fromSystem, othersMay, showUntrusted, textLines, UsageError } from "../../core/mod.ts";

/** Contents of a file of IRC operators. */
export interface OperatorsFile {
  /** Passwords by name. */
  readonly operators: ReadonlyMap<string, string>;
  /** Whether other users of the machine can read the file. */
  readonly exposed: boolean;
}

const MAX_BYTES = 64 * 1024;

/**
 * Reads a file with a line `NAME:PASSWORD` for each IRC operator; blank lines and those that begin with `#` are
 * ignored.
 *
 * Permissions: `--allow-read=FILE`.
 *
 * @throws {UsageError} `invalid-operators` when a line is invalid, a name is duplicate, or there is no line.
 * @throws {SystemError} When the file cannot be read.
 */
export async function readOperators(path: string): Promise<OperatorsFile> {
  const operators = new Map<string, string>();
  const fault = (why: string) => new UsageError(`${path}: ${why}`, { code: "invalid-operators" });
  let text: string;
  let exposed: boolean;
  try {
    const stat = await Deno.stat(path);
    if (stat.size > MAX_BYTES) throw fault(`file too large (limit: ${MAX_BYTES / 1024} KiB)`);
    exposed = othersMay(stat, 0o077);
    text = decodeText(await Deno.readFile(path));
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
  for (const [i, line] of textLines(text).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, name = "", password = ""] = /^([^:\s]+):(.*\S.*)$/.exec(line) ?? [];
    // The line is not shown: it may be a password.
    if (name === "") throw fault(`invalid line ${i + 1}: must be NAME:PASSWORD`);
    if (operators.has(name)) throw fault(`duplicate operator "${showUntrusted(name, { limit: 60 })}"`);
    operators.set(name, password);
  }
  if (operators.size === 0) throw fault("no operators in the file");
  return { operators, exposed };
}
