import { fromSystem, UsageError } from "../../../core/mod.ts";
import { dirname, isAbsolute, join } from "../../../deps/std/path.ts";
import { dnsName } from "../../client/query.ts";
import { checkZone } from "../../codec/zone/check.ts";
import { readZone } from "../../codec/zone/read.ts";
import { Zone } from "./zone.ts";

/** A zone file that was read: the zone, or what is wrong. */
export interface ZoneFile {
  /** The zone; undefined if it cannot be served. */
  readonly zone?: Zone;
  /** Faults for which it cannot be served, with their places: `zone.db:3:8: invalid address`. */
  readonly errors: readonly string[];
  /** Mistakes with which it can. */
  readonly warnings: readonly string[];
}

/** Returns the paths to read for a zone file: the file, and the folder of those that it includes. */
export function zoneFilePaths(path: string): string[] {
  return [path, dirname(path)];
}

/** Longest file. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/**
 * Reads a zone file. Files of `$INCLUDE` are looked for in the folder of the file that names them.
 *
 * Requires read permission for the file, and for those that it includes.
 *
 * @throws {SystemError} When the file cannot be read.
 * @throws {UsageError} `invalid-name` for the origin.
 */
export function readZoneFile(path: string, origin?: string): ZoneFile {
  const read = readZone(readText(path), {
    origin: origin === undefined ? undefined : dnsName(origin),
    file: path,
    include: (included, from) => textOf(isAbsolute(included) ? included : join(dirname(from), included)),
  });
  const errors = read.errors.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
  if (errors.length > 0) return { errors, warnings: [] };
  const problems = checkZone(read).map(({ severity, message, place }) => {
    return { severity, text: `${place ? `${place.file}:${place.line}` : path}: ${message}` };
  });
  const textsOf = (wanted: string) => problems.filter(({ severity }) => severity === wanted).map(({ text }) => text);
  const [fatal, warnings] = [textsOf("error"), textsOf("warning")];
  return fatal.length > 0 ? { errors: fatal, warnings } : { zone: new Zone(read), errors: [], warnings };
}

function readText(path: string): string {
  try {
    const { size, isFile } = Deno.statSync(path);
    if (isFile && size > MAX_FILE_BYTES) {
      throw new UsageError(`zone file ${path} has more than 256 MiB`, { code: "invalid-zone" });
    }
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw error instanceof UsageError ? error : fromSystem(error, { doing: "read", what: path });
  }
}

/** Returns the text of an included file; undefined if it cannot be read, which is an error with a place. */
function textOf(path: string): string | undefined {
  try {
    return readText(path);
  } catch {
    return undefined;
  }
}
