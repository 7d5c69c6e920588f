/** Value in a response of IMAP: a list, a string, or an atom in an object. Strings have a character for each byte. */
export type ImapValue = string | null | { readonly atom: string } | readonly ImapValue[];

const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** An IMAP connection on which a test writes what it likes. A character stands for a byte. */
export class RawImap implements Disposable {
  readonly #conn: Deno.Conn;
  #held = "";
  #count = 0;

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Connects to a port of 127.0.0.1, and reads the greeting. */
  static async connect(port: number): Promise<RawImap> {
    const client = new RawImap(await Deno.connect({ hostname: "127.0.0.1", port }));
    await client.line();
    return client;
  }

  /** Connects, and logs in. */
  static async login(port: number, user = "ada", password = "secret"): Promise<RawImap> {
    const client = await RawImap.connect(port);
    await client.ok(`LOGIN ${user} ${password}`);
    return client;
  }

  /** Sends a command, and returns its responses with the tagged one; the tag is not shown. Literals are parts of the lines. */
  async send(command: string): Promise<string[]> {
    const tag = `t${++this.#count}`;
    await this.write(`${tag} ${command}\r\n`);
    const lines: string[] = [];
    for (;;) {
      const line = await this.line();
      if (line === null) return [...lines, "(closed)"];
      if (line.startsWith(`${tag} `)) return [...lines, line.slice(tag.length + 1)];
      lines.push(line);
    }
  }

  /** The same; throws when the reply is not OK. */
  async ok(command: string): Promise<string[]> {
    const lines = await this.send(command);
    if (!lines.at(-1)?.startsWith("OK")) throw new Error(`${command.slice(0, 200)}: ${lines.join("\n").slice(-500)}`);
    return lines;
  }

  /** Adds a message to a mailbox. */
  async append(mailbox: string, message: string, more = ""): Promise<string[]> {
    return await this.ok(`APPEND ${mailbox} ${more}{${message.length}+}\r\n${message}`);
  }

  /** Writes. */
  async write(text: string): Promise<void> {
    const bytes = bytesOf(text);
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Returns the next response with its literals; null when the server has closed the connection. */
  async line(): Promise<string | null> {
    let from = 0;
    for (;;) {
      const end = this.#held.indexOf("\r\n", from);
      if (end < 0) {
        if (!await this.#more()) return null;
        continue;
      }
      const [, size] = /\{(\d+)\}$/.exec(this.#held.slice(Math.max(0, end - 20), end)) ?? [];
      if (size === undefined) {
        const line = this.#held.slice(0, end);
        this.#held = this.#held.slice(end + 2);
        return line;
      }
      from = end + 2 + Number(size);
      while (this.#held.length < from) {
        if (!await this.#more()) return null;
      }
    }
  }

  async #more(): Promise<boolean> {
    const buffer = new Uint8Array(65536);
    const count = await this.#conn.read(buffer).catch(() => null);
    if (count === null) return false;
    this.#held += latin1(buffer.subarray(0, count));
    return true;
  }

  /** Closes. */
  [Symbol.dispose](): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed.
    }
  }
}

/** Parses the values of a response. */
export function imapValues(text: string): ImapValue[] {
  let at = 0;
  const values = (end: string): ImapValue[] => {
    const found: ImapValue[] = [];
    while (at < text.length && text[at] !== end) {
      const char = text[at];
      if (char === " ") at++;
      else if (char === "(") {
        at++;
        found.push(values(")"));
        at++;
      } else if (char === '"') {
        let value = "";
        for (at++; text[at] !== '"'; at++) value += text[at] === "\\" ? text[++at] : text[at];
        at++;
        found.push(value);
      } else if (char === "{") {
        const close = text.indexOf("}", at);
        const size = Number(text.slice(at + 1, close));
        found.push(text.slice(close + 3, close + 3 + size));
        at = close + 3 + size;
      } else {
        const [atom = ""] = /^[^ ()"{[]*(?:\[[^\]]*\])?[^ ()"{]*/.exec(text.slice(at)) ?? [];
        at += Math.max(1, atom.length);
        found.push(atom === "NIL" ? null : { atom });
      }
    }
    return found;
  };
  return values("");
}

/** Returns the items of a FETCH response by their names. */
export function fetchItems(line: string): Map<string, ImapValue> {
  const [, , , items] = imapValues(line);
  const map = new Map<string, ImapValue>();
  if (!Array.isArray(items)) return map;
  for (let i = 0; i + 1 < items.length; i += 2) {
    const name: ImapValue | undefined = items[i];
    if (name && typeof name === "object" && "atom" in name) map.set(name.atom, items[i + 1] ?? null);
  }
  return map;
}
