import { decodeOctets } from "../../../http/codec/octets.ts";
import { encodingOf, inDocument } from "./label.ts";

/** Bytes in which a page may say how it is encoded before it is parsed. */
export const PRESCAN_BYTES = 1024;

const SPACE = new Set(["\t", "\n", "\f", "\r", " "]);
const LETTER = /[A-Za-z]/;

/**
 * The encoding that an HTML page declares in its first 1,024 bytes (WHATWG HTML, prescan a byte stream to determine its
 * encoding): in a `meta` that is neither in a comment nor in an attribute value, or in an XML declaration.
 */
export function prescan(bytes: Uint8Array): string | undefined {
  const text = decodeOctets(bytes, 0, Math.min(bytes.length, PRESCAN_BYTES));
  if (text.startsWith("<\0?\0x\0")) return "utf-16le";
  if (text.startsWith("\0<\0?\0x")) return "utf-16be";
  return new Prescan(text).run() ?? xmlEncoding(text);
}

/** The encoding that an XML declaration names (WHATWG HTML, get an XML encoding). */
export function xmlEncoding(text: string): string | undefined {
  const [, , label] = /^<\?xml[^>]*?encoding[\0-\x20]*=[\0-\x20]*(["'])([^\0-\x20"'>]+)\1[^>]*>/.exec(text) ?? [];
  return label === undefined ? undefined : inDocument(encodingOf(label));
}

/** The charset that the `content` of a `meta` names (WHATWG HTML, extracting a character encoding from a meta element). */
export function contentCharset(content: string): string | undefined {
  const place = /charset[\t\n\f\r ]*=[\t\n\f\r ]*/gi;
  const found = place.exec(content);
  const rest = found ? content.slice(place.lastIndex) : "";
  const quoted = /^(["'])(.*?)\1/s.exec(rest);
  return quoted ? quoted[2] : /^(?!["'])[^\t\n\f\r ;]+/.exec(rest)?.[0];
}

/** The bytes end in the middle of a token: it is ignored. */
class Cut extends Error {
  override readonly name: string = "Cut";
}

class Prescan {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): string | undefined {
    try {
      for (; this.#at < this.#text.length; this.#at++) {
        const found = this.#step();
        if (found !== undefined) return found;
      }
    } catch (error) {
      if (!(error instanceof Cut)) throw error;
    }
    return undefined;
  }

  /** Looks at what begins here; ends at its last character. */
  #step(): string | undefined {
    if (this.#text[this.#at] !== "<") return undefined;
    if (this.#text.startsWith("<!--", this.#at)) return this.#skipTo("-->", this.#at + 2);
    if (/^<meta[\t\n\f\r /]/i.test(this.#text.slice(this.#at, this.#at + 6))) {
      this.#at += 5;
      return this.#meta();
    }
    const [, next = "", after = ""] = this.#text.slice(this.#at, this.#at + 3);
    if (LETTER.test(next) || (next === "/" && LETTER.test(after))) {
      while (!SPACE.has(this.#char()) && this.#char() !== ">") this.#at++;
      while (this.#attribute());
    } else if (next !== "" && "!/?".includes(next)) this.#skipTo(">", this.#at);
    return undefined;
  }

  #meta(): string | undefined {
    const values = new Map<string, string>();
    for (let pair = this.#attribute(); pair; pair = this.#attribute()) {
      if (!values.has(pair[0])) values.set(pair[0], pair[1]);
    }
    const label = values.get("charset");
    if (label !== undefined) return inDocument(encodingOf(label));
    if (values.get("http-equiv")?.toLowerCase() !== "content-type") return undefined;
    const named = contentCharset(values.get("content") ?? "");
    return named === undefined ? undefined : inDocument(encodingOf(named));
  }

  /** The next attribute of the tag; undefined at its end (get an attribute). */
  #attribute(): readonly [name: string, value: string] | undefined {
    while (SPACE.has(this.#char()) || this.#char() === "/") this.#at++;
    if (this.#char() === ">") return undefined;
    let name = "";
    while (!(this.#char() === "=" && name !== "") && !SPACE.has(this.#char()) && !"/>".includes(this.#char())) {
      name += this.#text[this.#at++];
    }
    name = name.toLowerCase();
    while (SPACE.has(this.#char())) this.#at++;
    if (this.#char() !== "=") return [name, ""];
    this.#at++;
    while (SPACE.has(this.#char())) this.#at++;
    const quote = this.#char();
    const start = this.#at;
    if (quote === '"' || quote === "'") {
      this.#skipTo(quote, start + 1);
      return [name, this.#text.slice(start + 1, this.#at++)];
    }
    while (!SPACE.has(this.#char()) && this.#char() !== ">") this.#at++;
    return [name, this.#text.slice(start, this.#at)];
  }

  #char(): string {
    const char = this.#text[this.#at];
    if (char === undefined) throw new Cut();
    return char;
  }

  /** Goes to the last character of the next one of these. */
  #skipTo(text: string, from: number): undefined {
    const index = this.#text.indexOf(text, from);
    if (index < 0) throw new Cut();
    this.#at = index + text.length - 1;
  }
}
