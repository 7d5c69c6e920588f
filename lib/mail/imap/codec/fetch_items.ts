import { ImapSyntaxError, type Scanner } from "./scanner.ts";
import { formatAstring } from "./text.ts";

/** Part of a message that FETCH asks for (RFC 3501 §6.4.5). */
export interface FetchSection {
  /** Numbers of the part; of the message itself none. */
  readonly part: readonly number[];
  /** The piece of it; empty for all. */
  readonly what: "" | "HEADER" | "TEXT" | "MIME" | "HEADER.FIELDS" | "HEADER.FIELDS.NOT";
  /** Names of fields, in lower case. */
  readonly fields: readonly string[];
}

/** Item of FETCH. */
export type FetchItem =
  | { readonly kind: "FLAGS" | "UID" | "INTERNALDATE" | "RFC822.SIZE" | "ENVELOPE" | "BODYSTRUCTURE" | "BODY" }
  | {
    readonly kind: "section";
    /** Name in the response, with what was asked for. */
    readonly label: string;
    readonly section: FetchSection;
    /** Whether the message stays unread. */
    readonly peek: boolean;
    /** Bytes of it that are asked for. */
    readonly partial?: { readonly from: number; readonly length: number };
  };

const FAST = ["FLAGS", "INTERNALDATE", "RFC822.SIZE"] as const;
const ALL = [...FAST, "ENVELOPE"] as const;
const MACROS: ReadonlyMap<string, readonly FetchItem[]> = new Map([
  ["FAST", FAST.map((kind) => ({ kind }))],
  ["ALL", ALL.map((kind) => ({ kind }))],
  ["FULL", [...ALL, "BODY" as const].map((kind) => ({ kind }))],
]);
const WHOLE: FetchSection = { part: [], what: "", fields: [] };
const SINGLE: ReadonlyMap<string, FetchItem> = new Map<string, FetchItem>([
  ...(["FLAGS", "UID", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE", "BODY"] as const)
    .map((kind): [string, FetchItem] => [kind, { kind }]),
  ["RFC822", { kind: "section", label: "RFC822", section: WHOLE, peek: false }],
  ["RFC822.HEADER", { kind: "section", label: "RFC822.HEADER", section: { ...WHOLE, what: "HEADER" }, peek: true }],
  ["RFC822.TEXT", { kind: "section", label: "RFC822.TEXT", section: { ...WHOLE, what: "TEXT" }, peek: false }],
]);

/** Items of one FETCH: each is answered for each message. */
const MAX_ITEMS = 100;
const MAX_FIELDS = 500;
const MAX_DEPTH = 64;
const NAME = /[A-Za-z0-9.]+/y;
const NUMBERS = /(?:[1-9]\d{0,8}\.)*[1-9]\d{0,8}(?=[\].])/y;

/** Reads the items of FETCH: one, a list, or a macro. */
export function readFetchItems(scanner: Scanner): FetchItem[] {
  if (scanner.next === "(") return scanner.list(() => readItem(scanner), { limit: MAX_ITEMS, empty: false });
  const name = scanner.match(/(?:ALL|FAST|FULL)$/iy);
  const macro = name === undefined ? undefined : MACROS.get(name.toUpperCase());
  return macro ? [...macro] : [readItem(scanner)];
}

function readItem(scanner: Scanner): FetchItem {
  const name = (scanner.match(NAME) ?? "").toUpperCase();
  if ((name === "BODY" || name === "BODY.PEEK") && scanner.eat("[")) return readSection(scanner, name === "BODY.PEEK");
  const item = SINGLE.get(name);
  if (!item) throw new ImapSyntaxError(`Unknown item ${name || scanner.next}`);
  return item;
}

function readSection(scanner: Scanner, peek: boolean): FetchItem {
  const part = (scanner.match(NUMBERS) ?? "").split(".").filter((number) => number !== "").map(Number);
  if (part.length > MAX_DEPTH) throw new ImapSyntaxError("Too many levels of parts");
  const named = part.length === 0 ? scanner.next !== "]" : scanner.eat(".");
  const what = named ? readWhat(scanner, part.length > 0) : "";
  const names = what.startsWith("HEADER.FIELDS") ? readFields(scanner) : [];
  scanner.expect("]");
  const numbers = [...part, ...(what === "" ? [] : [what])].join(".");
  const list = names.length === 0 ? "" : ` (${names.map(formatAstring).join(" ")})`;
  const partial = readPartial(scanner);
  return {
    kind: "section",
    label: `BODY[${numbers}${list}]${partial ? `<${partial.from}>` : ""}`,
    section: { part, what, fields: names.map((name) => name.toLowerCase()) },
    peek,
    ...(partial && { partial }),
  };
}

function readWhat(scanner: Scanner, inPart: boolean): FetchSection["what"] {
  const name = (scanner.match(NAME) ?? "").toUpperCase();
  switch (name) {
    case "MIME":
      if (!inPart) break;
      return name;
    case "HEADER":
    case "TEXT":
    case "HEADER.FIELDS":
    case "HEADER.FIELDS.NOT":
      return name;
  }
  throw new ImapSyntaxError("Invalid section");
}

function readFields(scanner: Scanner): string[] {
  scanner.expect(" ");
  return scanner.list(() => {
    const name = scanner.astring("field name");
    if (!/^[\x21-\x39\x3b-\x7e]{1,200}$/.test(name)) throw new ImapSyntaxError("Invalid field name");
    return name;
  }, { limit: MAX_FIELDS, empty: false });
}

function readPartial(scanner: Scanner): { readonly from: number; readonly length: number } | undefined {
  if (!scanner.eat("<")) return undefined;
  const from = scanner.number();
  scanner.expect(".");
  const length = scanner.number();
  scanner.expect(">");
  if (length === 0) throw new ImapSyntaxError("Invalid partial range");
  return { from, length };
}
