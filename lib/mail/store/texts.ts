/** Facts of a chunk of searchable texts, by message. */
export interface TextFacts {
  /** Ids of the messages. */
  readonly ids: readonly string[];
  /** Characters of each text (UTF-16). */
  readonly lengths: readonly number[];
  /** Number of attachments of each. */
  readonly attachments: readonly number[];
}

/** A chunk that is stored. */
export interface StoredTexts extends TextFacts {
  /** Position of its texts. */
  readonly at: number;
  /** Bytes of its texts. */
  readonly size: number;
}

/** Storage of the texts of messages that searches look into. It can be made from the messages at any time. */
export interface TextStorage {
  /** Returns the chunks of earlier runs; an id is empty where the message is gone. */
  load(): readonly StoredTexts[];
  /** Stores a chunk; undefined where that is not possible. */
  store(facts: TextFacts, texts: Uint8Array): StoredTexts | undefined;
  /** Reads the texts of a chunk, into a buffer if they fit; undefined when that is not possible. */
  read(chunk: StoredTexts, buffer: Uint8Array): Promise<Uint8Array | undefined>;
}
