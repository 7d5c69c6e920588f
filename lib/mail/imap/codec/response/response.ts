import { byteText, LITERAL_MARK } from "../scanner.ts";
import { decodeText, ImapResponseError, type ImapValue, valueNumber, ValueReader } from "./values.ts";

/** Outcome of a command, or what the server says unasked. */
export type ImapStatus = "OK" | "NO" | "BAD" | "PREAUTH" | "BYE";

/** Code in brackets at the begin of a status text (RFC 3501 §7.1, RFC 5530). */
export interface ImapCode {
  /** Name, in capitals. */
  readonly name: string;
  /** Text behind the name; empty if there is none. */
  readonly argument: string;
}

/** Status of a response with its text. */
export interface ImapStatusText {
  /** The status. */
  readonly status: ImapStatus;
  /** Code, if there is one. */
  readonly code?: ImapCode;
  /** Text for people. Untrusted. */
  readonly text: string;
}

/** Response of a server (RFC 3501 §7). */
export type ImapResponse =
  | { readonly kind: "continue"; readonly text: string }
  | { readonly kind: "done"; readonly tag: string } & ImapStatusText
  | { readonly kind: "status" } & ImapStatusText
  | { readonly kind: "data"; readonly name: string; readonly number?: number; readonly values: readonly ImapValue[] };

/** Literal that follows a line: what it belongs to, and its size. */
export interface ImapLiteral {
  /** Size in bytes, as the server announced it. */
  readonly size: number;
  /** Text of the response so far; a character stands for a byte. */
  readonly before: string;
}

const STATUS = /^(\S{1,100}) (OK|NO|BAD|PREAUTH|BYE)(?: ([^]*))?$/i;
const DATA = /^\* (?:(\d{1,10}) )?([A-Z][A-Z0-9.-]{0,40})(?= |$|\()/i;
const LITERAL = /~?\{(\d{1,16})\+?\}$/;

/** Assembles a response from its lines and literals; after a response it is ready for the next one. */
export class ImapResponseParser {
  #text = "";
  #literals: Uint8Array[] = [];

  /** Whether a response has begun. */
  get within(): boolean {
    return this.#literals.length > 0 || this.#text !== "";
  }

  /**
   * Takes a line, without its CR LF. Returns the response that it completes, or the literal that follows it: that is to be passed to
   * {@link literal} next.
   *
   * @throws {ImapResponseError} When it is not valid.
   */
  line(line: Uint8Array): ImapResponse | ImapLiteral {
    const text = this.#text + byteText(line);
    if (!this.within) {
      if (text.startsWith("+")) return { kind: "continue", text: textOf(text.slice(1).trimStart()) };
      const status = STATUS.exec(text);
      // A status has a text up to the end of the line, whatever it says.
      if (status) return statusResponse(status);
    }
    const literal = LITERAL.exec(text);
    if (literal) {
      const before = text.slice(0, literal.index);
      this.#text = `${before}${LITERAL_MARK}`;
      return { size: Number(literal[1]), before };
    }
    const literals = this.#literals;
    this.#text = "";
    this.#literals = [];
    return dataResponse(text, literals);
  }

  /** Takes the bytes of a literal. */
  literal(bytes: Uint8Array): void {
    this.#literals.push(bytes);
  }
}

function statusResponse([, tag = "", given = "", rest = ""]: RegExpExecArray): ImapResponse {
  const status = given.toUpperCase() as ImapStatus;
  const [whole = "", name, argument = ""] = /^\[([^\] ]{1,100})(?: ([^\]]*))?\] */.exec(rest) ?? [];
  const code = name === undefined ? {} : { code: { name: name.toUpperCase(), argument } };
  const found = { status, ...code, text: textOf(rest.slice(whole.length)) };
  if (tag === "*") return { kind: "status", ...found };
  if (status === "PREAUTH" || status === "BYE") throw new ImapResponseError(`a tagged ${status}`);
  return { kind: "done", tag, ...found };
}

function dataResponse(text: string, literals: readonly Uint8Array[]): ImapResponse {
  const head = DATA.exec(text);
  if (!head) throw new ImapResponseError("neither a status nor data");
  const [whole, digits, name = ""] = head;
  const number = digits === undefined ? undefined : valueNumber(digits);
  if (digits !== undefined && number === undefined) throw new ImapResponseError("a number of more than 32 bits");
  const values = new ValueReader(text, literals, whole.length).all();
  return { kind: "data", name: name.toUpperCase(), ...(number !== undefined && { number }), values };
}

function textOf(text: string): string {
  return decodeText(Uint8Array.from(text, (char) => char.charCodeAt(0)));
}
