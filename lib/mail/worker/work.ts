import { type ParsedMail, parseMail } from "../mime/parse_mail.ts";
import { frameHtml } from "../inbox/frame.ts";
import { reviewMessage } from "../review/review_message.ts";
import { fileName, problemView, viewOf } from "../inbox/view.ts";
import type { ParseRequest, ParseResult, ParseTask } from "./protocol.ts";

/** Bytes of messages that are kept parsed: what a reader opens next are the parts of one that is there. */
const KEPT_BYTES = 256 * 2 ** 20;

interface Kept {
  readonly size: number;
  /** The message; nothing when it is beyond the limits. */
  readonly parsed?: ParsedMail;
}

const encoder = new TextEncoder();

/** Parses messages, and keeps those that were parsed last. */
export class ParseWork {
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  /** Does what is asked for; returns nothing when the message is not there. */
  take({ id, bytes, task }: ParseRequest): ParseResult | undefined {
    const kept = this.#kept.get(id) ?? (bytes && this.#keep(id, bytes));
    return kept && resultOf(kept.parsed, task);
  }

  /** Forgets a message that was deleted. */
  forget(id: string): void {
    this.#bytes -= this.#kept.get(id)?.size ?? 0;
    this.#kept.delete(id);
  }

  #keep(id: string, bytes: Uint8Array): Kept {
    const kept = { size: bytes.length, parsed: attempt(bytes) };
    this.#kept.set(id, kept);
    this.#bytes += kept.size;
    for (const [oldest] of this.#kept) {
      if (this.#bytes <= KEPT_BYTES || oldest === id) break;
      this.forget(oldest);
    }
    return kept;
  }
}

function attempt(bytes: Uint8Array): ParsedMail | undefined {
  try {
    return parseMail(bytes);
  } catch {
    return undefined;
  }
}

function resultOf(parsed: ParsedMail | undefined, task: ParseTask): ParseResult {
  if (task.kind === "view") {
    const view = parsed
      ? viewOf(task.mail, parsed, task.seen)
      : problemView(task.mail, "the message cannot be parsed", task.seen);
    return { bytes: encoder.encode(JSON.stringify(view)) };
  }
  if (task.kind === "review") return { bytes: parsed && encoder.encode(JSON.stringify(reviewMessage(parsed))) };
  const html = parsed?.html;
  if (task.kind === "html") return { bytes: html === undefined ? undefined : encoder.encode(html) };
  if (task.kind === "frame") {
    return { bytes: html === undefined ? undefined : encoder.encode(frameHtml(html, parsed?.attachments ?? [])) };
  }
  const part = task.kind === "attachment" ? parsed?.attachments[task.index] : undefined;
  // The message stays here: what is sent is a copy.
  return part && task.kind === "attachment" ? { bytes: part.content().slice(), file: fileName(part, task.index) } : {};
}
