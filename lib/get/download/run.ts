import { Deadline, NegativeError, toToucanError, type ToucanError, UsageError } from "../../core/mod.ts";
import { isLost } from "../../http/client/connection.ts";
import { decodedPieces } from "../../http/client/body/decode.ts";
import { isRedirect, locationOf } from "../../http/client/follow.ts";
import { proxyFailure } from "../../http/client/proxy_answer.ts";
import type { HttpResponse } from "../../http/client/response.ts";
import { Fields } from "../../http/codec/fields/fields.ts";
import {
  type ClassifiedResponse,
  classifyResponse,
  type ResumableResponse,
  ResumeMismatch,
} from "./classify_response.ts";
import { Attempts } from "./attempts.ts";
import { digestsOf, type ExistingFile, isComplete } from "./write/complete.ts";
import { Digests } from "./digests.ts";
import { drain } from "./drain.ts";
import { validatorOf } from "./entity.ts";
import { modifiedTime } from "./modified.ts";
import { shownUrl } from "./naming/naming.ts";
import { fileExists } from "./write/open_part.ts";
import { type OpenTarget, Place } from "./naming/place.ts";
import { Requester, type Wanted } from "./requester.ts";
import { StatusError, statusMayPass } from "./retry.ts";
import { transfer } from "./transfer.ts";
import type { DownloadHead, DownloadOptions, DownloadReport } from "./types.ts";

/** Runs one download with all its attempts. */
export class Download {
  readonly #given: string;
  readonly #target: OpenTarget;
  readonly #options: DownloadOptions;
  readonly #method: string;
  readonly #ownRange: boolean;
  readonly #digests: Digests;
  readonly #requester: Requester;
  readonly #place: Place;
  readonly #attempts: Attempts;
  #head?: DownloadHead;
  #probed: boolean;
  /** Whether the existing file equals the one on the server. */
  #complete = false;
  /** Whether the server refused a HEAD request. */
  #headRefused = false;

  constructor(url: string | URL, target: OpenTarget, options: DownloadOptions) {
    this.#given = String(url);
    this.#target = target;
    this.#options = options;
    this.#method = options.method ?? "GET";
    this.#ownRange = new Fields(options.headers).has("range");
    this.#digests = new Digests([
      ...(options.digest ? ["sha256" as const] : []),
      ...(options.checksum ? [options.checksum.algorithm] : []),
    ]);
    this.#requester = new Requester(this.#given, options);
    const how = { requester: this.#requester, options, digests: this.#digests, continues: this.#continues };
    this.#place = new Place(target, how);
    this.#attempts = new Attempts(options, this.#place, this.#requester);
    this.#probed = !(this.#place.isNamedLater && options.resume && this.#continues);
  }

  /** Whether range requests are possible. */
  get #continues(): boolean {
    return this.#method === "GET" && !this.#options.body && !this.#options.compressed && !this.#ownRange;
  }

  async run(): Promise<DownloadReport> {
    const start = performance.now();
    const place = this.#place;
    let file: string | undefined;
    let sha256: string | undefined;
    let error: ToucanError | undefined;
    using deadline = new Deadline(this.#options, `download ${shownUrl(this.#requester.url)}`);
    try {
      sha256 = await this.#load(deadline);
      if (!this.#isFinal(this.#head?.status)) file = place.destination?.file ?? place.existing?.path;
      if ("sink" in this.#target && this.#target.sink instanceof WritableStream) await place.sink?.end();
    } catch (caught) {
      error = toToucanError(deadline.signal.aborted ? deadline.signal.reason : caught, deadline.signal);
    } finally {
      place.close();
    }
    const head = this.#head;
    return {
      url: shownUrl(this.#given),
      finalUrl: head?.url.href,
      httpVersion: head?.version,
      status: head?.status,
      file,
      bytes: place.destination?.size ?? (this.#complete ? place.existing?.stat.size : undefined) ?? 0,
      sha256,
      location: head && locationOf(head),
      contentType: head?.headers.get("content-type"),
      etag: head?.headers.get("etag"),
      resumedFrom: place.resumedFrom,
      tries: this.#attempts.count,
      ms: Math.round(performance.now() - start),
      head,
      error,
    };
  }

  /** Makes attempts until the download is complete. Returns the SHA-256, if requested. */
  async #load(deadline: Deadline): Promise<string | undefined> {
    await this.#prepare(deadline.signal);
    while (true) {
      try {
        if (await this.#try(deadline)) return await this.#finish();
      } catch (error) {
        if (error instanceof ResumeMismatch) this.#attempts.restart(error.message);
        else await this.#attempts.waitAfter(error, deadline);
      }
    }
  }

  async #prepare(signal: AbortSignal): Promise<void> {
    const { resume, compressed } = this.#options;
    if (resume && compressed) throw new UsageError("a compressed download cannot be resumed");
    await this.#digests.ready();
    await this.#place.prepare(signal);
    if (this.#place.existing) this.#probed = false;
  }

  /** Verifies the complete download, and puts it on the disk. Returns the SHA-256, if requested. */
  async #finish(): Promise<string | undefined> {
    const { destination, existing } = this.#place;
    const { digest, onReceived } = this.#options;
    if (this.#complete && existing) {
      return digest ? (await digestsOf(existing.path, ["sha256"])).get("sha256") : undefined;
    }
    const digests = this.#digests.finish();
    this.#verify(digests);
    if (this.#head && destination) destination.modified = modifiedTime(this.#head.headers);
    onReceived?.();
    const final = this.#isFinal(this.#head?.status);
    if (!final) await destination?.finish();
    // Without a body there is no digest.
    return digest && this.#method !== "HEAD" && !final ? digests.get("sha256") : undefined;
  }

  /** Compares the digest. If part of the file is from an earlier run, a mismatch restarts the download. */
  #verify(digests: ReadonlyMap<string, string>): void {
    const { checksum } = this.#options;
    if (!checksum || this.#isFinal(this.#head?.status)) return;
    const value = digests.get(checksum.algorithm);
    if (value === checksum.value) return;
    if (this.#place.resumedFrom > 0) throw new ResumeMismatch("checksum mismatch with the part of an earlier run");
    this.#place.destination?.discard?.();
    throw new NegativeError(`checksum mismatch: ${checksum.algorithm} is ${value}, expected ${checksum.value}`, {
      code: "checksum-mismatch",
      operation: "get",
    });
  }

  /** Whether a response is the result although it has no body to download: 304, or a redirect that is not followed. */
  #isFinal(status = 0): boolean {
    return status === 304 || (this.#options.maxRedirects === 0 && this.#head !== undefined && isRedirect(this.#head));
  }

  /** Sends one request; returns true when the download is complete, false when another request has to follow at once. */
  async #try(deadline: Deadline): Promise<boolean> {
    const place = this.#place;
    const probe = !this.#probed;
    if (!probe) this.#attempts.count++;
    const wanted = this.#wanted();
    const from = wanted.kind === "rest" ? wanted.from : 0;
    const response = await this.#ask(wanted, deadline);
    if (!response) return false;
    try {
      this.#look(response);
      const { status } = response;
      if (wanted.kind === "head" && !await this.#isConfirmed(response)) {
        this.#headRefused = true;
        return false;
      }
      if (probe) this.#probed = true;
      if (probe && (status === 416 || statusMayPass(status))) return false;
      if (this.#isFinal(status)) return true;
      if (status === 416 && from > 0) {
        throw new ResumeMismatch("the file on the server is shorter than the part of an earlier run");
      }
      if (status >= 300) return await this.#refused(response);
      const { entity } = place.destination ?? {};
      const url = shownUrl(this.#requester.url);
      const answer = classifyResponse(response, { url, from, entity, probe, own: this.#ownRange });
      if (answer.kind === "mismatch") throw new ResumeMismatch(answer.reason);
      if (!place.destination && !place.existing) {
        await place.openNamed(response, this.#lengthOf(answer, response), deadline);
      }
      if (place.existing) return await this.#settle(place.existing, response, answer);
      if (answer.kind === "probe") return false;
      return await this.#transfer(response, answer, from, deadline);
    } finally {
      response.close();
    }
  }

  /** Sends a request; undefined if the server does not respond to HEAD, and another request has to be used. */
  async #ask(wanted: Wanted, deadline: Deadline): Promise<HttpResponse | undefined> {
    try {
      return await this.#requester.ask(wanted, deadline);
    } catch (error) {
      if (wanted.kind !== "head" || !isLost(error)) throw error;
      this.#headRefused = true;
      return undefined;
    }
  }

  /** Returns what the next request asks for. */
  #wanted(): Wanted {
    const { destination, existing } = this.#place;
    const validator = this.#continues ? validatorOf(destination?.entity) : undefined;
    const from = destination?.size ?? 0;
    if (validator !== undefined && from > 0) return { kind: "rest", from, validator };
    if (this.#probed) return { kind: "all" };
    return { kind: existing && !this.#headRefused ? "head" : "byte" };
  }

  #look({ url, version, status, reason, headers }: HttpResponse): void {
    this.#head = { url, version, status, reason, headers };
    this.#options.onHead?.(this.#head);
  }

  /** Throws the error of a failed response. Its body is discarded, unless the caller wants it. */
  async #refused(response: HttpResponse): Promise<never> {
    const { errorBody, maxSize = Infinity } = this.#options;
    const error = proxyFailure(response) ?? new StatusError(response, response.proxy);
    const { sink, destination } = this.#place;
    if (errorBody && sink && destination?.size === 0) {
      for await (const piece of decodedPieces(response, maxSize)) await sink.write(piece);
    } else if (this.#options.pool) await drain(response);
    throw error;
  }

  /** Returns the size of the file, if the head has it. */
  #lengthOf(answer: Exclude<ClassifiedResponse, { kind: "mismatch" }>, { headers }: HttpResponse): number | undefined {
    const decoded = this.#options.compressed && headers.has("content-encoding");
    return answer.kind === "rest" || decoded ? undefined : answer.entity.length;
  }

  /** Whether a response to HEAD proves that the existing file is complete. Some servers send another length than for GET, or none. */
  async #isConfirmed(response: HttpResponse): Promise<boolean> {
    const { existing } = this.#place;
    const { status, headers, length } = response;
    if (status >= 300 || !existing) return status < 400;
    return headers.has("content-length") && await isComplete(existing, response, { length });
  }

  /** Leaves a complete file as it is; throws `file-exists` for one that differs. */
  async #settle(
    file: ExistingFile,
    response: HttpResponse,
    answer: Exclude<ClassifiedResponse, { kind: "mismatch" }>,
  ): Promise<boolean> {
    const length = answer.kind === "rest" ? answer.total : answer.entity.length;
    // A single byte proves nothing about the others.
    if (answer.kind === "probe" && length === undefined) return false;
    const { checksum } = this.#options;
    if (!await isComplete(file, response, { length, checksum })) {
      const why = checksum ? `its ${checksum.algorithm} differs` : "differs from the one on the server";
      throw fileExists(file.path, `, and ${why}`);
    }
    this.#complete = true;
    this.#attempts.count = Math.max(1, this.#attempts.count);
    this.#place.resumedFrom = file.stat.size;
    this.#options.onEvent?.({ kind: "complete", file: file.path });
    return true;
  }

  async #transfer(response: HttpResponse, answer: ResumableResponse, from: number, deadline: Deadline): Promise<true> {
    const { destination } = this.#place;
    if (!destination) throw new Error("there is no destination");
    const how = { destination, digests: this.#digests, options: this.#options, continues: this.#continues, deadline };
    // Bytes of an earlier run count only while they are part of the file.
    if (answer.kind === "whole" && !destination.skips) this.#place.resumedFrom = 0;
    await transfer(response, answer, from, how);
    return true;
  }
}
