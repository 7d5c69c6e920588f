import type { Reader } from "../reader.ts";
import type { ByteWriter } from "../writer.ts";
import type { FieldValue, Kind, RecordFields } from "./kind.ts";
import type { Words } from "./text.ts";

/** Data of a record in two forms. */
export interface RecordData {
  /** As a zone file has it; printable ASCII, whatever was sent. */
  readonly data: string;
  /** The same by parts. */
  readonly fields: RecordFields;
}

/** Layout of the data of a type. */
export interface Layout {
  /** Names of its fields, in order. */
  readonly names: readonly string[];
  /** Reads it from a message. */
  read(reader: Reader): RecordData;
  /** Reads it from a zone file into a message. */
  parse(words: Words, out: ByteWriter): void;
  /** Its zone file form. */
  text(fields: RecordFields): string;
}

/** Makes the layout of data that are fields, one after the other. */
export function layout(kinds: Readonly<Record<string, Kind>>): Layout {
  const parts = Object.entries(kinds);
  return {
    names: Object.keys(kinds),
    read(reader) {
      const fields: Record<string, FieldValue> = {};
      let data = "";
      for (const [name, kind] of parts) {
        const [value, text] = kind.read(reader);
        fields[name] = value;
        data = joined(data, text);
      }
      return { data, fields };
    },
    parse(words, out) {
      for (const [name, kind] of parts) kind.parse(words, out, name);
    },
    text: (fields) =>
      parts.map(([name, kind]) => kind.text(fields[name] ?? "")).filter((word) => word !== "").join(" "),
  };
}

function joined(before: string, word: string): string {
  if (before === "" || word === "") return before + word;
  return `${before} ${word}`;
}
