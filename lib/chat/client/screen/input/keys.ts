/** Input of a user: text, pasted text, or a key by its name, such as `Left`, `C-a`, `M-b`. */
export type Key =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "key"; readonly name: string };

/** Limit of characters of a pasted text; the rest is dropped. */
const MAX_PASTE_CHARS = 64 * 1024;
const PASTE_BEGIN = "\x1b[200~";
const PASTE_END = "\x1b[201~";
/** Limit of characters of an escape sequence. */
const MAX_SEQUENCE_CHARS = 32;

const FINALS: Readonly<Record<string, string>> = {
  A: "Up",
  B: "Down",
  C: "Right",
  D: "Left",
  F: "End",
  H: "Home",
};
const NUMBERS: Readonly<Record<string, string>> = {
  1: "Home",
  3: "Delete",
  4: "End",
  5: "PageUp",
  6: "PageDown",
  7: "Home",
  8: "End",
};
const CONTROLS: Readonly<Record<string, string>> = {
  "\r": "Enter",
  "\n": "Enter",
  "\t": "Tab",
  "\x7f": "Backspace",
  "\b": "Backspace",
};

/** Decodes the input of a terminal in raw mode: xterm's sequences, and bracketed paste. */
export class KeyDecoder {
  readonly #decoder = new TextDecoder();
  #rest = "";
  #pasted?: string;

  /** Returns the keys in some input; an incomplete sequence at the end waits for the rest. */
  push(bytes: Uint8Array): Key[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    return this.#read(false);
  }

  /** Whether an incomplete sequence waits; a lone ESC is a key if nothing follows. */
  get waiting(): boolean {
    return this.#rest !== "" && this.#pasted === undefined;
  }

  /** Returns the keys of an incomplete sequence that nothing has followed. */
  flush(): Key[] {
    return this.#read(true);
  }

  #read(final: boolean): Key[] {
    const keys: Key[] = [];
    while (this.#rest !== "") {
      if (this.#pasted !== undefined) {
        if (!this.#paste(keys)) break;
        continue;
      }
      if (this.#rest.startsWith(PASTE_BEGIN)) {
        this.#rest = this.#rest.slice(PASTE_BEGIN.length);
        this.#pasted = "";
        continue;
      }
      if (this.#rest.startsWith("\x1b")) {
        const length = sequenceLength(this.#rest);
        if (length === undefined && !final) break;
        const sequence = this.#rest.slice(0, length ?? this.#rest.length);
        this.#rest = this.#rest.slice(sequence.length);
        const name = nameOf(sequence);
        if (name !== undefined) keys.push({ kind: "key", name });
        continue;
      }
      // deno-lint-ignore no-control-regex -- control characters are keys
      const [text = ""] = /^[^\x00-\x1f\x7f]*/.exec(this.#rest) ?? [];
      if (text === "") {
        const char = this.#rest.charAt(0);
        keys.push({ kind: "key", name: CONTROLS[char] ?? controlName(char) });
        this.#rest = this.#rest.slice(1);
      } else {
        keys.push({ kind: "text", text });
        this.#rest = this.#rest.slice(text.length);
      }
    }
    return keys;
  }

  /** Reads pasted text; returns whether its end was found. */
  #paste(keys: Key[]): boolean {
    const end = this.#rest.indexOf(PASTE_END);
    // The end mark may have been received in part.
    const upTo = end >= 0 ? end : Math.max(0, this.#rest.length - PASTE_END.length + 1);
    const text = `${this.#pasted ?? ""}${this.#rest.slice(0, upTo)}`.slice(0, MAX_PASTE_CHARS);
    if (end < 0) {
      this.#pasted = text;
      this.#rest = this.#rest.slice(upTo);
      return false;
    }
    this.#rest = this.#rest.slice(end + PASTE_END.length);
    this.#pasted = undefined;
    keys.push({ kind: "paste", text: text.replace(/\r\n?/g, "\n") });
    return true;
  }
}

/** Returns the length of the escape sequence at the beginning of a text, or undefined if it is incomplete. */
function sequenceLength(text: string): number | undefined {
  const from = text.startsWith("\x1b\x1b") ? 1 : 0;
  const next = text[from + 1];
  if (next === undefined) return undefined;
  if (next === "O") return text.length > from + 2 ? from + 3 : undefined;
  if (next !== "[") return from + 1 + String.fromCodePoint(text.codePointAt(from + 1) ?? 0).length;
  // deno-lint-ignore no-control-regex -- the sequence begins with ESC
  const [whole] = /^\x1b?\x1b\[[0-?]*[ -/]*[@-~]/.exec(text) ?? [];
  if (whole !== undefined) return whole.length;
  // Not a sequence of the standard: dropped up to the character that breaks it.
  // deno-lint-ignore no-control-regex -- the sequence begins with ESC
  const [begun = ""] = /^\x1b?\x1b\[[ -?]*/.exec(text) ?? [];
  return begun.length < text.length || begun.length > MAX_SEQUENCE_CHARS ? begun.length : undefined;
}

/** Returns the name of the key of an escape sequence; undefined for unknown ones. */
function nameOf(sequence: string): string | undefined {
  if (sequence === "\x1b" || sequence === "\x1b\x1b") return "Escape";
  const meta = sequence.startsWith("\x1b\x1b") ? "M-" : "";
  const text = sequence.slice(meta === "" ? 1 : 2);
  const [, digits = "", modifier = "", last = ""] = /^(?:\[|O)(\d*)(?:;(\d+))?([~A-Za-z])$/.exec(text) ?? [];
  if (last === "") {
    if (text.startsWith("[")) return undefined;
    const control = CONTROLS[text] ?? (text < " " ? controlName(text) : undefined);
    return `M-${control ?? text}`;
  }
  if (last === "Z") return "S-Tab";
  const name = last === "~" ? NUMBERS[digits] : FINALS[last];
  return name === undefined ? undefined : `${meta || prefixOf(Number(modifier || "1"))}${name}`;
}

/** Returns the prefix of a modifier of xterm: 1, and 1 for Shift, 2 for Alt, 4 for Control. */
function prefixOf(modifier: number): string {
  const bits = modifier - 1;
  return (bits & 2 ? "M-" : "") + (bits & 4 ? "C-" : "");
}

function controlName(char: string): string {
  return `C-${String.fromCharCode(char.charCodeAt(0) + 96)}`;
}
