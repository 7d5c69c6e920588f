import type { Fields } from "../../codec/fields/fields.ts";
import type { Http2RequestHead } from "../../codec/http2/request_head.ts";
import type { Arrival, Departure } from "../request/request.ts";
import type { RequestBody, ServerRequest } from "../types.ts";

/** A request over HTTP/2 as a handler gets it. */
export class Http2Request implements ServerRequest {
  readonly version = "2";
  readonly #head: Http2RequestHead;
  readonly #arrival: Arrival;
  readonly body: RequestBody;
  readonly #departure: Departure;

  constructor(head: Http2RequestHead, arrival: Arrival, body: RequestBody, departure: Departure) {
    this.#head = head;
    this.#arrival = arrival;
    this.body = body;
    this.#departure = departure;
  }

  get method(): string {
    return this.#head.method;
  }

  get target(): string {
    return this.#head.target;
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
    return this.#arrival.authority ?? this.#head.authority;
  }

  gone(): Promise<void> {
    return this.#departure.gone();
  }

  get url(): URL | undefined {
    if (this.authority === "") return undefined;
    const path = this.target === "*" ? "" : this.target;
    return URL.parse(`${this.secure ? "https" : "http"}://${this.authority}${path}`) ?? undefined;
  }
}
