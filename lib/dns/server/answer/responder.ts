import type { NetworkList } from "../../../core/address/network_list.ts";
import { RCODE } from "../../client/status.ts";
import { decodeHead } from "../../codec/message.ts";
import { type TsigKey, tsigSize } from "../../codec/tsig/chain.ts";
import { verifyQuery } from "../../codec/tsig/verify_query.ts";
import type { Faults } from "../fault/faults.ts";
import { spoil } from "../fault/spoil.ts";
import type { RateLimit } from "../limit/rate_limit.ts";
import { AnswerCache, variantOf } from "./answer_cache.ts";
import { askSources, type Sources } from "./ask_sources.ts";
import type { ServedQuery } from "./log.ts";
import { type ParsedQuery, parseQuery } from "./parse_query.ts";
import { QueryScan } from "./query_scan.ts";
import { EXTENDED, failure, PROHIBITED } from "./refused.ts";
import { encodeReply } from "./reply.ts";
import { type OptionFacts, paddingOf, replyOptions } from "./reply_options.ts";
import { clientQuery, logEntry, type QueryClient, type Turn } from "./turn.ts";
import type { ServedAnswer, ServerTransport } from "./types.ts";

/** Rules and facts of a {@link Responder}. */
export interface ResponderOptions extends Sources, OptionFacts {
  /** Clients that may ask. */
  readonly access: NetworkList;
  /** Number of encoded answers to hold; 0 for none. */
  readonly cacheSize: number;
  /** Faults to simulate. */
  readonly faults?: Faults;
  /** Limit of the responses over UDP. */
  readonly rateLimit?: RateLimit;
  /** Clients to which that does not apply. */
  readonly unlimited?: NetworkList;
  /** Keys of signatures (RFC 8945). */
  readonly keys: readonly TsigKey[];
  /** Maximum number of queries that wait for a source or a delay; further ones are dropped. */
  readonly maxPending: number;
  /** Called for each query. */
  readonly onQuery?: (query: ServedQuery) => void;
}

/** Response of {@link Responder.respond}; undefined for none. */
export type Response = Uint8Array<ArrayBuffer> | undefined;

/** Turns the bytes of a query into the bytes of its response, over any transport. */
export class Responder {
  readonly #options: ResponderOptions;
  readonly #cache: AnswerCache;
  readonly #scan = new QueryScan();
  readonly #delays = new Map<ReturnType<typeof setTimeout>, () => void>();
  #pending = 0;

  /** Creates a responder. */
  constructor(options: ResponderOptions) {
    this.#options = options;
    this.#cache = new AnswerCache(options.cacheSize);
  }

  /**
   * Returns the response to a message; undefined if it gets none. With `into`, a response that is ready may be written there,
   * which then must not change until it is sent. `bytes` must not change before a promise is settled.
   */
  respond(
    bytes: Uint8Array,
    client: QueryClient,
    transport: ServerTransport,
    into?: Uint8Array<ArrayBuffer>,
  ): Response | Promise<Response> {
    const started = performance.now();
    const usual = this.#scan.scan(bytes);
    const hash = usual ? this.#scan.hash : 0;
    if (usual && !this.#options.faults && this.#options.access.has(client.hostname)) {
      const ready = this.#ready(bytes, transport, started);
      if (ready >= 0) return this.#send(ready, { bytes, client, transport, started, hash }, into);
    }
    const response = this.#decide({ bytes, client, transport, started, hash, into });
    if (!(response instanceof Promise)) return response;
    this.#pending++;
    return response.finally(() => this.#pending--);
  }

  /** Forgets all answers that are ready: a source has changed. */
  forget(): void {
    this.#cache.clear();
  }

  /** Sends at once what was delayed. */
  stop(): void {
    for (const [timer, resolve] of this.#delays) {
      clearTimeout(timer);
      resolve();
    }
    this.#delays.clear();
  }

  /** Returns the place of an answer that is ready and not too long; -1 if there is none. */
  #ready(bytes: Uint8Array, transport: ServerTransport, now: number): number {
    const scan = this.#scan;
    const found = this.#cache.find(scan, bytes, this.#variant(scan), now);
    if (found < 0 || transport !== "udp") return found;
    return this.#cache.sizeOf(found) <= Math.min(scan.udpSize, MAX_UDP_BYTES) ? found : -1;
  }

  #variant(scan: QueryScan): number {
    return variantOf(scan, this.#options.recursive && (scan.flags & RECURSION_DESIRED) !== 0);
  }

  #send(
    ready: number,
    turn: Pick<Turn, "bytes" | "client" | "transport" | "started" | "hash">,
    into?: Uint8Array<ArrayBuffer>,
  ): Response {
    const { bytes, client, transport, started } = turn;
    const { onQuery } = this.#options;
    const verdict = this.#verdict(turn, this.#cache.rcodeOf(ready));
    if (onQuery) {
      const [question] = decodeHead(bytes).questions;
      const sent = { dropped: verdict === "drop", truncated: verdict === "slip", limited: verdict !== "send" };
      onQuery(logEntry({ client, transport, started, question }, this.#cache.factsOf(ready), sent));
    }
    if (verdict === "drop") return undefined;
    if (verdict === "slip") return slipped(bytes, this.#scan.end);
    return this.#cache.fill(ready, bytes, into ?? new Uint8Array(this.#cache.sizeOf(ready)));
  }

  #decide(common: Omit<Turn, "query" | "question">): Response | Promise<Response> {
    const { bytes, client } = common;
    const parsed = parseQuery(bytes);
    if (parsed.kind === "ignored") return undefined;
    if (parsed.kind === "rejected") {
      const { query, rcode, text } = parsed;
      const [question] = query.questions;
      const code = text === undefined ? undefined : EXTENDED.NOT_SUPPORTED;
      return this.#deliver({ ...common, query, question }, failure(rcode, code, text));
    }
    const { message, question } = parsed;
    const turn = { ...common, query: message, question };
    if (!this.#options.access.has(client.hostname)) return this.#deliver(turn, PROHIBITED);
    if (this.#pending >= this.#options.maxPending) {
      this.#options.onQuery?.(logEntry(turn, NONE, { dropped: true, limited: true }));
      return undefined;
    }
    return message.tsig ? this.#signed(turn, parsed) : this.#answer(turn, parsed);
  }

  /** Answers a query with a signature, with one. */
  async #signed(turn: Turn, parsed: ParsedQuery & { readonly kind: "query" }): Promise<Response> {
    const verified = await verifyQuery(turn.bytes, parsed.message, this.#options.keys, Math.floor(Date.now() / 1000));
    if (verified.kind === "signed") {
      return await this.#answer({ ...turn, chain: verified.chain, into: undefined }, parsed);
    }
    if (verified.kind === "unsigned") return undefined;
    this.#options.onQuery?.(logEntry(turn, { ...NONE, rcode: NOTAUTH }));
    return Uint8Array.from(verified.answer);
  }

  #answer(turn: Turn, { message, question }: ParsedQuery & { readonly kind: "query" }): Response | Promise<Response> {
    const fault = this.#options.faults?.draw(question.name, question.type);
    const faulty = fault ? { ...turn, fault } : turn;
    const answer = faultAnswer(fault) ?? askSources(clientQuery(turn, message, question), this.#options);
    const waiting = fault && fault.delay > 0 ? this.#delay(fault.delay) : undefined;
    if (!waiting && !(answer instanceof Promise)) return this.#deliver(faulty, answer);
    return Promise.all([answer, waiting]).then(([answer]) => this.#deliver({ ...faulty, into: undefined }, answer));
  }

  #delay(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => (this.#delays.delete(timer), resolve()), ms);
    this.#delays.set(timer, resolve);
    return promise;
  }

  /** Asks the rate limit, which counts negative answers of one kind together, and positive ones by question. */
  #verdict(
    { client, transport, hash, started }: Pick<Turn, "client" | "transport" | "hash" | "started">,
    rcode: number,
  ) {
    const { rateLimit, unlimited } = this.#options;
    if (!rateLimit || transport !== "udp" || unlimited?.has(client.hostname)) return "send";
    return rateLimit.check(client.hostname, rcode === RCODE.NOERROR ? hash : -1 - rcode, started);
  }

  /** Writes an answer, subject to faults and the rate limit. */
  #deliver(turn: Turn, answer: ServedAnswer): Response | Promise<Response> {
    const { query, client, transport, fault, chain } = turn;
    const { onQuery, recursive } = this.#options;
    const verdict = this.#verdict(turn, answer.rcode);
    if (verdict === "drop" || fault?.kind === "drop") {
      onQuery?.(logEntry(turn, counted(answer), { dropped: true, limited: verdict === "drop" }));
      return undefined;
    }
    const message = encodeReply(query, answer, {
      transport,
      recursionAvailable: recursive,
      options: replyOptions(query.edns, client.hostname, transport, this.#options),
      padTo: paddingOf(query.edns, transport),
      truncate: verdict === "slip" || (transport === "udp" && fault?.kind === "truncate"),
      reserve: chain && tsigSize(chain.key),
      into: turn.into,
    });
    const truncated = ((message[2] ?? 0) & TRUNCATED) !== 0;
    if (!fault && !chain && !truncated && verdict === "send") this.#store(turn, answer, message);
    onQuery?.(logEntry(turn, counted(answer), { truncated, limited: verdict !== "send" }));
    if (chain) {
      const time = Math.floor(Date.now() / 1000);
      return chain.sign(message, { time }).then((signed) => spoiled(signed, turn));
    }
    return spoiled(message, turn);
  }

  /** Keeps a response for further queries with the same question. */
  #store({ bytes, hash }: Turn, answer: ServedAnswer, message: Uint8Array<ArrayBuffer>): void {
    const { keep = 0, rcode, source, answers } = answer;
    if (keep <= 0 || hash === 0 || message.length > MAX_UDP_BYTES) return;
    // Other queries may have been scanned since.
    const scan = this.#scan;
    if (!scan.scan(bytes)) return;
    const until = performance.now() + keep * 1000;
    this.#cache.add(scan, bytes, this.#variant(scan), { message, until, rcode, source, answers: answers.length });
  }
}

const MAX_UDP_BYTES = 1232;
const RECURSION_DESIRED = 0x0100;
const TRUNCATED = 0x02;
const NOTAUTH = 9;
const NONE = { rcode: RCODE.SERVFAIL, source: "none", count: 0 };

/** Returns the answer that a fault puts in place of that of a source. */
function faultAnswer(fault: Turn["fault"]): ServedAnswer | undefined {
  switch (fault?.kind) {
    case "servfail":
      return failure(RCODE.SERVFAIL, EXTENDED.OTHER, "simulated fault", "fault");
    case "refuse":
      return failure(RCODE.REFUSED, EXTENDED.OTHER, "simulated fault", "fault");
    case "nxdomain":
      return failure(RCODE.NXDOMAIN, EXTENDED.OTHER, "simulated fault", "fault");
    case "drop":
      return failure(RCODE.SERVFAIL, undefined, undefined, "fault");
    default:
      return undefined;
  }
}

/** Returns a response as a fault leaves it: with another id, or not readable. */
function spoiled(message: Uint8Array<ArrayBuffer>, { fault }: Turn): Response {
  const unreadable = fault?.kind === "wrong-id" || fault?.kind === "garbage" || fault?.kind === "cut";
  const sent = unreadable ? spoil(fault.kind, message, 0, false) : message;
  return sent === message ? message : sent && Uint8Array.from(sent);
}

function counted(answer: ServedAnswer): ServedAnswer & { readonly count: number } {
  return { ...answer, count: answer.answers.length };
}

/** Returns an empty response with the flag of a truncated one, for a usual query whose question ends at `end`. */
function slipped(bytes: Uint8Array, end: number): Uint8Array<ArrayBuffer> {
  const message = Uint8Array.from(bytes.subarray(0, end));
  message[2] = 0x80 | TRUNCATED | ((bytes[2] ?? 0) & 1);
  message[3] = (bytes[3] ?? 0) & 0x10;
  message.fill(0, 6, 12);
  return message;
}
