import type { NetworkList } from "../../../core/address/network_list.ts";
import { META_TYPES } from "../../codec/types.ts";
import { type TsigChain, type TsigKey, tsigSize } from "../../codec/tsig/chain.ts";
import { verifyQuery } from "../../codec/tsig/verify_query.ts";
import type { ServedQuery } from "./log.ts";
import { type ParsedQuery, parseQuery } from "./parse_query.ts";
import { HEAD_BYTES } from "./query_scan.ts";
import { NOT_A_ZONE, SOURCE_FAILED, TRANSFER_PROHIBITED } from "./refused.ts";
import { encodeReply } from "./reply.ts";
import { clientQuery, logEntry, type QueryClient, type Turn } from "./turn.ts";
import type { ClientQuery, ServedAnswer } from "./types.ts";

/** A place that has zones to transfer. */
export interface TransferSource {
  /**
   * Returns the messages that answer a request for a transfer (AXFR, IXFR), each with `reserve` bytes free for a
   * signature; undefined if it does not have the zone.
   */
  transfer(query: ClientQuery, reserve: number): Iterable<Uint8Array> | undefined;
}

/** Rules of a {@link TransferResponder}. */
export interface TransferRules {
  /** Places that have zones, in order. */
  readonly sources: readonly TransferSource[];
  /** Clients that may ask at all. */
  readonly access: NetworkList;
  /** Clients that may transfer zones without a signature. */
  readonly transferAccess: NetworkList;
  /** Keys whose holders may transfer zones. */
  readonly keys: readonly TsigKey[];
  /** Called for each transfer. */
  readonly onQuery?: (query: ServedQuery) => void;
  /** Called when a source has failed. */
  readonly onError?: (error: unknown, query: ClientQuery) => void;
}

/** Answers requests for transfers over TCP and TLS (RFC 5936, RFC 1995). */
export class TransferResponder {
  readonly #rules: TransferRules;

  /** Creates a responder. */
  constructor(rules: TransferRules) {
    this.#rules = rules;
  }

  /** Returns the messages that answer a request for a transfer; undefined for any other message. */
  transfer(bytes: Uint8Array, client: QueryClient, transport: "tcp" | "tls"): AsyncIterable<Uint8Array> | undefined {
    if (!asksForTransfer(bytes)) return undefined;
    const parsed = parseQuery(bytes);
    return parsed.kind === "query" ? this.#messages(bytes, client, transport, parsed) : undefined;
  }

  async *#messages(
    bytes: Uint8Array,
    client: QueryClient,
    transport: "tcp" | "tls",
    { message, question }: ParsedQuery & { readonly kind: "query" },
  ): AsyncGenerator<Uint8Array> {
    const { access, transferAccess, keys, sources, onError } = this.#rules;
    const turn = { bytes, client, transport, started: performance.now(), query: message, question, hash: 0 };
    const verified = await verifyQuery(bytes, message, keys, seconds());
    if (verified.kind === "rejected") {
      this.#log(turn, TRANSFER_PROHIBITED);
      return yield verified.answer;
    }
    const chain = verified.kind === "signed" ? verified.chain : undefined;
    const permitted = access.has(client.hostname) && (chain !== undefined || transferAccess.has(client.hostname));
    if (!permitted) return yield await this.#refuse(turn, TRANSFER_PROHIBITED, chain);
    const query = clientQuery(turn, message, question);
    const reserve = chain ? tsigSize(chain.key) : 0;
    let count = 0;
    try {
      for (const source of sources) {
        const messages = source.transfer(query, reserve);
        if (!messages) continue;
        for (const message of messages) {
          count++;
          yield chain ? await chain.sign(message, { time: seconds() }) : message;
        }
        return this.#log(turn, { rcode: 0, answers: [], source: `transfer of ${question.name}` }, count);
      }
    } catch (error) {
      onError?.(error, query);
      // A transfer that has begun cannot be taken back: the connection ends instead.
      if (count > 0) throw error;
      return yield await this.#refuse(turn, SOURCE_FAILED, chain);
    }
    yield await this.#refuse(turn, NOT_A_ZONE, chain);
  }

  async #refuse(turn: Turn, answer: ServedAnswer, chain: TsigChain | undefined): Promise<Uint8Array> {
    const { query, transport } = turn;
    const reserve = chain ? tsigSize(chain.key) : 0;
    const message = encodeReply(query, answer, { transport, recursionAvailable: false, options: [], reserve });
    this.#log(turn, answer);
    return chain ? await chain.sign(message, { time: seconds() }) : message;
  }

  #log(turn: Turn, answer: ServedAnswer, count = 0): void {
    this.#rules.onQuery?.(logEntry(turn, { ...answer, count }));
  }
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Whether the first question of a message is of the type AXFR or IXFR. */
function asksForTransfer(bytes: Uint8Array): boolean {
  let at = HEAD_BYTES;
  for (let size = bytes[at] ?? 0; size > 0; size = bytes[at] ?? 0) {
    if (size > 63) return false;
    at += 1 + size;
  }
  const type = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  return type === META_TYPES.AXFR || type === META_TYPES.IXFR;
}
