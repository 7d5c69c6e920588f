import { type IrcMessage, utf8Length } from "../codec/message.ts";
import { readCount } from "../codec/values.ts";
import { cutLine, type OutgoingPart } from "./outgoing_message.ts";

/** Capability, and type of the batches. */
export const MULTILINE = "draft/multiline";
/** Tag of a line that continues the one before it. */
export const CONCAT = "draft/multiline-concat";
/** Limits of a received message; further lines are dropped. */
const [MAX_LINES, MAX_CHARS] = [200, 40_000];
/** Limit of batches that are open at the same time. */
const MAX_OPEN = 100;
/** Largest limits of a server that are used. */
const [MOST_LINES, MOST_BYTES] = [200, 40_000];

/** Limits of a server for a message with several lines. */
export interface MultilineLimits {
  /** Bytes of all lines together; a line break counts one. */
  readonly bytes: number;
  /** Lines as they are sent. */
  readonly lines: number;
}

/** Parses the value of the capability, such as `max-bytes=4096,max-lines=24`; undefined without a limit of bytes. */
export function readMultilineLimits(value: string): MultilineLimits | undefined {
  const fields = new Map(
    value.split(",").map((field) => {
      const [name = "", number] = field.split("=", 2);
      return [name, readCount(number)] as const;
    }),
  );
  const [bytes = 0, lines = MOST_LINES] = [fields.get("max-bytes"), fields.get("max-lines")];
  if (bytes < 1 || lines < 1) return undefined;
  return { bytes: Math.min(bytes, MOST_BYTES), lines: Math.min(lines, MOST_LINES) };
}

/** Splits text into messages of several lines, each within the limits of the server and its lines within `room` bytes. */
export function packLines(text: string, room: number, limits: MultilineLimits): OutgoingPart[][] {
  const all = text.replaceAll("\0", "").split(/\r\n|[\r\n]/);
  // Blank lines around the text are left out.
  const lines = all.slice(all.findIndex(isFilled), all.findLastIndex(isFilled) + 1);
  const messages: OutgoingPart[][] = [];
  let parts: OutgoingPart[] = [];
  let bytes = 0;
  const end = () => {
    if (parts.some((part) => part.text !== "")) messages.push(parts);
    parts = [];
    bytes = 0;
  };
  for (const line of lines) {
    const pieces = line === "" ? [""] : cutLine(line, Math.min(room, limits.bytes));
    for (const [i, piece] of pieces.entries()) {
      const more = utf8Length(piece) + (i === 0 ? 1 : 0);
      // The first line has no break before it.
      if (parts.length >= limits.lines || bytes + more - 1 > limits.bytes) end();
      parts.push({ text: piece, continues: i > 0 && parts.length > 0 });
      bytes += more;
    }
  }
  end();
  return messages;
}

/** Returns the text of the parts, with LF between its lines. */
export function textOf(parts: readonly OutgoingPart[]): string {
  return parts.map(({ text, continues }, i) => (i === 0 || continues ? "" : "\n") + text).join("");
}

function isFilled(line: string): boolean {
  return line.trim() !== "";
}

interface OpenBatch {
  readonly opening: IrcMessage;
  readonly parts: OutgoingPart[];
  first?: IrcMessage;
  chars: number;
}

/** Joins the lines of the batches that a server sends into one message each (IRCv3 multiline). */
export class MultilineBatches {
  readonly #open = new Map<string, OpenBatch>();

  /** Handles a message; returns the one that is to be handled, or undefined while its batch is not complete. */
  take(message: IrcMessage): IrcMessage | undefined {
    const { command, params: [reference = "", type] } = message;
    if (command === "BATCH") {
      const name = reference.slice(1);
      if (reference.startsWith("+") && type === MULTILINE && this.#open.size < MAX_OPEN) {
        this.#open.set(name, { opening: message, parts: [], chars: 0 });
        return undefined;
      }
      const batch = reference.startsWith("-") ? this.#open.get(name) : undefined;
      if (!batch) return message;
      this.#open.delete(name);
      return joined(batch);
    }
    const batch = this.#open.get(message.tags.get("batch") ?? "");
    if (!batch || (command !== "PRIVMSG" && command !== "NOTICE")) return message;
    batch.first ??= message;
    const text = message.params[1] ?? "";
    batch.chars += text.length + 1;
    if (batch.parts.length < MAX_LINES && batch.chars <= MAX_CHARS) {
      batch.parts.push({ text, continues: message.tags.has(CONCAT) });
    }
    return undefined;
  }
}

function joined({ opening, first, parts }: OpenBatch): IrcMessage | undefined {
  if (!first) return undefined;
  const { source = first.source, params: [, , target = first.params[0] ?? ""] } = opening;
  return { tags: opening.tags, source, command: first.command, params: [target, textOf(parts)] };
}
