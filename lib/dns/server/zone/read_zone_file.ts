import { fromSystem, UsageError } from "../../../core/mod.ts";
import { dirname, isAbsolute, join } from "../../../deps/std/path.ts";
import type { ZonePlace } from "../../codec/zone/lexer.ts";
import { readZone } from "../../codec/zone/read.ts";
import { servedName } from "../names/name_entry.ts";
import { Zone } from "./zone.ts";
import { zoneProblems } from "./zone_problems.ts";

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
 * Reads a zone file. Files of `$INCLUDE` are looked for in the folder of the file that names them, and have
 * to be below that of the zone file.
 *
 * Requires read permission for the file, and for those that it includes.
 *
 * @throws {SystemError} When the file cannot be read.
 * @throws {UsageError} `invalid-name` for the origin; `invalid-zone` if it is not a file, or too large.
 */
export function readZoneFile(path: string, origin?: string): ZoneFile {
  const wanted = origin === undefined ? undefined : servedName(origin);
  // The reader knows an included file by the name in the directive.
  const paths = new Map([[path, path]]);
  const include = (included: string, from: string) => {
    const found = isAbsolute(included) ? included : join(dirname(paths.get(from) ?? from), included);
    paths.set(included, found);
    return isBelow(found, dirname(path)) ? textOf(found) : undefined;
  };
  const read = readZone(readText(path), { origin: wanted, file: path, include });
  const fileOf = (file: string) => paths.get(file) ?? file;
  const errors = read.errors.map(({ file, line, column, message }) => `${fileOf(file)}:${line}:${column}: ${message}`);
  if (errors.length > 0) return { errors, warnings: [] };
  const placeOf = (place?: ZonePlace) => place ? `${fileOf(place.file)}:${place.line}` : path;
  const warnings: string[] = [];
  for (const { severity, message, place } of zoneProblems(read, wanted)) {
    (severity === "error" ? errors : warnings).push(`${placeOf(place)}: ${message}`);
  }
  return errors.length > 0 ? { errors, warnings } : { zone: new Zone(read), errors, warnings };
}

/** Returns whether a file is in a folder or below it, wherever links lead. */
function isBelow(path: string, folder: string): boolean {
  try {
    const inside = join(Deno.realPathSync(folder), "x").slice(0, -1);
    return Deno.realPathSync(path).startsWith(inside);
  } catch {
    return false;
  }
}

function readText(path: string): string {
  try {
    const { size, isFile } = Deno.statSync(path);
    // Reading a FIFO would wait for its writer.
    if (!isFile) throw new UsageError(`cannot read ${path}: it is not a file`, { code: "invalid-zone" });
    if (size > MAX_FILE_BYTES) {
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
