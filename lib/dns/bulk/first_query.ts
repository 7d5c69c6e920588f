import type { UdpChannel } from "../client/connections/udp_channel.ts";
import { SentQuery } from "../client/connections/sent_query.ts";
import type { Waiting } from "../client/connections/waiting.ts";
import { QueryForm } from "../codec/query.ts";
import { typeNumber } from "../codec/types.ts";
import type { BulkAsker } from "./bulk_asker.ts";
import type { BulkServer } from "./bulk_server.ts";
import type { BulkOptions } from "./types.ts";

/** A question of a list. */
export interface FirstQuestion {
  /** The name and the type that are asked for. */
  readonly item: { readonly name: string };
  readonly type: string;
}

/** A query that is over: its question, the server, when it was sent, and the query itself. */
export interface FirstQuery<Q extends FirstQuestion> {
  readonly question: Q;
  readonly server: BulkServer;
  readonly start: number;
  readonly sent: SentQuery;
  /** Number of the type. */
  readonly typeNumber: number;
}

/** Takes the results of first queries. */
export interface FirstQueryHandler<Q extends FirstQuestion> {
  /** Takes a response, whose bytes and query are valid during the call only. */
  answered(query: FirstQuery<Q>, reply: Uint8Array): void;
  /** Takes the reason why there is none. */
  failed(query: FirstQuery<Q>, error: unknown): void;
}

/**
 * Sends the first query for a name over UDP without a promise, and with objects that are used again: most names need no
 * other query, and then all work between two datagrams is one chain of calls.
 */
export class FirstQueries<Q extends FirstQuestion> {
  readonly #options: BulkOptions;
  readonly #asker: BulkAsker;
  readonly #handler: FirstQueryHandler<Q>;
  readonly #forms = new Map<string, TypedForm>();
  readonly #channels = new Map<BulkServer, UdpChannel>();
  readonly #free: WaitingFirst<Q>[] = [];

  /** Creates one for the queries of an asker. */
  constructor(options: BulkOptions, asker: BulkAsker, handler: FirstQueryHandler<Q>) {
    this.#options = options;
    this.#asker = asker;
    this.#handler = handler;
  }

  /** Sends a query, or returns false where that needs more: another protocol, a rate, a server that has not answered yet. */
  send(question: Q, server: BulkServer): boolean {
    if (!server.runs || server.paced) return false;
    const channel = this.#channel(server);
    if (!channel) return false;
    const waiting = this.#free.pop() ?? new WaitingFirst<Q>((waiting) => this.#free.push(waiting), this.#handler);
    const start = performance.now();
    const { form, typeNumber } = this.#form(question.type);
    const query = { question, server, start, sent: waiting.sent, typeNumber };
    waiting.begin(query, start + this.#asker.wait(server, 1));
    let sent = false;
    try {
      sent = channel.send(form, question.item.name, waiting);
    } catch {
      // The other way finds the same, and says what it means.
    }
    if (!sent) {
      this.#free.push(waiting);
      return false;
    }
    server.inFlight++;
    server.turn();
    this.#asker.queries++;
    return true;
  }

  #channel(server: BulkServer): UdpChannel | undefined {
    let channel = this.#channels.get(server);
    if (!channel) {
      channel = this.#options.connections.datagrams(server.server);
      if (channel) this.#channels.set(server, channel);
    }
    return channel;
  }

  #form(type: string): TypedForm {
    let form = this.#forms.get(type);
    if (!form) {
      form = { form: new QueryForm({ ...this.#options.flags, type }), typeNumber: typeNumber(type) ?? 0 };
      this.#forms.set(type, form);
    }
    return form;
  }
}

/** The form of the queries for a type. */
interface TypedForm {
  readonly form: QueryForm;
  readonly typeNumber: number;
}

/** A query that waits; used again for another one when it is over. */
class WaitingFirst<Q extends FirstQuestion> implements Waiting {
  readonly sent = new SentQuery();
  expires = 0;
  readonly #release: (waiting: WaitingFirst<Q>) => void;
  readonly #handler: FirstQueryHandler<Q>;
  #query?: FirstQuery<Q>;

  constructor(release: (waiting: WaitingFirst<Q>) => void, handler: FirstQueryHandler<Q>) {
    this.#release = release;
    this.#handler = handler;
  }

  begin(query: FirstQuery<Q>, expires: number): void {
    this.expires = expires;
    this.#query = query;
  }

  resolve(reply: Uint8Array): void {
    const query = this.#end();
    if (!query) return;
    this.sent.restoreCase(reply);
    this.#handler.answered(query, reply);
    this.#release(this);
  }

  reject(error: unknown): void {
    const query = this.#end();
    if (!query) return;
    this.#handler.failed(query, error);
    this.#release(this);
  }

  #end(): FirstQuery<Q> | undefined {
    const query = this.#query;
    this.#query = undefined;
    if (query) query.server.inFlight--;
    return query;
  }
}
