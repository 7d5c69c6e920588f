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

/** Returns the strongest validator of an entity; undefined if it has none. */
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
