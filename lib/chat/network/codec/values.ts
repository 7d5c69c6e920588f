const MAX_TEXT_CHARS = 1024;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Parses JSON in UTF-8; undefined for anything else. */
export function readJson(input: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof input === "string" ? input : decoder.decode(input));
  } catch {
    return undefined;
  }
}

/** Returns whether a value is an object with named values. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns whether a value is a whole number, 0 or more. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Returns whether a value is text that can be part of an IRC line. */
export function isText(value: unknown, limit = MAX_TEXT_CHARS): value is string {
  return typeof value === "string" && value.length <= limit && !/[\0\r\n]/.test(value);
}
