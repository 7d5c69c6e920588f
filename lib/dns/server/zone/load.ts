import { fromSystem, ToucanError, UsageError } from "../../../core/mod.ts";
import { nameKey } from "../../codec/canonical.ts";
import { absoluteName } from "../../codec/rdata/absolute.ts";
import { checkZone } from "../../codec/zone/check.ts";
import type { ZoneError } from "../../codec/zone/lexer.ts";
import { readZone } from "../../codec/zone/read.ts";
import { MAX_ITERATIONS } from "./nsec3.ts";
import { Zone } from "./zone.ts";

/** A zone from a file. */
export interface LoadedZone {
  /** The zone. */
  readonly zone: Zone;
  /** Mistakes that do not prevent it from being served, each with its file and line. */
  readonly warnings: readonly string[];
}

/** Options of {@link loadZone}. */
export interface LoadZoneOptions {
  /** Name of the zone. Without it, that of its SOA record. */
  readonly origin?: string;
  /** Returns the text of a file that `$INCLUDE` names in the file `from`. Without it, `$INCLUDE` is an error. */
  readonly include?: (path: string, from: string) => string | undefined;
}

const MAX_FILE_BYTES = 256 * 1024 * 1024;
/** Maximum number of faults that an error lists. */
const MAX_LISTED = 20;

/**
 * Reads a zone from the text of a zone file and checks it. A zone with errors is refused as a whole: one with records
 * missing would answer wrongly.
 *
 * @throws {UsageError} `invalid-zone`: a line for each fault, with file, line and column.
 */
export function loadZone(text: string, file: string, { origin, include }: LoadZoneOptions = {}): LoadedZone {
  const named = origin === undefined ? undefined : absoluteName(origin, ".");
  const read = readZone(text, { file, origin: named, include });
  if (read.errors.length > 0) throw invalid(file, read.errors.map(errorLine));
  const place = ({ line = 1, file: name = file }: Partial<ZoneError> = {}) => `${name}:${line}`;
  const problems = checkZone(read).map((problem) => ({
    severity: problem.severity,
    line: `${place(problem.place)}: ${problem.message}`,
  }));
  const errors = problems.filter(({ severity }) => severity === "error").map(({ line }) => line);
  if (named !== undefined && nameKey(read.origin) !== nameKey(named)) {
    errors.push(`${place()}: the SOA record is of ${read.origin} instead of ${named}`);
  }
  for (const [index, { type, class: klass, fields }] of read.records.entries()) {
    if (klass !== "IN") errors.push(`${place(read.places[index])}: class ${klass} (only IN is supported)`);
    else if (type === "NSEC3PARAM" && Number(fields.iterations) > MAX_ITERATIONS) {
      errors.push(`${place(read.places[index])}: ${fields.iterations} iterations of NSEC3 (at most ${MAX_ITERATIONS})`);
    }
  }
  if (errors.length > 0) throw invalid(file, errors);
  return { zone: new Zone(read), warnings: problems.map(({ line }) => line) };
}

/**
 * Reads a zone from a zone file; `$INCLUDE` names files relative to the folder of this file.
 *
 * Requires read permission for the files.
 *
 * @throws {UsageError} `invalid-zone`.
 * @throws {SystemError} When the file cannot be read.
 */
export function loadZoneFile(path: string, origin?: string): LoadedZone {
  const include = (name: string) => {
    try {
      return readText(beside(name, path));
    } catch (error) {
      if (error instanceof ToucanError) return undefined;
      throw error;
    }
  };
  return loadZone(readText(path), path, { origin, include });
}

function readText(path: string): string {
  try {
    const { isFile, size } = Deno.statSync(path);
    // Reading a FIFO would wait for its writer.
    if (!isFile) throw new UsageError(`cannot read ${path}: it is not a file`, { code: "invalid-zone" });
    if (size > MAX_FILE_BYTES) {
      throw new UsageError(`cannot read ${path}: it has more than ${MAX_FILE_BYTES / 1024 ** 2} MiB`, {
        code: "invalid-zone",
      });
    }
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw error instanceof ToucanError ? error : fromSystem(error, { doing: "read", what: path });
  }
}

/** A path relative to the folder of a file. */
function beside(path: string, file: string): string {
  const folder = /^.*[\\/]/.exec(file)?.[0] ?? "";
  return /^(?:[\\/]|[a-z]:)/i.test(path) ? path : folder + path;
}

function errorLine({ file, line, column, message }: ZoneError): string {
  return `${file}:${line}:${column}: ${message}`;
}

function invalid(file: string, lines: readonly string[]): UsageError {
  const listed = lines.slice(0, MAX_LISTED);
  if (lines.length > MAX_LISTED) listed.push(`and ${lines.length - MAX_LISTED} more`);
  return new UsageError(`invalid zone file ${file}: ${listed.join("\n")}`, { code: "invalid-zone" });
}
