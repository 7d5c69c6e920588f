import type { Reader } from "../reader.ts";
import type { ByteWriter } from "../writer.ts";
import type { Words } from "./text.ts";

/** A value in a record's data, as programs see it. */
export type FieldValue = number | string | readonly string[];

/** The values in a record's data, by the names that the RFCs give them. Text is decoded as UTF-8. */
export type RecordFields = Readonly<Record<string, FieldValue>>;

/** A kind of value in the data of records: how it is read from a message and from a zone file. */
export interface Kind {
  /** Reads it from a message: the value, and its words in a zone file. */
  read(reader: Reader): readonly [value: FieldValue, text: string];
  /** Reads it from the words of a zone file into a message. */
  parse(words: Words, out: ByteWriter, what: string): void;
  /** The words of a value in a zone file. */
  text(value: FieldValue): string;
}

/** Makes a kind whose value is its word in a zone file. */
export function kind(read: (reader: Reader) => FieldValue, parse: Kind["parse"], text: Kind["text"] = String): Kind {
  return {
    read: (reader) => {
      const value = read(reader);
      return [value, text(value)];
    },
    parse,
    text,
  };
}
