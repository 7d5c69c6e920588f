import { type IrcMessage, utf8Length } from "../../codec/message.ts";
import { joinParts, type MessagePart } from "../../history/codec/stored_text.ts";

/** Limits of a message with several lines, announced with the capability. */
export const MULTILINE_LIMITS = { bytes: 4096, lines: 32 } as const;

const TYPE = "draft/multiline";
const CONCAT = "draft/multiline-concat";
/** Limit of the name of a batch. */
const MAX_NAME_LENGTH = 64;

/** Parameters of a FAIL reply: its code, context and text. */
type FailParams = readonly [code: string, ...params: string[]];

/** Batch that a client has begun. */
interface OpenBatch {
  readonly name: string;
  readonly opening: IrcMessage;
  readonly target: string;
  readonly command: string;
  readonly parts: MessagePart[];
  /** Messages that it consists of so far, up to the first error. */
  readonly messages: IrcMessage[];
  /** Parameters of the FAIL reply, after the first error. */
  failed?: FailParams;
}

/** Meaning of a message of a client. */
export type Collected =
  /** It is to be run: it does not belong to a batch, or is the message of a batch that is complete. */
  | { readonly run: IrcMessage }
  /** The batch is not complete yet. */
  | { readonly waits: true }
  /** The batch is rejected, with the parameters of the FAIL reply. */
  | { readonly failed: FailParams };

/** Collects the lines of a message that a client sends in a batch (IRCv3 multiline). */
export class MultilineCollector {
  #batch?: OpenBatch;

  /** Messages of the batch that is not complete, as far as they count: given to another collector, they make it equal. */
  get messages(): readonly IrcMessage[] {
    return this.#batch?.messages ?? [];
  }

  /** Handles a message of a client with the capability. */
  take(message: IrcMessage): Collected {
    const { command, params: [reference = "", type, target] } = message;
    if (command !== "BATCH") return this.#line(message);
    const name = reference.slice(1);
    if (reference.startsWith("+")) {
      const wrong = this.#batch !== undefined || type !== TYPE || target === undefined || name.length > MAX_NAME_LENGTH;
      this.#batch = undefined;
      if (wrong) return invalid();
      this.#batch = { name, opening: message, target, command: "PRIVMSG", parts: [], messages: [message] };
      return { waits: true };
    }
    const batch = this.#batch;
    this.#batch = undefined;
    if (!batch || reference !== `-${batch.name}`) return invalid();
    if (batch.failed) return { failed: batch.failed };
    // Also without a line.
    if (batch.parts.every(({ text }) => text === "")) return invalid();
    const tags = new Map(batch.opening.tags);
    return { run: { tags, command: batch.command, params: [batch.target, joinParts(batch.parts)] } };
  }

  #line(message: IrcMessage): Collected {
    const { tags, command, params: [target = "", text = ""] } = message;
    const batch = this.#batch;
    if (!batch || tags.get("batch") !== batch.name) return { run: message };
    const fail = (...params: [string, ...string[]]): Collected => {
      batch.failed ??= params;
      return { waits: true };
    };
    if (batch.failed) return { waits: true };
    batch.messages.push(message);
    if (command !== batch.command) return fail("MULTILINE_INVALID", "Only PRIVMSG is allowed in a multiline batch");
    if (target !== batch.target) {
      return fail("MULTILINE_INVALID_TARGET", batch.target, target, "Invalid multiline target");
    }
    const continues = tags.has(CONCAT);
    if (continues && text === "") return fail("MULTILINE_INVALID", "A blank line cannot be concatenated");
    batch.parts.push({ text, continues: continues && batch.parts.length > 0 });
    if (batch.parts.length > MULTILINE_LIMITS.lines) {
      return fail("MULTILINE_MAX_LINES", `${MULTILINE_LIMITS.lines}`, "Multiline batch max-lines exceeded");
    }
    if (bytesOf(batch.parts) > MULTILINE_LIMITS.bytes) {
      return fail("MULTILINE_MAX_BYTES", `${MULTILINE_LIMITS.bytes}`, "Multiline batch max-bytes exceeded");
    }
    return { waits: true };
  }
}

/** Returns the length of a message: each line break counts one byte. */
function bytesOf(parts: readonly MessagePart[]): number {
  return parts.reduce((sum, { text, continues }) => sum + utf8Length(text) + (continues ? 0 : 1), -1);
}

function invalid(): Collected {
  return { failed: ["MULTILINE_INVALID", "Invalid multiline batch"] };
}
