import { idOfName } from "./file_name.ts";

/** Places that are kept for reuse: there are as many as sets of flags. */
const SHARED = 1000;
const shared = new Map<string, string>();

/** Length of `new/` and `cur/`. */
const PART = 4;

/** Returns the id in a name of a file in a part of a maildir, and its place: what is in front of the id and behind it, such as `cur/:2,S`. */
export function placeOfName(part: "new" | "cur", name: string): readonly [id: string, place: string] {
  const id = idOfName(name);
  return [id, place(part, name.slice(id.length))];
}

/** Returns the path of a message below its maildir: `cur/ID:2,S`. */
export function placePath(id: string, place: string): string {
  return place.slice(0, PART) + id + place.slice(PART);
}

/** Returns a place, the same text for all equal ones. */
export function place(part: "new" | "cur", info: string): string {
  const made = `${part}/${info}`;
  const known = shared.get(made);
  if (known !== undefined) return known;
  if (shared.size < SHARED) shared.set(made, made);
  return made;
}
