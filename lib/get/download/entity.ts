import { parseHttpDate } from "../../http/codec/fields/date.ts";
import type { Fields } from "../../http/codec/fields/fields.ts";

/** What identifies an entity that is downloaded in parts. */
export interface Entity {
  /** The URL that was asked for. */
  readonly url: string;
  /** Its entity tag, if that is a strong one. */
  readonly etag?: string;
  /** When it was changed last, where that is a strong validator. */
  readonly lastModified?: string;
  /** How many bytes it has. */
  readonly length?: number;
}

/** The entity that an answer is, or is a part of. */
export function entityOf(url: string, headers: Fields, length: number | undefined): Entity {
  const etag = headers.get("etag");
  const strong = etag !== undefined && /^"[\x21\x23-\x7e\x80-\xff]*"$/.test(etag) ? etag : undefined;
  return { url, etag: strong, lastModified: strongDate(headers), length };
}

/** Last-Modified, where nothing can have changed within the same second after the answer was made (RFC 9110 §8.8.2.2). */
function strongDate(headers: Fields): string | undefined {
  const [text, now] = [headers.get("last-modified"), headers.get("date")];
  const [modified, date] = [text, now].map((value) => value === undefined ? undefined : parseHttpDate(value));
  return modified !== undefined && date !== undefined && date - modified >= 1000 ? text : undefined;
}

/** What If-Range takes; undefined where nothing proves that a part belongs to the same entity. */
export function validatorOf(entity: Entity | undefined): string | undefined {
  return entity?.etag ?? entity?.lastModified;
}

/** Whether a validator proves that two answers are about one entity, and nothing says otherwise. */
export function isSameEntity(entity: Entity, other: Entity): boolean {
  const validators = ["etag", "lastModified"] as const;
  const both = [...validators, "length" as const].filter((key) =>
    entity[key] !== undefined && other[key] !== undefined
  );
  return both.every((key) => entity[key] === other[key]) && validators.some((key) => both.includes(key));
}

/** An entity as it is kept beside a part. */
export function formatEntity(entity: Entity): string {
  return JSON.stringify({ toucan: "part", ...entity }) + "\n";
}

/** Reads what {@link formatEntity} wrote; undefined for anything else. */
export function parseEntity(text: string): Entity | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("toucan" in value) || value.toucan !== "part") {
      return undefined;
    }
    const read = new Map(Object.entries(value));
    const string = (key: string) => {
      const found: unknown = read.get(key);
      return typeof found === "string" ? found : undefined;
    };
    const length: unknown = read.get("length");
    const known = typeof length === "number" && Number.isSafeInteger(length) && length >= 0 ? length : undefined;
    const url = string("url");
    return url === undefined
      ? undefined
      : { url, etag: string("etag"), lastModified: string("lastModified"), length: known };
  } catch {
    return undefined;
  }
}
