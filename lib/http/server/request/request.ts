import type { Fields } from "../../codec/fields/fields.ts";
import type { HttpVersion, RequestHead } from "../../codec/head.ts";
import type { RequestBody, ServerRequest } from "../types.ts";

/** Where a request came in. */
export interface Arrival {
  /** The client's end. */
  readonly peer: string;
  /** Whether over TLS. */
  readonly secure: boolean;
  /** The authority that the client has asked a trusted proxy for. */
  readonly authority?: string;
  /** The path below which a trusted proxy serves this server. */
  readonly prefix?: string;
}

/** Detects that a client disconnects. */
export interface Departure {
  /** Resolves when it has. */
  gone(): Promise<void>;
}

/** A request as a handler gets it. */
export class IncomingRequest implements ServerRequest {
  readonly target: string;
  readonly #head: RequestHead;
  readonly #arrival: Arrival;
  readonly body: RequestBody;
  readonly #departure: Departure;
  #absolute?: string;

  constructor(head: RequestHead, arrival: Arrival, body: RequestBody, departure: Departure) {
    this.#head = head;
    this.#arrival = arrival;
    this.body = body;
    this.#departure = departure;
    this.target = head.form === "absolute" ? this.#split(head) : head.target;
  }

  get method(): string {
    return this.#head.method;
  }

  get version(): HttpVersion {
    return this.#head.version;
  }

  get headers(): Fields {
    return this.#head.headers;
  }

  get peer(): string {
    return this.#arrival.peer;
  }

  get secure(): boolean {
    return this.#arrival.secure;
  }

  get prefix(): string | undefined {
    return this.#arrival.prefix;
  }

  get authority(): string {
    return this.#arrival.authority ?? this.#absolute ?? this.#head.host ?? "";
  }

  gone(): Promise<void> {
    // What is left of a body would be taken for the next request.
    return this.body.length === 0 ? this.#departure.gone() : new Promise(() => {});
  }

  get url(): URL | undefined {
    const path = this.target === "*" ? "" : this.target;
    // Without an authority the beginning of the path would pass for one.
    if (this.authority === "") return undefined;
    return URL.parse(`${this.secure ? "https" : "http"}://${this.authority}${path}`) ?? undefined;
  }

  /** Of a target that is a whole URL, the authority stands in for Host (RFC 9112 §3.2.2). */
  #split({ target, method }: RequestHead): string {
    const [, authority = "", rest = ""] = /^[a-z]+:\/\/([^/?]*)(.*)$/i.exec(target) ?? [];
    this.#absolute = authority;
    if (rest === "") return method === "OPTIONS" ? "*" : "/";
    return rest.startsWith("/") ? rest : `/${rest}`;
  }
}
