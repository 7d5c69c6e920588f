import { TokenBucket } from "../../core/mod.ts";
import { ctcpReply } from "../codec/ctcp.ts";
import { ircLine } from "../codec/message.ts";
import { isTarget } from "../codec/names.ts";

/** Burst of CTCP replies, and replies per second after that. */
const CTCP_RATE = [3, 0.5] as const;

/** Answers CTCP queries, within a rate limit. */
export class CtcpResponder {
  readonly #write: (line: string) => void;
  readonly #bucket = new TokenBucket(...CTCP_RATE);

  /** Creates a responder that writes its replies with `write`. */
  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** Answers a message if it is a CTCP query. */
  answer(nick: string, text: string): void {
    const reply = ctcpReply(text);
    if (reply === undefined || !isTarget(nick) || /[\s#]/.test(nick)) return;
    if (this.#bucket.take(1, performance.now()) > 0) return;
    this.#write(ircLine(undefined, "NOTICE", nick, reply));
  }
}
