import { closeQuietly, type Connection, NetworkError } from "../../../core/mod.ts";
import { encodeHeaderBlock, essenceOf, MultiplexedConnection, type SmallResponse } from "../../../http/internal.ts";
import { DnsMessageError, malformed } from "../../codec/reader.ts";
import { type ChannelOptions, noAnswer } from "./channel.ts";
import { ConnectionLost, type QueryConnection } from "./stream_connection.ts";
import type { Waiting } from "./waiting.ts";

/** Media type of messages (RFC 8484 §6). */
export const MEDIA_TYPE = "application/dns-message";
const MAX_MESSAGE_BYTES = 65_535;
/** Shortest interval in which the times of all queries are compared, in milliseconds. */
const SWEEP_MS = 5;

/** Where queries go. */
export interface Endpoint {
  /** Host and port. */
  readonly authority: string;
  /** Path. */
  readonly path: string;
  /** Method. */
  readonly method: "GET" | "POST";
}

/**
 * A connection over HTTP/2 with many queries at once (RFC 8484). All have the id 0, so that caches recognise a query: a response
 * belongs to the query of its stream.
 */
export class Http2QueryConnection implements QueryConnection {
  received = 0;
  sent = 0;
  readonly #http: MultiplexedConnection;
  readonly #connection: Connection;
  readonly #endpoint: Endpoint;
  readonly #options: ChannelOptions;
  readonly #freed: () => void;
  readonly #streams = new Map<Waiting, number>();
  /** Encoded heads of POST by the length of their bodies, of which there are few. */
  readonly #heads = new Map<number, Uint8Array>();
  #timer?: ReturnType<typeof setTimeout>;
  #nextLook = Infinity;

  /** Asks over a connection on which `h2` was negotiated; `freed` is called when there is room for another query. */
  constructor(connection: Connection, endpoint: Endpoint, options: ChannelOptions, freed: () => void) {
    this.#freed = freed;
    this.#connection = connection;
    this.#endpoint = endpoint;
    this.#options = options;
    this.#http = new MultiplexedConnection(connection, MAX_MESSAGE_BYTES);
  }

  get ended(): boolean {
    return this.#http.ended;
  }

  get waiting(): number {
    return this.#streams.size;
  }

  get limit(): number {
    return this.#http.maxStreams;
  }

  freeId(): number {
    this.sent++;
    return 0;
  }

  send(waiting: Waiting): void {
    const { bytes } = waiting.sent;
    const post = this.#endpoint.method === "POST";
    const head = post ? this.#postHead(bytes.length) : this.#getHead(bytes);
    const stream = this.#http.request(head, post ? bytes : undefined, {
      answered: (response) => this.#answered(waiting, response),
      failed: (error, unprocessed) => this.#failed(waiting, error, unprocessed),
    });
    this.#streams.set(waiting, stream);
    if (waiting.expires < this.#nextLook) this.#arm(waiting.expires);
  }

  forget(waiting: Waiting): void {
    const stream = this.#streams.get(waiting);
    if (stream === undefined) return;
    this.#delete(waiting);
    this.#http.cancel(stream);
  }

  close(reason: unknown): void {
    this.#http.close(reason);
    closeQuietly(this.#connection);
    clearTimeout(this.#timer);
  }

  #delete(waiting: Waiting): void {
    this.#streams.delete(waiting);
    if (this.#streams.size > 0) return;
    clearTimeout(this.#timer);
    this.#nextLook = Infinity;
  }

  #postHead(length: number): Uint8Array {
    let head = this.#heads.get(length);
    if (!head) {
      const fields = this.#fields(this.#endpoint.path);
      head = encodeHeaderBlock([...fields, ["content-type", MEDIA_TYPE], ["content-length", String(length)]]);
      this.#heads.set(length, head);
    }
    return head;
  }

  #getHead(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
    const query = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
    return encodeHeaderBlock(this.#fields(`${this.#endpoint.path}?dns=${query}`));
  }

  #fields(path: string): (readonly [string, string])[] {
    const { method, authority } = this.#endpoint;
    return [[":method", method], [":scheme", "https"], [":authority", authority], [":path", path], [
      "accept",
      MEDIA_TYPE,
    ]];
  }

  #answered(waiting: Waiting, { status, fields, body }: SmallResponse): void {
    this.#delete(waiting);
    this.received++;
    try {
      const type = fields.find(([name]) => name === "content-type")?.[1];
      checkResponse({ status, type, size: body.length }, this.#options.peer);
      const verdict = waiting.sent.judge(body);
      if (verdict !== "response") throw malformed(verdict);
      waiting.resolve(body);
    } catch (error) {
      waiting.reject(error);
    }
    this.#freed();
  }

  #failed(waiting: Waiting, error: unknown, unprocessed: boolean): void {
    if (!this.#streams.has(waiting)) return;
    this.#delete(waiting);
    const { peer } = this.#options;
    const lost = unprocessed || (error instanceof NetworkError && error.code === "connection-cut");
    const message = `${peer} closed the connection without an answer`;
    waiting.reject(
      lost ? new ConnectionLost(message, { code: "connection-cut", operation: "resolve", peer, cause: error }) : error,
    );
    this.#freed();
  }

  #arm(at: number): void {
    clearTimeout(this.#timer);
    this.#nextLook = at;
    if (at === Infinity) return;
    const delay = Math.min(2 ** 31 - 1, Math.max(SWEEP_MS, at - performance.now()));
    this.#timer = setTimeout(() => this.#look(), delay);
  }

  /** Rejects the queries whose time is over. */
  #look(): void {
    const now = performance.now();
    let next = Infinity;
    for (const [waiting, stream] of [...this.#streams]) {
      if (waiting.expires > now) next = Math.min(next, waiting.expires);
      else {
        this.#delete(waiting);
        this.#http.cancel(stream);
        waiting.reject(noAnswer(this.#options.peer, 0));
        this.#freed();
      }
    }
    this.#arm(next);
  }
}

/**
 * Checks status, content type and size of a response.
 *
 * @throws {NetworkError} `http-status` or `content-type`.
 * @throws {DnsMessageError} `answer-cut`.
 */
export function checkResponse(
  { status, type = "", size }: { readonly status: number; readonly type?: string; readonly size?: number },
  peer: string,
): void {
  const failed = (code: string, text: string) => {
    return new NetworkError(`${peer} ${text}`, { code, operation: "resolve", peer });
  };
  if (status !== 200) throw failed("http-status", `responded with the HTTP status ${status}`);
  if (essenceOf(type) !== MEDIA_TYPE) {
    throw failed("content-type", `responded with the content type "${type.slice(0, 100)}", not ${MEDIA_TYPE}`);
  }
  if (size !== undefined && size < 12) {
    throw new DnsMessageError("the answer ends too early", { code: "answer-cut", operation: "read", peer });
  }
}
