import { UsageError } from "../../../core/mod.ts";
import { splitSets } from "../codec/response/folder.ts";
import { type ImapFetched, parseFetched } from "../codec/response/fetched.ts";
import { ImapRefusedError } from "./refusal.ts";
import type { LiteralSink } from "./reader.ts";
import type { ImapSession } from "./session.ts";

/** Items that {@link ImapClient.fetch} asks for, besides the UID. */
export interface ImapFetchItems {
  /**
   * Flags.
   *
   * @default {false}
   */
  readonly flags?: boolean;
  /**
   * Size.
   *
   * @default {false}
   */
  readonly size?: boolean;
  /**
   * Time of arrival.
   *
   * @default {false}
   */
  readonly received?: boolean;
  /**
   * Envelope.
   *
   * @default {false}
   */
  readonly envelope?: boolean;
  /**
   * Structure.
   *
   * @default {false}
   */
  readonly structure?: boolean;
  /**
   * Fields of the header by their names; all for `true`.
   *
   * @default {undefined}
   */
  readonly header?: true | readonly string[];
}

/** A message with its UID and what was asked for. Text is untrusted. */
export interface ImapMail extends ImapFetched {
  /** UID. */
  readonly uid: number;
}

/** Messages in one command, and bytes that are expected for each. */
interface Portion {
  readonly count: number;
  readonly bytes: number;
}

function portionOf({ envelope, structure, header }: ImapFetchItems): Portion {
  if (header) return { count: 200, bytes: 64 * 1024 };
  return envelope || structure ? { count: 500, bytes: 16 * 1024 } : { count: 5000, bytes: 1024 };
}

function itemsText({ flags, size, received, envelope, structure, header }: ImapFetchItems): string {
  const fields = header === true ? "HEADER" : header && `HEADER.FIELDS (${header.map(fieldName).join(" ")})`;
  const items = [
    "UID",
    flags && "FLAGS",
    size && "RFC822.SIZE",
    received && "INTERNALDATE",
    envelope && "ENVELOPE",
    structure && "BODYSTRUCTURE",
    fields && `BODY.PEEK[${fields}]`,
  ];
  return `(${items.filter(Boolean).join(" ")})`;
}

function fieldName(name: string): string {
  if (!/^[!#$&'+,\-./0-9:;<=>?@A-Z^_`a-z|~]{1,100}$/.test(name) || name.includes(":")) {
    throw new UsageError(`invalid name of a header field "${name.slice(0, 60)}"`, { code: "injection" });
  }
  return name;
}

/** Fetches items of messages, some hundreds at once; in ascending order of the UIDs. Messages that do not exist are left out. */
export async function fetchMails(
  session: ImapSession,
  uids: readonly number[],
  items: ImapFetchItems,
): Promise<ImapMail[]> {
  const text = itemsText(items);
  const { count, bytes } = portionOf(items);
  const all: ImapMail[] = [];
  for (const { set, numbers } of splitSets(uids, count)) {
    const wanted = new Set(numbers);
    const found = new Map<number, ImapMail>();
    const status = await session.run([`UID FETCH ${set} ${text}`], {
      ...{ expected: numbers.length, expectedBytes: numbers.length * bytes },
      onData(data) {
        if (data.name !== "FETCH") return;
        const { uid, ...rest } = parseFetched(data.values);
        // Changes of flags of other messages arrive at any time, also without a UID.
        if (uid === undefined || !wanted.has(uid)) return;
        const before = found.get(uid);
        // A server may send the items of a message in several responses.
        found.set(uid, { ...before, ...rest, uid, sections: new Map([...before?.sections ?? [], ...rest.sections]) });
      },
    });
    if (status.status !== "OK") throw new ImapRefusedError(session.peer, "UID FETCH", status, "message-refused");
    all.push(...[...found.values()].sort((one, other) => one.uid - other.uid));
  }
  return all;
}

/**
 * Fetches a section of a message, in pieces. Returns its size; undefined when the message or the section does not exist.
 *
 * @throws {NetworkError} `message-endless` when it is larger than `limit`, `imap-invalid-response` when the server sends another message.
 */
export async function fetchSection(
  session: ImapSession,
  uid: number,
  section: string,
  { limit, receive }: Pick<LiteralSink, "limit" | "receive">,
): Promise<number | undefined> {
  let literals = 0;
  let size = 0;
  let seen = false;
  const lied = (what: string) => session.channel.fault("imap-invalid-response", what);
  const take = async (piece: Uint8Array, first: boolean) => {
    if (first && ++literals > 1) throw lied("sent a second message");
    size += piece.length;
    await receive(piece, first);
  };
  let quoted: Uint8Array | undefined;
  const status = await session.run([`UID FETCH ${uid} (UID BODY.PEEK[${section}])`], {
    sink: { limit, receive: take },
    onData(data) {
      if (data.name !== "FETCH") return;
      const { uid: of, sections } = parseFetched(data.values);
      const bytes = sections.get(section.toUpperCase());
      if (sections.size === 0) return;
      if (of !== uid || !bytes || seen) throw lied("sent another message than the one that was asked for");
      seen = true;
      // A short section may stand between quotes.
      if (bytes.length > 0) quoted = bytes;
    },
  });
  if (status.status !== "OK") throw new ImapRefusedError(session.peer, `UID FETCH ${uid}`, status, "message-refused");
  if (!seen && literals > 0) throw lied("sent a message without its UID");
  if (quoted) await take(quoted, true);
  return seen ? size : undefined;
}
