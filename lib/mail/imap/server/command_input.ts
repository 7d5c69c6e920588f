import { byteText, LITERAL_MARK } from "../codec/scanner.ts";
import { commandHead } from "../codec/command.ts";
import type { LineClient } from "../../../core/mod.ts";

/** Next command of a client: its text and literals, a reply to one that is too large, or nothing when the client is gone. */
export type Incoming =
  | { readonly kind: "command"; readonly text: string; readonly literals: readonly Uint8Array[] }
  | { readonly kind: "refused"; readonly reply: string; readonly close: boolean }
  | { readonly kind: "end" };

/** Limits of a command, in bytes and milliseconds. */
export interface CommandLimits {
  /** Its text, with all literals that are not a message. */
  readonly command: number;
  /** The message of APPEND; 0 where there is none. */
  readonly message: number;
  /** Time to wait for a line. */
  readonly timeout: number;
}

const LITERAL = /\{(\d{1,20})(\+?)\}$/;
const MAX_LITERALS = 100;
const CHUNK = 64 * 1024;
const END: Incoming = { kind: "end" };

/**
 * Reads a command: lines, and the literals between them (RFC 3501 §4.3, RFC 7888). A literal that is too large is refused before a byte of
 * it is read.
 *
 * @throws {LineViolation} When a line is too long or does not end with CR LF.
 */
export async function readCommand(client: LineClient, limits: CommandLimits): Promise<Incoming> {
  let text = "";
  let size = 0;
  const literals: Uint8Array[] = [];
  for (;;) {
    const line = await client.line({ limit: Math.max(1, limits.command - size), timeout: limits.timeout });
    if (!line) return END;
    text += byteText(line);
    size += line.length;
    const [whole, digits = "", plus] = LITERAL.exec(text) ?? [];
    if (whole === undefined) return { kind: "command", text, literals };
    const { tag, name } = commandHead(text);
    const length = Number(digits);
    const isMessage = name === "APPEND" && limits.message > 0;
    const fits = length <= (isMessage ? limits.message : limits.command - size);
    if (!fits || literals.length >= MAX_LITERALS) {
      // One that is not waited for follows at once, and cannot be told from commands.
      if (plus !== "") return { kind: "refused", reply: "* BYE [TOOBIG] Literal too large", close: true };
      return { kind: "refused", reply: `${tag} ${isMessage ? "NO" : "BAD"} [TOOBIG] Literal too large`, close: false };
    }
    if (plus === "") {
      client.reply("+ OK\r\n");
      await client.flush();
    }
    const bytes = await readLiteral(client, length);
    if (!bytes) return END;
    if (!isMessage) size += length;
    literals.push(bytes);
    text = text.slice(0, -whole.length) + LITERAL_MARK;
  }
}

/** Reads a literal of this many bytes; the buffer grows with what has come, not with what was announced. */
async function readLiteral(client: LineClient, length: number): Promise<Uint8Array | undefined> {
  let buffer = new Uint8Array(Math.min(length, CHUNK));
  let held = 0;
  while (held < length) {
    if (held === buffer.length) {
      const larger = new Uint8Array(Math.min(length, buffer.length * 2));
      larger.set(buffer);
      buffer = larger;
    }
    const count = await client.read(buffer.subarray(held));
    if (count === null) return undefined;
    held += count;
  }
  return buffer;
}
