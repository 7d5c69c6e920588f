import { labelCount, nameKey, parentName } from "../codec/canonical.ts";

/** The last `count` labels of a name. */
export function ancestor(name: string, count: number): string {
  let result = name;
  for (let labels = labelCount(name); labels > count; labels--) result = parentName(result);
  return result;
}

/** The names from below `zone` down to `name`, that of the fewest labels first. */
export function namesBelow(zone: string, name: string): string[] {
  const names: string[] = [];
  for (let count = labelCount(zone) + 1; count <= labelCount(name); count++) names.push(ancestor(name, count));
  return names;
}

/** The longest name that both are at or below. */
export function commonAncestor(one: string, other: string): string {
  let count = Math.min(labelCount(one), labelCount(other));
  while (count > 0 && !equalNames(ancestor(one, count), ancestor(other, count))) count--;
  return ancestor(one, count);
}

/** Whether two absolute names are the same. */
export function equalNames(one: string, other: string): boolean {
  return nameKey(one) === nameKey(other);
}

/** The wildcard below a name (RFC 4592 §2.1.1). */
export function wildcardOf(name: string): string {
  return name === "." ? "*." : `*.${name}`;
}
