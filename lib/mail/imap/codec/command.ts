import { parseDateTime } from "./date.ts";
import { type FetchItem, readFetchItems } from "./fetch_items.ts";
import { ImapSyntaxError, Scanner } from "./scanner.ts";
import { readSearch, type SearchCommand } from "./search_keys.ts";
import { readSequenceSet, type SequenceSet } from "./sequence_set.ts";

/** Change of flags by STORE. */
export interface StoreChange {
  /** Whether the flags replace the others, or are added or removed. */
  readonly how: "set" | "add" | "remove";
  /** Whether no response is wanted. */
  readonly silent: boolean;
  /** The flags. */
  readonly flags: readonly string[];
}

/** Commands without arguments. */
const BARE = [
  ...["CAPABILITY", "NOOP", "LOGOUT", "STARTTLS", "CHECK", "CLOSE", "UNSELECT", "EXPUNGE", "IDLE", "NAMESPACE"],
] as const;
const ONE_MAILBOX = ["SELECT", "EXAMINE", "CREATE", "DELETE", "SUBSCRIBE", "UNSUBSCRIBE"] as const;

/** Names of mailboxes are as they stand on the wire. */
type Arguments =
  | {
    readonly name:
      | "CAPABILITY"
      | "NOOP"
      | "LOGOUT"
      | "STARTTLS"
      | "CHECK"
      | "CLOSE"
      | "UNSELECT"
      | "IDLE"
      | "NAMESPACE";
  }
  | { readonly name: "EXPUNGE"; readonly set?: SequenceSet }
  | { readonly name: "LOGIN"; readonly user: string; readonly password: string }
  | { readonly name: "AUTHENTICATE"; readonly mechanism: string; readonly initial?: string }
  | { readonly name: "SELECT" | "EXAMINE"; readonly mailbox: string }
  | { readonly name: "CREATE"; readonly mailbox: string }
  | { readonly name: "DELETE"; readonly mailbox: string }
  | { readonly name: "SUBSCRIBE" | "UNSUBSCRIBE"; readonly mailbox: string }
  | { readonly name: "RENAME"; readonly mailbox: string; readonly to: string }
  | {
    readonly name: "LIST" | "LSUB";
    readonly reference: string;
    readonly pattern: string;
    /** Whether to list only mailboxes that have a special use (RFC 6154 §2). */
    readonly special?: boolean;
  }
  | { readonly name: "STATUS"; readonly mailbox: string; readonly items: readonly string[] }
  | {
    readonly name: "APPEND";
    readonly mailbox: string;
    readonly flags: readonly string[];
    readonly received?: number;
    readonly message: Uint8Array;
  }
  | { readonly name: "SEARCH"; readonly search: SearchCommand }
  | { readonly name: "FETCH"; readonly set: SequenceSet; readonly items: readonly FetchItem[] }
  | { readonly name: "STORE"; readonly set: SequenceSet; readonly change: StoreChange }
  | { readonly name: "COPY" | "MOVE"; readonly set: SequenceSet; readonly mailbox: string }
  | { readonly name: "ID"; readonly fields: readonly (readonly [name: string, value: string | undefined])[] }
  | { readonly name: "ENABLE"; readonly capabilities: readonly string[] };

/** Command of a client. */
export type ImapCommand = Arguments & {
  /** Tag that the reply has. */
  readonly tag: string;
  /** Whether UID stood before it: numbers are UIDs. */
  readonly uid: boolean;
};

/** Command that is invalid: the tag of the reply, `*` when there is none that is valid, and the reason. */
export interface ImapFault {
  /** Tag of the reply. */
  readonly tag: string;
  /** The reason. */
  readonly fault: string;
}

const TAG = /[!#$&',-\[\]^-z|-~]+/y;
const NAME = /[A-Za-z]+/y;
const FLAG = /\\?[!#$&'+-\[^-z|-~]+/y;
const SYSTEM_FLAGS = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"];
const STATUS_ITEMS = ["MESSAGES", "RECENT", "UIDNEXT", "UIDVALIDITY", "UNSEEN"];
const MAX_FLAGS = 100;
const MAX_KEYWORD = 100;

/** Parses a command: its text with a mark for each literal, and the literals. */
export function parseCommand(text: string, literals: readonly Uint8Array[] = []): ImapCommand | ImapFault {
  const scanner = new Scanner(text, literals);
  const tag = scanner.match(TAG);
  if (tag === undefined || tag.length > 100) return { tag: "*", fault: "Invalid tag" };
  try {
    scanner.expect(" ");
    const uid = scanner.match(/UID /iy) !== undefined;
    const name = (scanner.match(NAME) ?? "").toUpperCase();
    const found = readArguments(name, uid, scanner);
    if (!found) throw new ImapSyntaxError("Unknown command");
    scanner.end();
    return { ...found, tag, uid };
  } catch (error) {
    if (error instanceof ImapSyntaxError) return { tag, fault: error.message };
    throw error;
  }
}

/** Returns the name and the tag of a command of which only the begin is there. */
export function commandHead(text: string): { readonly tag: string; readonly name: string } {
  const [, tag = "*", name = ""] = /^([!#$&',-\[\]^-z|-~]{1,100}) (?:UID )?([A-Za-z]+)/i.exec(text) ?? [];
  return { tag, name: name.toUpperCase() };
}

function readArguments(name: string, uid: boolean, scanner: Scanner): Arguments | undefined {
  if (uid) return readNumbered(name, true, scanner);
  const bare = BARE.find((one) => one === name);
  if (bare) return { name: bare };
  const named = ONE_MAILBOX.find((one) => one === name);
  const next = <T>(read: () => T): T => (scanner.expect(" "), read());
  const mailbox = () => next(() => scanner.astring("mailbox name"));
  if (named) return { name: named, mailbox: mailbox() };
  switch (name) {
    case "LOGIN":
      return {
        name,
        user: next(() => scanner.astring("user name")),
        password: next(() => scanner.astring("password")),
      };
    case "AUTHENTICATE": {
      const mechanism = next(() => scanner.atom("mechanism")).toUpperCase();
      const initial = scanner.eat(" ") ? scanner.match(/[A-Za-z0-9+/=]+/y) ?? "" : undefined;
      return { name, mechanism, ...(initial !== undefined && { initial }) };
    }
    case "RENAME":
      return { name, mailbox: mailbox(), to: mailbox() };
    case "LSUB":
      return { name, reference: mailbox(), pattern: next(() => readPattern(scanner)) };
    case "LIST":
      return readList(scanner);
    case "STATUS":
      return {
        name,
        mailbox: mailbox(),
        items: next(() => scanner.list(() => readStatusItem(scanner), { empty: false })),
      };
    case "APPEND":
      return readAppend(mailbox(), scanner);
    case "ID":
      return { name, fields: next(() => readId(scanner)) };
    case "ENABLE": {
      const capabilities: string[] = [];
      do capabilities.push(next(() => scanner.atom("capability")).toUpperCase()); while (scanner.next === " ");
      return { name, capabilities };
    }
  }
  return readNumbered(name, false, scanner);
}

/** Commands that UID can stand before. */
function readNumbered(name: string, uid: boolean, scanner: Scanner): Arguments | undefined {
  const next = <T>(read: () => T): T => (scanner.expect(" "), read());
  const set = () => next(() => readSequenceSet(scanner));
  switch (name) {
    case "FETCH":
      return { name, set: set(), items: next(() => readFetchItems(scanner)) };
    case "STORE":
      return { name, set: set(), change: next(() => readStoreChange(scanner)) };
    case "COPY":
    case "MOVE":
      return { name, set: set(), mailbox: next(() => scanner.astring("mailbox name")) };
    case "SEARCH":
      return { name, search: next(() => readSearch(scanner)) };
    case "EXPUNGE":
      // Without UID it has no arguments, and was found before.
      return uid ? { name, set: set() } : undefined;
  }
  return undefined;
}

/** Reads the arguments of LIST. Of the options of RFC 5258 there are those about special uses; what RETURN asks for is always told. */
function readList(scanner: Scanner): Arguments {
  scanner.expect(" ");
  const special = scanner.next === "(" && readListOptions(scanner, ["SPECIAL-USE"]).length > 0;
  if (special) scanner.expect(" ");
  const reference = scanner.astring("mailbox name");
  scanner.expect(" ");
  const pattern = readPattern(scanner);
  if (scanner.match(/ RETURN (?=\()/iy) !== undefined) readListOptions(scanner, ["SPECIAL-USE", "CHILDREN"]);
  return { name: "LIST", reference, pattern, ...(special && { special }) };
}

function readListOptions(scanner: Scanner, known: readonly string[]): string[] {
  return scanner.list(() => {
    const option = scanner.atom("option").toUpperCase();
    if (!known.includes(option)) throw new ImapSyntaxError(`Unknown option ${option}`);
    return option;
  }, { limit: 10 });
}

function readPattern(scanner: Scanner): string {
  const text = scanner.string() ?? scanner.match(/[!#-'*-\[\]^-z|-~]+/y);
  if (text === undefined || text.length > 1000) throw new ImapSyntaxError("Invalid pattern");
  return text;
}

function readStatusItem(scanner: Scanner): string {
  const item = scanner.atom().toUpperCase();
  if (!STATUS_ITEMS.includes(item)) throw new ImapSyntaxError(`Unknown item ${item}`);
  return item;
}

function readAppend(mailbox: string, scanner: Scanner): Arguments {
  scanner.expect(" ");
  let flags: string[] = [];
  if (scanner.next === "(") {
    flags = readFlags(scanner);
    scanner.expect(" ");
  }
  let received: number | undefined;
  if (scanner.next === '"') {
    received = parseDateTime(scanner.string() ?? "");
    if (received === undefined) throw new ImapSyntaxError("Invalid date and time");
    scanner.expect(" ");
  }
  const message = scanner.literal();
  if (!message) throw new ImapSyntaxError("Missing message");
  return { name: "APPEND", mailbox, flags, ...(received !== undefined && { received }), message };
}

function readStoreChange(scanner: Scanner): StoreChange {
  const item = (scanner.match(/[+-]?FLAGS(?:\.SILENT)?(?= )/iy) ?? "").toUpperCase();
  if (item === "") throw new ImapSyntaxError("Invalid item of STORE");
  scanner.expect(" ");
  const flags: string[] = [];
  if (scanner.next === "(") flags.push(...readFlags(scanner));
  else {
    do {
      if (flags.length >= MAX_FLAGS) throw new ImapSyntaxError("Too many flags");
      flags.push(readFlag(scanner));
    } while (scanner.eat(" "));
  }
  const how = item.startsWith("+") ? "add" : item.startsWith("-") ? "remove" : "set";
  return { how, silent: item.endsWith(".SILENT"), flags };
}

function readFlags(scanner: Scanner): string[] {
  return scanner.list(() => readFlag(scanner), { limit: MAX_FLAGS });
}

/** Reads a flag; system flags are written in one way, of others there are none. \Recent cannot be set. */
function readFlag(scanner: Scanner): string {
  const flag = scanner.match(FLAG) ?? "";
  if (flag.startsWith("\\")) {
    const known = SYSTEM_FLAGS.find((one) => one.toLowerCase() === flag.toLowerCase());
    if (known) return known;
    throw new ImapSyntaxError(`Invalid flag ${flag}`);
  }
  if (flag === "" || flag.length > MAX_KEYWORD) throw new ImapSyntaxError("Invalid flag");
  return flag;
}

function readId(scanner: Scanner): (readonly [string, string | undefined])[] {
  if (scanner.next !== "(") {
    if (scanner.nstring() !== undefined) throw new ImapSyntaxError("Invalid list");
    return [];
  }
  return scanner.list(() => {
    const name = scanner.string();
    if (name === undefined) throw new ImapSyntaxError("Invalid field");
    scanner.expect(" ");
    return [name, scanner.nstring()] as const;
  }, { limit: 30 });
}
