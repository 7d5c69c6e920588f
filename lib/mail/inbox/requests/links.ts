import type { ServerResponse } from "../../../http/internal.ts";
import { checkLinks, type LinkCheckOptions } from "../../review/check_links.ts";
import type { MailReview } from "../../review/types.ts";
import { errorAnswer, jsonAnswer } from "../answers.ts";
import type { MailReader } from "../reader.ts";

/** Checks at once. */
const MAX_CHECKS = 4;
/** Time for all links of a message. */
const TIMEOUT_MS = 60_000;

/** Answers POST /api/messages/ID/links: requests the links of a message, on demand only. */
export class LinkChecks {
  readonly #reader: MailReader;
  readonly #options?: LinkCheckOptions;
  readonly #stop: AbortSignal;
  #running = 0;

  /** Checks by these options; without them, checks are refused. */
  constructor(reader: MailReader, options: LinkCheckOptions | undefined, stop: AbortSignal) {
    this.#reader = reader;
    this.#options = options;
    this.#stop = stop;
  }

  /** Returns the outcomes for the links of a message; undefined when there is no such message. */
  async answer(id: string, gone: () => Promise<void>): Promise<ServerResponse | undefined> {
    if (!this.#options) return errorAnswer(403, "link-check-disabled", "link checks are not enabled in this sink");
    if (this.#running >= MAX_CHECKS) return errorAnswer(503, "too-many-checks", "too many messages are being checked");
    this.#running++;
    const left = new AbortController();
    try {
      const { bytes } = await this.#reader.whole(id, () => ({ kind: "review" })) ?? {};
      if (!bytes) return undefined;
      const { links }: MailReview = JSON.parse(new TextDecoder().decode(bytes));
      gone().then(() => left.abort());
      const signal = AbortSignal.any([this.#stop, left.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const outcomes = await checkLinks(links.map(({ url }) => url), { ...this.#options, signal });
      return jsonAnswer({ total: links.length, links: outcomes });
    } catch (error) {
      if (!this.#stop.aborted && !left.signal.aborted && !isTimeout(error)) throw error;
      return errorAnswer(504, "timeout", "checking the links took too long");
    } finally {
      this.#running--;
    }
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
