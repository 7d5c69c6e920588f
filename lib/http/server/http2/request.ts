import type { Http2RequestHead } from "../../codec/http2/request_head.ts";
import { ReceivedRequest } from "../request/received_request.ts";
import type { Arrival, Departure } from "../request/arrival.ts";
import type { RequestBody, ServerRequest } from "../types.ts";

/** A request over HTTP/2 as a handler gets it. */
export class Http2Request extends ReceivedRequest implements ServerRequest {
  readonly version = "2";
  readonly #head: Http2RequestHead;
  readonly #departure: Departure;

  constructor(head: Http2RequestHead, arrival: Arrival, body: RequestBody, departure: Departure) {
    super(head, arrival, body);
    this.#head = head;
    this.#departure = departure;
  }

  get target(): string {
    return this.#head.target;
  }

  protected get named(): string {
    return this.#head.authority;
  }

  gone(): Promise<void> {
    return this.#departure.gone();
  }
}
