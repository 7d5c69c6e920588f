import { type InputFile, inputGroups, inputs } from "../../lib/cli/mod.ts";
import { type Line, type ToucanError, type Trace, UsageError } from "../../lib/core/mod.ts";
import { type NameServer, parseBulkLine, type QueryType, queryType, type TlsSettings } from "../../lib/dns/internal.ts";

/** Parts of a call that queries servers about the names of its operands or of stdin. */
export interface ServerCall {
  /** The operands. */
  readonly operands: readonly string[];
  /** Opened files with more of them. */
  readonly files?: readonly InputFile[];
  /** Record types; empty for the default. */
  readonly types: readonly QueryType[];
  /** The servers. */
  readonly servers: readonly NameServer[];
  /** Maximum queries to each server. */
  readonly attempts?: number;
  /** Whether they are queried over TCP at once. */
  readonly tcp: boolean;
  /** Verification of the servers of encrypted connections. */
  readonly tls?: TlsSettings;
  /** Milliseconds for an input. */
  readonly timeout: number;
  /** Aborts it. */
  readonly signal: AbortSignal;
  /** Receives the trace of the wire. */
  readonly trace?: Trace;
}

/** Maximum length of an input line: each of the 255 bytes of a name may be written as an escape of four. */
const MAX_LINE_BYTES = 1024;
const LINES = { limit: MAX_LINE_BYTES, comments: true };

/** Returns the names of the operands and the files, or of the lines of stdin. */
export function nameLines({ operands, files }: Pick<ServerCall, "operands" | "files">): AsyncGenerator<Line> {
  return inputs(operands, "NAME", { ...LINES, files });
}

/** Returns the same in groups as they are read. */
export function nameGroups(
  { operands, files }: Pick<ServerCall, "operands" | "files">,
): AsyncGenerator<readonly Line[]> {
  return inputGroups(operands, "NAME", { ...LINES, files });
}

/** A name to ask about, from an operand or a line. */
export interface AskedName {
  /** Text that was read. */
  readonly input: string;
  /** The name or address in it. */
  readonly name: string;
  /** Types that the line has of its own. */
  readonly types?: readonly QueryType[];
  /** Why the line is invalid. */
  readonly error?: ToucanError;
}

/** Returns the names of {@link nameLines}, each with the types that its line has: `example.com MX,TXT`. */
export async function* askedNames(call: Pick<ServerCall, "operands" | "files">): AsyncGenerator<AskedName> {
  for await (const { text, problem } of nameLines(call)) {
    const [name = "", ...own] = text.trim().split(/\s+/);
    if (problem) {
      const input = text.slice(0, 60);
      yield { input, name: input, error: new UsageError(`invalid domain name "${input}"`, { code: "invalid-name" }) };
    } else if (!name.startsWith(";")) {
      const item = own.length > 0 ? parseBulkLine(text, []) : undefined;
      const valid = item !== undefined && !item.error;
      // What is behind a blank but not a type is said of the whole text as a name.
      yield valid ? { input: item.input, name, types: item.types.map(queryType) } : { input: text, name: text };
    }
  }
}
