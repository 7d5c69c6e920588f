import { type FtpEntry, type FtpListing, isEntryName } from "./entry.ts";
import { parseSize } from "./size.ts";
import { formatTimeValue, parseTimeValue } from "./time_value.ts";

/** Facts of an entry that {@link formatFacts} knows, in lower case and in their order. */
export const FACTS = ["type", "size", "modify", "unique", "unix.mode"] as const;

/**
 * Parses a line of `MLSD` (RFC 3659 §7.2), such as `type=file;size=3;modify=20260101000000; name`. `self` is the folder
 * itself, `parent` the one above.
 *
 * @returns undefined for a line that is not an entry, or whose name cannot be the name of a file.
 * @example
 * ```ts
 * import { formatFacts, parseFacts } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const entry = { name: "a b", type: "file", size: 3 } as const;
 * assertEquals(formatFacts(entry), "type=file;size=3; a b");
 * assertEquals(parseFacts("Type=file;Size=3; a b"), entry);
 * assertEquals(parseFacts("type=cdir; ."), "self");
 * ```
 */
export function parseFacts(line: string): FtpEntry | "self" | "parent" | undefined {
  const { facts, name } = split(line) ?? {};
  if (!facts || name === undefined) return undefined;
  const type = facts.get("type")?.toLowerCase();
  if (type === "cdir" || name === ".") return "self";
  if (type === "pdir" || name === "..") return "parent";
  return isEntryName(name) ? entryOf(facts, name) : undefined;
}

/**
 * Parses the line of a reply to `MLST`, whose name is a path in a form of the server's choice; undefined for a line
 * without facts. The name is untrusted, and not to be used.
 */
export function parsePathFacts(line: string): FtpEntry | undefined {
  // A reply puts a space before the line (RFC 3659, section 7.2).
  const { facts, name } = split(line.replace(/^ /, "")) ?? {};
  return facts && facts.size > 0 && name !== undefined ? entryOf(facts, name) : undefined;
}

/** Parses the lines of `MLSD`. Names are untrusted, and may occur twice. */
export function parseFactLines(lines: readonly string[]): FtpListing {
  const entries: FtpEntry[] = [];
  let unreadable = 0;
  for (const line of lines) {
    if (line === "") continue;
    const entry = parseFacts(line);
    if (entry === undefined) unreadable++;
    else if (typeof entry === "object") entries.push(entry);
  }
  return { entries, unreadable };
}

/** A link whose target has a space, as Pure-FTPd writes it, although no fact may have one. */
const LINK = /^(?:[^ ;]*;)*type=os\.unix=s(?:ym)?link:[^;]*;/i;

function split(line: string): { facts: Map<string, string>; name: string } | undefined {
  const first = line.indexOf(" ");
  const link = first > 0 && line[first - 1] !== ";" ? LINK.exec(line) : null;
  const space = link ? line.indexOf(" ", link[0].length) : first;
  if (space < 0) return undefined;
  const facts = new Map<string, string>();
  for (const fact of line.slice(0, space).split(";")) {
    const equals = fact.indexOf("=");
    if (equals > 0) facts.set(fact.slice(0, equals).toLowerCase(), fact.slice(equals + 1));
    else if (fact !== "") return undefined;
  }
  return { facts, name: line.slice(space + 1) };
}

function entryOf(facts: ReadonlyMap<string, string>, name: string): FtpEntry {
  const { type, target } = typeOf(facts);
  const size = type === "folder" ? undefined : parseSize(facts.get("size") ?? "");
  const modified = parseTimeValue(facts.get("modify") ?? "");
  const mode = facts.get("unix.mode") ?? "";
  const unique = facts.get("unique");
  return {
    name,
    type,
    ...(size !== undefined && { size }),
    ...(modified !== undefined && { modified, precision: "second" }),
    ...(/^[0-7]{3,7}$/.test(mode) && { mode: parseInt(mode, 8) & 0o7777 }),
    ...(target && { target }),
    ...(unique && { unique }),
  };
}

function typeOf(facts: ReadonlyMap<string, string>): { type: FtpEntry["type"]; target?: string } {
  const value = facts.get("type");
  if (value === undefined) return { type: facts.has("size") ? "file" : facts.has("sizd") ? "folder" : "other" };
  const [, link, target] = /^os\.unix=(slink|symlink)(?::(.*))?$/si.exec(value) ?? [];
  if (link !== undefined) return { type: "link", target };
  const type = value.toLowerCase();
  if (type === "file") return { type };
  return { type: type === "dir" || type === "cdir" || type === "pdir" ? "folder" : "other" };
}

const TYPES: Readonly<Record<FtpEntry["type"], string>> = {
  file: "file",
  folder: "dir",
  link: "OS.unix=symlink",
  other: "OS.unix=other",
};

/** The type of a link tells its target, if a fact can hold that (RFC 3659 §7.2): clients make a link of it. */
function typeText({ type, target }: FtpEntry): string {
  return type === "link" && target !== undefined && /^[^\s;]+$/.test(target) ? `OS.unix=slink:${target}` : TYPES[type];
}

/**
 * Formats an entry as a line of `MLSD` or `MLST`. The name is written as it is: see that it has no CR or LF.
 *
 * @param wanted Names of the facts to write, in lower case; all without it.
 */
export function formatFacts(entry: FtpEntry, wanted: readonly string[] = FACTS): string {
  const values: Readonly<Record<(typeof FACTS)[number], string | undefined>> = {
    type: typeText(entry),
    size: entry.size?.toString(),
    modify: entry.modified === undefined ? undefined : formatTimeValue(entry.modified),
    unique: entry.unique,
    "unix.mode": entry.mode === undefined ? undefined : `0${entry.mode.toString(8).padStart(3, "0")}`,
  };
  const written = FACTS.filter((fact) => wanted.includes(fact) && values[fact] !== undefined);
  return `${
    written.map((fact) => `${fact === "unix.mode" ? "UNIX.mode" : fact}=${values[fact]};`).join("")
  } ${entry.name}`;
}
