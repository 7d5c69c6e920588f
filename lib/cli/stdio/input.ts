import { UsageError } from "../../core/errors/errors.ts";
import { fromSystem } from "../../core/errors/system_error.ts";
import { releasePaths } from "../sandbox/drop_permissions.ts";
import { type Line, type LineOptions, LineSplitter } from "../../core/bytes/lines.ts";
import { Utf8Chunks } from "../../core/system/text.ts";
import { readStdin } from "./stdin.ts";

const CHUNK_BYTES = 64 * 1024;
const STDIN: InputFile = { path: "-" };
/** Blank lines and comments of a list. */
const BLANK_OR_COMMENT = /^\s*(?:#|$)/;

/** Options of {@link inputs}. */
export interface InputOptions extends LineOptions {
  /** Whether blank lines and those that begin with `#` are skipped, as in a list of URLs. @default false */
  readonly comments?: boolean;
  /** Opened files, whose lines follow the operands; they are closed when they were read. @default [] */
  readonly files?: readonly InputFile[];
}

/** A file with inputs. */
export interface InputFile {
  /** Its path; `-` for stdin. */
  readonly path: string;
  /** The open file; undefined for stdin. */
  readonly file?: Deno.FsFile;
}

/**
 * Opens files with inputs and drops the permission to read them; `-` stands for stdin.
 *
 * @throws {SystemError} If one cannot be opened.
 */
export function openInputs(paths: readonly string[]): InputFile[] {
  const files = paths.map((path): InputFile => {
    if (path === "-") return { path };
    try {
      return { path, file: Deno.openSync(path) };
    } catch (error) {
      throw fromSystem(error, { doing: "open", what: path });
    }
  });
  releasePaths(...paths);
  return files;
}

/**
 * Returns the inputs of a batch: the operands, with the lines of stdin in place of an operand `-`, or the lines of stdin if
 * there are neither operands nor files. Empty lines of stdin and files are skipped.
 *
 * @throws {UsageError} If there are no operands and stdin is a terminal.
 * @throws {SystemError} If a file cannot be read.
 */
export async function* inputs(
  operands: readonly string[],
  metavar: string,
  options?: InputOptions,
): AsyncGenerator<Line> {
  // Lines are yielded directly: another generator per line would cost more than most tools need for a line.
  for await (const lines of inputGroups(operands, metavar, options)) for (const line of lines) yield line;
}

/** Returns the same inputs in groups as they were read, for a tool to which a promise per line is too slow. */
export async function* inputGroups(
  operands: readonly string[],
  metavar: string,
  { comments = false, files = [], ...options }: InputOptions = {},
): AsyncGenerator<readonly Line[]> {
  if (operands.length + files.length === 0 && Deno.stdin.isTerminal()) {
    throw new UsageError(`${metavar} is missing: specify at least one, or write one per line to stdin`);
  }
  for (const source of operands.length + files.length === 0 ? [STDIN] : [...operands, ...files]) {
    if (typeof source === "string" && source !== STDIN.path) yield [{ text: source }];
    else {
      for await (const lines of linesOf(typeof source === "string" ? STDIN : source, options)) {
        yield lines.filter((line) =>
          comments ? !BLANK_OR_COMMENT.test(line.text) : line.text !== "" || line.problem !== undefined
        );
      }
    }
  }
}

/** Returns the lines of stdin that are not empty, with U+FFFD for bytes that are not valid UTF-8. */
export async function* inputTexts(): AsyncGenerator<string> {
  for await (const { text } of inputs(["-"], "LINE")) yield text;
}

/** Returns the lines of a file or stdin, in groups as they were read; without the byte order mark of a list from Windows. */
async function* linesOf(input: InputFile, options: LineOptions): AsyncGenerator<readonly Line[]> {
  using _file = input.file;
  const splitter = new LineSplitter(options);
  const text = new Utf8Chunks();
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (let count = await readInput(input, buffer); count !== null; count = await readInput(input, buffer)) {
    yield splitter.push(text.push(buffer.subarray(0, count)));
  }
  yield splitter.push(text.end());
  const last = splitter.end();
  if (last) yield [last];
}

async function readInput({ path, file }: InputFile, buffer: Uint8Array): Promise<number | null> {
  if (!file) return await readStdin(buffer);
  try {
    return await file.read(buffer);
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  }
}
