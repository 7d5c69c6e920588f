import { parseHttpDate } from "../../http/codec/fields/date.ts";
import type { Fields } from "../../http/codec/fields/fields.ts";

/** Identity of an entity that is downloaded in several attempts. */
export interface Entity {
  /** The requested URL. */
  readonly url: string;
  /** Its entity tag, if that is a strong validator. */
  readonly etag?: string;
  /** Its Last-Modified, if that is a strong validator. */
  readonly lastModified?: string;
  /** Its size in bytes. */
  readonly length?: number;
}

/** Returns the entity that a response carries, whole or in part. */
export function entityOf(url: string, headers: Fields, length: number | undefined): Entity {
  const etag = headers.get("etag");
  const strong = etag !== undefined && /^"[\x21\x23-\x7e\x80-\xff]*"$/.test(etag) ? etag : undefined;
  return { url, etag: strong, lastModified: strongDate(headers), length };
}

/** Returns Last-Modified if it is a strong validator: older than the response by at least a second (RFC 9110 §8.8.2.2). */
function strongDate(headers: Fields): string | undefined {
  const [text, now] = [headers.get("last-modified"), headers.get("date")];
  const [modified, date] = [text, now].map((value) => value === undefined ? undefined : parseHttpDate(value));
  return modified !== undefined && date !== undefined && date - modified >= 1000 ? text : undefined;
}

/** Returns the validator for If-Range; undefined if the entity has no strong one. */
export function validatorOf(entity: Entity | undefined): string | undefined {
  return entity?.etag ?? entity?.lastModified;
}

/** Whether a validator proves that two responses carry one entity, and no other one contradicts it. */
export function isSameEntity(entity: Entity, other: Entity): boolean {
  const validators = ["etag", "lastModified"] as const;
  const both = [...validators, "length" as const].filter((key) =>
    entity[key] !== undefined && other[key] !== undefined
  );
  return both.every((key) => entity[key] === other[key]) && validators.some((key) => both.includes(key));
}

/** Formats an entity for the note beside a part file. */
export function formatEntity(entity: Entity): string {
  return JSON.stringify({ toucan: "part", ...entity }) + "\n";
}

/** Parses the output of {@link formatEntity}; undefined for any other text. */
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
