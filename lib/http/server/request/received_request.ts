import type { Fields } from "../../codec/fields/fields.ts";
import type { RequestHead } from "../../codec/head.ts";
import type { RequestBody } from "../types.ts";
import type { Arrival } from "./arrival.ts";

/** Properties of a request that do not depend on the version of HTTP. */
export abstract class ReceivedRequest {
  readonly body: RequestBody;
  readonly #head: Pick<RequestHead, "method" | "headers">;
  readonly #arrival: Arrival;

  constructor(head: Pick<RequestHead, "method" | "headers">, arrival: Arrival, body: RequestBody) {
    this.#head = head;
    this.#arrival = arrival;
    this.body = body;
  }

  abstract readonly target: string;

  /** The authority that the request itself names; empty if it names none. */
  protected abstract readonly named: string;

  get method(): string {
    return this.#head.method;
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
    return this.#arrival.authority ?? this.named;
  }

  get url(): URL | undefined {
    // Without an authority the beginning of the path would pass for one.
    if (this.authority === "") return undefined;
    const path = this.target === "*" ? "" : this.target;
    return URL.parse(`${this.secure ? "https" : "http"}://${this.authority}${path}`) ?? undefined;
  }
}
