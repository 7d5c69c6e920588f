import { type Deadline, UsageError } from "../../../core/mod.ts";
import { ACCEPT_ENCODING } from "../../../http/client/body/content_coding.ts";
import { follow } from "../../../http/client/follow.ts";
import { completeUrl } from "../../../http/client/read_url.ts";
import type { HttpResponse } from "../../../http/client/response.ts";
import { Fields } from "../../../http/codec/fields/fields.ts";
import { validatorOf } from "../entity.ts";
import type { Wanted } from "../source.ts";
import type { DownloadOptions } from "../types.ts";
import type { FailedRequest } from "./retry.ts";

/** Sends the requests of one download. */
export class Requester {
  /** The URL with its scheme; with `httpsFirst` it is https: until a server has responded. */
  url: string;
  /** Stage that the last request reached. */
  reached: FailedRequest["reached"] = "none";
  readonly #given: string;
  readonly #options: DownloadOptions;
  #answered = false;

  constructor(given: string, options: DownloadOptions) {
    this.#given = given;
    this.#options = options;
    this.url = completeUrl(given);
  }

  /** Sends one request, and follows redirects. */
  async ask(wanted: Wanted, deadline: Deadline): Promise<HttpResponse> {
    const { onEvent, httpsFirst, stall = 60_000 } = this.#options;
    const completed = this.url !== this.#given;
    refuseOther(URL.parse(this.url));
    if (!(httpsFirst && completed)) this.#refusePlain(URL.parse(this.url));
    // Once a server has responded the scheme is kept, also when a later request fails.
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
      headers.set("If-Range", validatorOf(wanted.entity) ?? "");
    } else if (wanted.kind === "byte") headers.set("Range", "bytes=0-0");
    if (compressed && !headers.has("accept-encoding")) headers.set("Accept-Encoding", ACCEPT_ENCODING);
    return headers;
  }

  #decide({ protocol }: URL): void {
    if (this.#answered || !this.#options.httpsFirst || this.url === this.#given) return;
    this.#answered = true;
    this.url = this.url.replace("http:", protocol);
  }

  /** Refuses a pin without TLS: it trusts one key, and http: trusts any server. */
  #refusePlain(url: URL | null): void {
    if (this.#options.tls?.pin === undefined || url?.protocol !== "http:") return;
    throw new UsageError(`cannot check a pin without TLS: ${url.host} would be requested over http:`, {
      code: "pin-without-tls",
    });
  }
}

/** Refuses a URL that no source of downloads has a protocol for. */
function refuseOther(url: URL | null): void {
  if (!url) {
    const hint = "use a URL with http://, https://, ftp:// or ftps://";
    throw new UsageError("invalid URL", { code: "invalid-url", hint });
  }
  if (url.protocol === "http:" || url.protocol === "https:") return;
  const scheme = url.protocol.slice(0, -1);
  throw new UsageError(`unsupported URL scheme "${scheme}" (supported: http, https, ftp, ftps)`, {
    code: "unsupported-scheme",
  });
}
