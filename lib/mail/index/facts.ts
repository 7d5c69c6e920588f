import { type Envelope, readEnvelope } from "../mime/envelope.ts";
import { type Entity, readEntities } from "../mime/entity.ts";
import { headBudget, type MailField, readHead } from "../mime/fields.ts";
import { withLineEnds } from "../mime/line_ends.ts";
import { type MailStructure, plainStructure, structureOf } from "../mime/structure.ts";
import { packStructure, unpackStructure } from "./pack_structure.ts";

/** Facts about a message that are read once: its size, the header fields that clients list and search, and its structure. All text is untrusted. */
export interface MailFacts {
  /** Size in bytes, with lines that end with CR LF. */
  readonly size: number;
  /** Lines of the body. */
  readonly lines: number;
  /** The header fields of {@link FACT_FIELDS}, in order, with names in lower case; none when the header is beyond the limits. */
  readonly fields: readonly MailField[];
  /** The names of all other header fields in lower case, each once. */
  readonly others: ReadonlySet<string>;
  /** The envelope, as IMAP describes it. */
  readonly envelope: Envelope;
  /** The structure, as IMAP describes it; offsets are those in the message whose lines end with CR LF. Its envelope is {@link envelope}. */
  readonly structure: MailStructure;
}

/** Letters of the header fields whose values are kept. */
const LETTERS: readonly (readonly [letter: string, name: string])[] = [
  ["s", "subject"],
  ["f", "from"],
  ["t", "to"],
  ["c", "cc"],
  ["b", "bcc"],
  ["d", "date"],
  ["i", "message-id"],
  ["r", "references"],
  ["a", "in-reply-to"],
  ["n", "sender"],
  ["y", "reply-to"],
];
const LETTER_OF = new Map(LETTERS.map(([letter, name]) => [name, letter]));
const NAME_OF = new Map(LETTERS);

/** Names of the header fields whose values are among the facts. */
export const FACT_FIELDS: ReadonlySet<string> = new Set(LETTER_OF.keys());

/**
 * Reads the facts of a message, as text in which neither LF nor lone surrogates occur: the sizes, the structure, the names of other fields,
 * and a letter with the value of each field, between NULs. What is beyond the limits of the parser is left out.
 */
export function packFacts(stored: Uint8Array, read: ReadMail = readMail(stored)): string {
  const { bytes, root } = read;
  const { fields, body } = root ? { fields: root.fields, body: root.start } : headOf(bytes);
  const structure = (root && attempt(() => structureOf(bytes, root))) ?? plainStructure(bytes);
  const others = new Set<string>();
  const values: string[] = [];
  for (const { name, value } of fields) {
    const lower = name.toLowerCase();
    const letter = LETTER_OF.get(lower);
    if (letter === undefined) others.add(lower);
    else values.push(letter + value);
  }
  const sizes = `${stored.length} ${bytes.length} ${countLines(bytes, body)}`;
  return [sizes, packStructure(structure), [...others].join(":"), ...values].join("\0");
}

/** A message whose lines end with CR LF, with its parts; without them when they are beyond the limits. */
interface ReadMail {
  readonly bytes: Uint8Array;
  readonly root?: Entity;
}

function readMail(stored: Uint8Array): ReadMail {
  const bytes = withLineEnds(stored);
  return { bytes, root: attempt(() => readEntities(bytes)) };
}

/** Reads packed facts of a message of this many bytes; undefined when they are those of another one. */
export function unpackFacts(packed: string, stored: number): MailFacts | undefined {
  const [, of, size, lines] = /^(\d+) (\d+) (\d+)\0/.exec(packed) ?? [];
  return Number(of) === stored ? new PackedFacts(packed, Number(size), Number(lines)) : undefined;
}

/** Facts that are read from their text when they are asked for. */
class PackedFacts implements MailFacts {
  readonly size: number;
  readonly lines: number;
  readonly #packed: string;
  #pieces?: readonly string[];

  constructor(packed: string, size: number, lines: number) {
    this.#packed = packed;
    this.size = size;
    this.lines = lines;
  }

  get fields(): readonly MailField[] {
    return this.#split().slice(3).map((piece) => ({ name: NAME_OF.get(piece.charAt(0)) ?? "", value: piece.slice(1) }));
  }

  get others(): ReadonlySet<string> {
    const names = this.#split()[2] ?? "";
    return new Set(names === "" ? [] : names.split(":"));
  }

  get envelope(): Envelope {
    return readEnvelope(this.fields);
  }

  get structure(): MailStructure {
    return { ...unpackStructure(this.#split()[1] ?? ""), envelope: this.envelope };
  }

  #split(): readonly string[] {
    return this.#pieces ??= this.#packed.split("\0");
  }
}

/** The header of a message whose parts are beyond the limits; without fields when the header is. */
function headOf(bytes: Uint8Array): Pick<Entity, "fields"> & { readonly body: number } {
  return attempt(() => readHead(bytes, 0, headBudget())) ?? { fields: [], body: bytes.length };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function countLines(bytes: Uint8Array, from: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return bytes.length > from && bytes.at(-1) !== 10 ? lines + 1 : lines;
}
