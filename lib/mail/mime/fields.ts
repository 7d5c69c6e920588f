const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const oneByte = new TextDecoder("windows-1252");

/** A header field (RFC 5322 §2.2). */
export interface MailField {
  /** Its name, as it stands there. */
  readonly name: string;
  /** Its value, unfolded; encoded words are as they stand there. */
  readonly value: string;
}

/** A header, and where the body behind it begins. */
export interface MailHead {
  /** The fields, in order. */
  readonly fields: readonly MailField[];
  /** The first byte of the body. */
  readonly body: number;
}

/** Bytes of all headers of a message together, and the number of fields. */
const MAX_HEADER_BYTES = 1 << 20;
const MAX_FIELDS = 20_000;

/** Bytes and fields that the headers of a message may still use. */
export interface HeadBudget {
  bytes: number;
  fields: number;
}

/** Returns the budget of a message. */
export function headBudget(): HeadBudget {
  return { bytes: MAX_HEADER_BYTES, fields: MAX_FIELDS };
}

/**
 * Reads a header starting at `at`. It ends at an empty line, or before a line that is neither a field nor a continuation:
 * a message may begin with its text. `ends` recognizes boundaries of the enclosing part.
 *
 * @throws {RangeError} When the headers of the message are too large.
 */
export function readHead(
  bytes: Uint8Array,
  at: number,
  budget: HeadBudget,
  ends: (from: number, to: number) => boolean = () => false,
): MailHead {
  const fields: MailField[] = [];
  let pieces: Uint8Array[] = [];
  const done = () => {
    if (pieces.length > 0) fields.push(fieldOf(pieces));
    pieces = [];
  };
  let body = at;
  while (body < bytes.length) {
    const { end, next } = lineAt(bytes, body);
    if (ends(body, end)) break;
    if (end === body) {
      body = next;
      break;
    }
    const whole = bytes.subarray(body, end);
    const line = body === at && isIndented(bytes, whole, next) ? trimmed(whole) : whole;
    const folded = isBlank(line[0]) || continues(line, pieces.at(-1));
    if (folded ? pieces.length === 0 : !isField(line)) {
      // What a mailbox file has in front of a message, and a letter that was forwarded without care.
      if (pieces.length > 0 || fields.length > 0 || body !== at || !isEnvelope(line)) break;
      body = next;
      at = next;
      continue;
    }
    if (!folded) {
      done();
      if (--budget.fields < 0) throw new RangeError("the header has too many fields");
    }
    budget.bytes -= line.length;
    if (budget.bytes < 0) throw new RangeError("the header is too large");
    pieces.push(line);
    body = next;
  }
  done();
  return { fields, body };
}

/** The line that begins at `at`: where it ends, and where the next one begins. Lines end with CR LF or LF. */
export function lineAt(bytes: Uint8Array, at: number): { readonly end: number; readonly next: number } {
  const feed = bytes.indexOf(10, at);
  if (feed < 0) return { end: bytes.length, next: bytes.length };
  return { end: feed > at && bytes[feed - 1] === 13 ? feed - 1 : feed, next: feed + 1 };
}

/** Whether the first line is a field behind white space, and the next one is a field as well. */
function isIndented(bytes: Uint8Array, line: Uint8Array, next: number): boolean {
  return isBlank(line[0]) && isField(trimmed(line)) && isField(bytes.subarray(next, lineAt(bytes, next).end));
}

function trimmed(line: Uint8Array): Uint8Array {
  const begin = line.findIndex((byte) => !isBlank(byte));
  return begin < 0 ? line.subarray(line.length) : line.subarray(begin);
}

/** Whether a line is a parameter of the field before it, whose white space was lost. */
function continues(line: Uint8Array, before: Uint8Array | undefined): boolean {
  return before?.at(-1) === 59 && /^[\w-]+\*?\d*\*?=/.test(oneByte.decode(line.subarray(0, 80)));
}

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 9;
}

/** Whether a line begins with the name of a field and a colon. */
function isField(line: Uint8Array): boolean {
  let at = 0;
  for (; at < line.length && line[at] !== 58; at++) {
    const byte = line[at] ?? 0;
    // Blanks in front of the colon are allowed by the obsolete syntax (RFC 5322 §4.5.8).
    if (isBlank(byte)) break;
    if (byte < 33 || byte === 127) return false;
  }
  if (at === 0) return false;
  while (isBlank(line[at])) at++;
  return line[at] === 58;
}

function isEnvelope(line: Uint8Array): boolean {
  return /^>?From /.test(oneByte.decode(line.subarray(0, 6)));
}

function fieldOf(pieces: readonly Uint8Array[]): MailField {
  const text = pieces.map(decodeField).join("");
  const colon = text.indexOf(":");
  return {
    name: text.slice(0, colon).replace(/[\t ]+$/, ""),
    // A bare CR or a NUL is replaced.
    value: text.slice(colon + 1).replace(/[\r\0]/g, " ").replace(/^[\t ]+|[\t ]+$/g, ""),
  };
}

/** A header in UTF-8 (RFC 6532), or in the encoding that old programs took for granted. */
function decodeField(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return oneByte.decode(bytes);
  }
}

/** The value of the first field of a name. */
export function fieldValue(fields: readonly MailField[], name: string): string | undefined {
  return fields.find((field) => field.name.toLowerCase() === name)?.value;
}
