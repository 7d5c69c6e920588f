import { formatTtl } from "../ttl.ts";
import { isSubdomain } from "../canonical.ts";
import { sameName } from "../name.ts";
import type { ResourceRecord } from "../record.ts";

/** Options of {@link writeZone}. */
export interface WriteZoneOptions {
  /** Name of the zone: owner names are written relative to it, behind `$ORIGIN`. Without it, they are absolute. */
  readonly origin?: string;
  /** TTL of records whose line has none, behind `$TTL`. Without it, each record has its own. */
  readonly ttl?: number;
  /** Write TTLs as `1h2m` instead of seconds. @default {false} */
  readonly units?: boolean;
  /** Pad names, TTLs and types, so that they stand below one another. @default {false} */
  readonly columns?: boolean;
}

/**
 * Writes records as a zone file, one line for each, without line ends. Names in their data are absolute.
 *
 * @example
 * ```ts
 * import { recordFrom, writeZone } from "../../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const record = recordFrom({ name: "www.example.", type: "A", ttl: 60, data: "192.0.2.1" });
 * assertEquals([...writeZone([record], { origin: "example." })], ["$ORIGIN example.", "www 60 IN A 192.0.2.1"]);
 * ```
 */
export function* writeZone(
  records: Iterable<ResourceRecord>,
  options: WriteZoneOptions = {},
): Iterable<string> {
  const { origin, ttl, units = false, columns = false } = options;
  if (origin !== undefined) yield `$ORIGIN ${origin}`;
  if (ttl !== undefined) yield `$TTL ${formatTtl(ttl, units)}`;
  const heads = (record: ResourceRecord) => headOf(record, options);
  const widths = columns ? widthsOf(records, heads) : [];
  for (const record of records) {
    const words = heads(record).map((word, index) => word.padEnd(widths[index] ?? 0));
    yield `${words.join(" ")} ${record.data}`;
  }
}

/** Names longer than this do not move the columns of all others. */
const MAX_NAME_WIDTH = 40;

function widthsOf(
  records: Iterable<ResourceRecord>,
  heads: (record: ResourceRecord) => readonly string[],
): readonly number[] {
  const widths: number[] = [];
  for (const record of records) {
    heads(record).forEach((word, index) => {
      const width = index === 0 ? Math.min(word.length, MAX_NAME_WIDTH) : word.length;
      widths[index] = Math.max(widths[index] ?? 0, width);
    });
  }
  return widths;
}

function headOf({ name, ttl, class: klass, type }: ResourceRecord, options: WriteZoneOptions): string[] {
  const { origin, ttl: usual, units = false } = options;
  const own = ttl === undefined || ttl === usual ? [] : [formatTtl(ttl, units)];
  // In columns each line has as many words.
  if (options.columns && usual !== undefined && own.length === 0) own.push("");
  return [relative(name, origin), ...own, klass, type];
}

function relative(name: string, origin: string | undefined): string {
  if (origin === undefined) return name;
  if (sameName(name, origin)) return "@";
  if (origin === "." || !isSubdomain(name, origin)) return name;
  return name.slice(0, -origin.length - 1);
}
