import type { HttpVersion, RequestHead } from "../../codec/head.ts";
import type { RequestBody, ServerRequest } from "../types.ts";
import type { Arrival, Departure } from "./arrival.ts";
import { ReceivedRequest } from "./received_request.ts";

/** A request as a handler gets it. */
export class IncomingRequest extends ReceivedRequest implements ServerRequest {
  readonly target: string;
  readonly #head: RequestHead;
  readonly #departure: Departure;
  #absolute?: string;

  constructor(head: RequestHead, arrival: Arrival, body: RequestBody, departure: Departure) {
    super(head, arrival, body);
    this.#head = head;
    this.#departure = departure;
    this.target = head.form === "absolute" ? this.#split(head) : head.target;
  }

  get version(): HttpVersion {
    return this.#head.version;
  }

  protected get named(): string {
    return this.#absolute ?? this.#head.host ?? "";
  }

  gone(): Promise<void> {
    // What is left of a body would be taken for the next request.
    return this.body.length === 0 ? this.#departure.gone() : new Promise(() => {});
  }

  /** Of a target that is a whole URL, the authority stands in for Host (RFC 9112 §3.2.2). */
  #split({ target, method }: RequestHead): string {
    const [, authority = "", rest = ""] = /^[a-z]+:\/\/([^/?]*)(.*)$/i.exec(target) ?? [];
    this.#absolute = authority;
    if (rest === "") return method === "OPTIONS" ? "*" : "/";
    return rest.startsWith("/") ? rest : `/${rest}`;
  }
}
