import { type Deadline, toToucanError } from "../../../core/mod.ts";
import { isLost } from "../../../http/client/connection.ts";
import { isRedirect } from "../../../http/client/follow.ts";
import { proxyFailure } from "../../../http/client/proxy_answer.ts";
import type { HttpResponse } from "../../../http/client/response.ts";
import { Fields } from "../../../http/codec/fields/fields.ts";
import { shownUrl } from "../naming/naming.ts";
import type { Answer, Outcome, Source, Wanted } from "../source.ts";
import type { DownloadOptions } from "../types.ts";
import { HttpAnswer } from "./answer.ts";
import { classifyResponse } from "./classify_response.ts";
import { Requester } from "./requester.ts";
import { StatusError, statusMayPass, waitBeforeRetry } from "./retry.ts";

/** Downloads by HTTP. */
export class HttpSource implements Source {
  readonly continues: boolean;
  readonly #options: DownloadOptions;
  readonly #requester: Requester;
  readonly #ownRange: boolean;

  constructor(url: string, options: DownloadOptions) {
    this.#options = options;
    this.#requester = new Requester(url, options);
    this.#ownRange = new Fields(options.headers).has("range");
    const { method = "GET", body, compressed } = options;
    this.continues = method === "GET" && !body && !compressed && !this.#ownRange;
  }

  get url(): string {
    return this.#requester.url;
  }

  async ask(wanted: Wanted, deadline: Deadline): Promise<Answer | undefined> {
    try {
      const response = await this.#requester.ask(wanted, deadline);
      return new HttpAnswer(response, { ...this.#classify(response, wanted), compressed: this.#options.compressed });
    } catch (error) {
      // Some servers close the connection instead of responding to HEAD.
      if (wanted.kind !== "head" || !isLost(error)) throw error;
      return undefined;
    }
  }

  waitAfter(error: unknown, count: number): number | undefined {
    const { method = "GET", http2 = false, retryWait: first = 1000, retryRefused: refused = false, body } =
      this.#options;
    // A streamed request body cannot be sent twice.
    if (body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array)) return undefined;
    return waitBeforeRetry(error, { method, reached: this.#requester.reached, http2 }, count, { first, refused });
  }

  #classify(response: HttpResponse, wanted: Wanted): { readonly outcome: Outcome; readonly size?: number } {
    const { status } = response;
    const probe = wanted.kind === "byte" || wanted.kind === "head";
    if (wanted.kind === "head" && status >= 400) return { outcome: { kind: "unanswered" } };
    if (probe && (status === 416 || statusMayPass(status))) return { outcome: { kind: "unanswered" } };
    if (status === 304 || (this.#options.maxRedirects === 0 && isRedirect(response))) {
      return { outcome: { kind: "final" } };
    }
    if (status === 416 && wanted.kind === "rest") {
      return {
        outcome: { kind: "mismatch", reason: "the file on the server is shorter than the part of an earlier run" },
      };
    }
    if (status >= 300) {
      return {
        outcome: { kind: "failed", error: proxyFailure(response) ?? new StatusError(response, response.proxy) },
      };
    }
    const [from, entity] = wanted.kind === "rest" ? [wanted.from, wanted.entity] : [0, undefined];
    const asked = { url: shownUrl(this.#requester.url), from, entity, probe, own: this.#ownRange };
    try {
      return classifyResponse(response, asked);
    } catch (error) {
      return { outcome: { kind: "failed", error: toToucanError(error) } };
    }
  }
}
