import type { StoredMail } from "../store/stored_mail.ts";
import type {
  IndexAnswer,
  IndexEntry,
  IndexItem,
  IndexRequest,
  ParseAnswer,
  ParseRequest,
  ParseResult,
  ParseTask,
} from "./protocol.ts";

/** A message to parse: its id, and how its bytes are read. */
export interface MailSource {
  /** The id. */
  readonly mail: StoredMail;
  /** Reads it; nothing when it is gone. */
  readonly read: () => Promise<Uint8Array | undefined>;
}

type Answered = ParseAnswer | IndexAnswer;

/**
 * Parses messages in a worker, so that a large one does not hold up those who send mail or ask for other things. The worker starts with
 * the first message, and keeps what it parsed last.
 */
export class MailParser implements Disposable {
  #worker?: Promise<Worker>;
  #number = 0;
  #stopped = false;
  readonly #waiting = new Map<number, PromiseWithResolvers<Answered | undefined>>();

  /** Does a task; nothing when the message is gone, or the parser was stopped. */
  async parse({ mail, read }: MailSource, task: ParseTask): Promise<ParseResult | undefined> {
    // The parts of a message are asked for one after the other: it is sent once.
    const known = await this.#parse({ id: mail.id, task });
    if (known) return known;
    const bytes = await read();
    return bytes && await this.#parse({ id: mail.id, task, bytes });
  }

  /**
   * Indexes messages, of which the worker reads those that have paths. Undefined where it cannot read a file; for all of them when it was
   * stopped, or ran out of memory.
   */
  async index(
    items: readonly IndexItem[],
    contents: boolean,
  ): Promise<readonly (IndexEntry | undefined)[] | undefined> {
    const moved: ArrayBuffer[] = [];
    const sent = items.map((item): IndexItem => {
      if (!item.bytes) return item;
      const bytes = item.bytes.slice();
      moved.push(bytes.buffer);
      return { ...item, bytes };
    });
    const answer = await this.#ask({ items: sent, contents }, moved);
    return answer && "entries" in answer ? answer.entries : undefined;
  }

  /** Forgets a message that was deleted. */
  forget(id: string): void {
    this.#worker?.then((worker) => worker.postMessage({ forget: id }), () => {});
  }

  /** Ends the worker. */
  [Symbol.dispose](): void {
    this.#stopped = true;
    this.#worker?.then((worker) => worker.terminate(), () => {});
    this.#answerAll();
  }

  async #parse(request: Omit<ParseRequest, "number">): Promise<ParseResult | undefined> {
    // A message lies in a buffer with others, all of which would be copied; this copy is moved.
    const bytes = request.bytes?.slice();
    const answer = await this.#ask({ ...request, bytes }, bytes ? [bytes.buffer] : []);
    return answer && "result" in answer ? answer.result : undefined;
  }

  async #ask(
    request: Omit<ParseRequest, "number"> | Omit<IndexRequest, "number">,
    moved: Transferable[],
  ): Promise<Answered | undefined> {
    if (this.#stopped) return undefined;
    const worker = await (this.#worker ??= this.#start());
    if (this.#stopped) return undefined;
    const number = ++this.#number;
    const answer = Promise.withResolvers<Answered | undefined>();
    this.#waiting.set(number, answer);
    worker.postMessage({ ...request, number }, moved);
    return await answer.promise;
  }

  async #start(): Promise<Worker> {
    const { SCRIPT } = await import("./script.ts");
    const worker = new Worker(`data:application/javascript;base64,${new TextEncoder().encode(SCRIPT).toBase64()}`, {
      type: "module",
    });
    worker.onmessage = ({ data }: MessageEvent<Answered>) => {
      this.#waiting.get(data.number)?.resolve(data);
      this.#waiting.delete(data.number);
    };
    // One that ran out of memory is replaced by the next request; what it was asked is answered with nothing.
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.#worker = undefined;
      this.#answerAll();
    };
    return worker;
  }

  #answerAll(): void {
    for (const { resolve } of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }
}
