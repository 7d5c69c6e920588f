/** Versions as SemVer 2.0.0 writes them; groups: numbers, prerelease. */
const VERSION =
  /^(\d{1,9}\.\d{1,9}\.\d{1,9})(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*))?(?:\+[\dA-Za-z.-]+)?$/;

/** Returns whether a text is a version (SemVer 2.0.0), such as `1.0.0-rc.1`. */
export function isVersion(text: string): boolean {
  return text.length <= 100 && VERSION.test(text);
}

/**
 * Compares two versions by their precedence (SemVer 2.0.0 §11): a release follows its prereleases, and build metadata is
 * ignored. Returns a negative number if `a` is older, a positive one if it is newer. Texts that are not versions are
 * compared as `0.0.0`.
 */
export function compareVersions(a: string, b: string): number {
  const [[numbersA, preA], [numbersB, preB]] = [partsOf(a), partsOf(b)];
  const order = compareLists(numbersA, numbersB);
  if (order !== 0) return order;
  if (preA.length === 0 || preB.length === 0) return preB.length - preA.length;
  return compareLists(preA, preB);
}

function partsOf(version: string): [numbers: string[], prerelease: string[]] {
  const [, numbers = "0.0.0", prerelease] = VERSION.exec(version) ?? [];
  return [numbers.split("."), prerelease?.split(".") ?? []];
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [index, one] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compareIdentifiers(one, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers come before words; words are compared by their characters. */
function compareIdentifiers(a: string, b: string): number {
  const [numberA, numberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numberA && numberB) {
    const [x, y] = [BigInt(a), BigInt(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (numberA !== numberB) return numberA ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
