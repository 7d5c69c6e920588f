import { type Deadline, UsageError } from "../../core/mod.ts";
import { ACCEPT_ENCODING } from "../../http/client/body/content_coding.ts";
import { follow } from "../../http/client/follow.ts";
import { completeUrl } from "../../http/client/read_url.ts";
import type { HttpResponse } from "../../http/client/response.ts";
import { Fields } from "../../http/codec/fields/fields.ts";
import type { FailedRequest } from "./retry.ts";
import type { DownloadOptions } from "./types.ts";

/** What a request is for: all of the entity, what follows after `from`, one byte to see the head, or the head alone. */
export type Wanted =
  | { readonly kind: "all" | "byte" | "head" }
  | { readonly kind: "rest"; readonly from: number; readonly validator: string };

/** The requests of one download: which URL they go to, what they ask for, and how far the last one came. */
export class Requester {
  /** The URL with its scheme; for https first until a server has answered. */
  url: string;
  /** How far the last request came. */
  reached: FailedRequest["reached"] = "none";
  readonly #given: string;
  readonly #options: DownloadOptions;
  #answered = false;

  constructor(given: string, options: DownloadOptions) {
    this.#given = given;
    this.#options = options;
    this.url = completeUrl(given);
  }

  /** Asks once, redirects followed. */
  async ask(wanted: Wanted, deadline: Deadline): Promise<HttpResponse> {
    const { onEvent, httpsFirst, stall = 60_000 } = this.#options;
    const completed = this.url !== this.#given;
    if (!(httpsFirst && completed)) this.#refusePlain(URL.parse(this.url));
    // A URL whose server has answered keeps its scheme, whatever fails later.
    const undecided = httpsFirst && !this.#answered && completed;
    let first: URL | undefined;
    this.reached = "none";
    if (wanted.kind === "rest") onEvent?.({ kind: "resume", from: wanted.from });
    const onRedirect: DownloadOptions["onRedirect"] = (redirect) => {
      this.reached = "server";
      this.#decide(first ??= redirect.from);
      this.#refusePlain(redirect.to);
      onEvent?.({ kind: "redirect", redirect });
      this.#options.onRedirect?.(redirect);
    };
    const response = await follow(undecided ? this.#given : this.url, {
      ...this.#options,
      ...(wanted.kind === "head" ? { method: "HEAD" } : {}),
      headers: this.#fieldsFor(wanted),
      signal: deadline.signal,
      timeout: stall,
      stall,
      onRedirect,
      onStep: (phase) => {
        deadline.phase = phase;
        if (phase === "first-byte" && !this.#options.http2) this.reached = "server";
        this.#options.onStep?.(phase);
      },
    });
    this.#decide(first ?? response.url);
    this.reached = response.status < 300 ? "success" : "server";
    return response;
  }

  #fieldsFor(wanted: Wanted): Fields {
    const { headers: own, compressed } = this.#options;
    const headers = new Fields(own);
    if (wanted.kind === "rest") {
      headers.set("Range", `bytes=${wanted.from}-`);
      headers.set("If-Range", wanted.validator);
    } else if (wanted.kind === "byte") headers.set("Range", "bytes=0-0");
    if (compressed && !headers.has("accept-encoding")) headers.set("Accept-Encoding", ACCEPT_ENCODING);
    return headers;
  }

  #decide({ protocol }: URL): void {
    if (this.#answered || !this.#options.httpsFirst || this.url === this.#given) return;
    this.#answered = true;
    this.url = this.url.replace("http:", protocol);
  }

  /** A pin trusts one key: a request without TLS would trust any server. */
  #refusePlain(url: URL | null): void {
    if (this.#options.tls?.pin === undefined || url?.protocol !== "http:") return;
    throw new UsageError(`a pin is for https: URLs, and ${url.host} would be asked without TLS`, {
      code: "pin-without-tls",
    });
  }
}
