/** Parses a size in bytes, digits only; undefined for another text, or a number that cannot be represented. */
export function parseSize(text: string): number | undefined {
  const size = /^\d{1,20}$/.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(size) ? size : undefined;
}
