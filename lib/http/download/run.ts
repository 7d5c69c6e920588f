import {
  type ChunkSink,
  Deadline,
  NegativeError,
  NetworkError,
  toSink,
  toToucanError,
  ToucanError,
  UsageError,
} from "../../core/mod.ts";
import { join } from "../../deps/path.ts";
import { ACCEPT_ENCODING } from "../client/content_coding.ts";
import { decodedPieces } from "../client/decode.ts";
import { follow, isRedirect, locationOf } from "../client/follow.ts";
import { proxyFailure } from "../client/proxy_answer.ts";
import { completeUrl } from "../client/read_url.ts";
import type { HttpResponse } from "../client/response.ts";
import { Fields } from "../codec/fields.ts";
import { type Answer, readAnswer, type Sound, Unsound } from "./answer.ts";
import { type Destination, openSpecialFile, SinkDestination } from "./destination.ts";
import { digestsOf, type ExistingFile, existingFile, isComplete } from "./complete.ts";
import { Digests } from "./digests.ts";
import { drain } from "./drain.ts";
import { validatorOf } from "./entity.ts";
import { SMALL_FILE_BYTES } from "./held_file.ts";
import { proposedName, shownUrl } from "./naming.ts";
import { modifiedTime } from "./modified.ts";
import { fileExists } from "./open_part.ts";
import { PartFile } from "./part_file.ts";
import { type FailedRequest, sleep, StatusError, statusMayPass, waitBeforeRetry } from "./retry.ts";
import { isNew, saveSmall } from "./save_small.ts";
import { type NameTurn, TakenNames } from "./taken_names.ts";
import { transfer } from "./transfer.ts";
import { makeFolder } from "./write_file.ts";
import type { DownloadHead, DownloadOptions, DownloadReport, DownloadTarget } from "./types.ts";

/** How often it begins anew before it gives up. */
const RESTARTS = 2;

/** A target that the caller has opened, or one that the download opens. */
export type OpenTarget = DownloadTarget | { readonly destination: Destination };

/** One download, all its tries. */
export class Download {
  readonly #given: string;
  #url: string;
  readonly #target: OpenTarget;
  readonly #sink?: ChunkSink;
  readonly #options: DownloadOptions;
  readonly #digests: Digests;
  readonly #ownRange: boolean;
  readonly #method: string;
  #destination?: Destination;
  #head?: DownloadHead;
  #answered = false;
  #tries = 0;
  #restarts = 0;
  #resumedFrom = 0;
  #probed: boolean;
  #reached: FailedRequest["reached"] = "none";
  /** The file that an earlier run may have finished. */
  #existing?: ExistingFile;
  /** Whether it is known to be finished. */
  #complete = false;
  /** Whether the server has refused a request for the head only. */
  #headRefused = false;
  readonly #turn?: NameTurn;

  constructor(url: string | URL, target: OpenTarget, options: DownloadOptions) {
    this.#given = String(url);
    this.#url = completeUrl(this.#given);
    this.#target = target;
    this.#sink = "sink" in target ? toSink(target.sink) : undefined;
    this.#options = options;
    this.#method = options.method ?? "GET";
    this.#digests = new Digests([
      ...(options.digest ? ["sha256" as const] : []),
      ...(options.checksum ? [options.checksum.algorithm] : []),
    ]);
    this.#ownRange = new Fields(options.headers).has("range");
    // Where the name comes with the answer, what an earlier run left is found only then.
    this.#probed = !("folder" in target && options.resume && this.#continues);
    if (!("folder" in target) || !target.taken) return;
    const likely = URL.parse(this.#url);
    if (likely) this.#turn = TakenNames.of(target.taken).enter(proposedName({ url: likely, headers: new Fields() }));
  }

  /** Whether a part can be asked for at all. */
  get #continues(): boolean {
    return this.#method === "GET" && !this.#options.body && !this.#options.compressed && !this.#ownRange;
  }

  async run(): Promise<DownloadReport> {
    const start = performance.now();
    let file: string | undefined;
    let sha256: string | undefined;
    let error: ToucanError | undefined;
    using deadline = new Deadline(this.#options, `download ${shownUrl(this.#url)}`);
    try {
      sha256 = await this.#load(deadline);
      if (!this.#isFinal(this.#head?.status)) file = this.#destination?.file ?? this.#existing?.path;
      if ("sink" in this.#target && this.#target.sink instanceof WritableStream) await this.#sink?.end();
    } catch (caught) {
      error = toToucanError(deadline.signal.aborted ? deadline.signal.reason : caught, deadline.signal);
    } finally {
      this.#destination?.close();
      this.#turn?.settle();
    }
    const head = this.#head;
    return {
      url: shownUrl(this.#given),
      finalUrl: head?.url.href,
      httpVersion: head?.version,
      status: head?.status,
      file,
      bytes: this.#destination?.size ?? (this.#complete ? this.#existing?.stat.size : undefined) ?? 0,
      sha256,
      location: head && locationOf(head),
      contentType: head?.headers.get("content-type"),
      etag: head?.headers.get("etag"),
      resumedFrom: this.#resumedFrom,
      tries: this.#tries,
      ms: Math.round(performance.now() - start),
      head,
      error,
    };
  }

  /** Tries until it is done. Returns the SHA-256, when it was asked for. */
  async #load(deadline: Deadline): Promise<string | undefined> {
    await this.#prepare(deadline.signal);
    for (let failures = 0;;) {
      try {
        if (!await this.#try(deadline)) continue;
        if (this.#complete && this.#existing) return await this.#digestOf(this.#existing);
        const digests = this.#digests.finish();
        this.#verify(digests);
        if (this.#head && this.#destination) this.#destination.modified = modifiedTime(this.#head.headers);
        this.#options.onReceived?.();
        if (!this.#isFinal(this.#head?.status)) await this.#destination?.finish();
        // Without a body there is nothing that a digest could be of.
        const bodyless = this.#method === "HEAD" || this.#isFinal(this.#head?.status);
        return this.#options.digest && !bodyless ? digests.get("sha256") : undefined;
      } catch (error) {
        if (error instanceof Unsound) this.#restart(error.message);
        else failures = await this.#waitAfter(error, failures, deadline);
      }
    }
  }

  async #digestOf({ path }: ExistingFile): Promise<string | undefined> {
    return this.#options.digest ? (await digestsOf(path, ["sha256"])).get("sha256") : undefined;
  }

  async #prepare(signal: AbortSignal): Promise<void> {
    const { resume, compressed } = this.#options;
    if (resume && compressed) throw new UsageError("what is decoded on its way cannot be resumed");
    await this.#digests.ready();
    const target = this.#target;
    if (this.#sink) this.#destination = new SinkDestination(this.#sink);
    // Whatever stands in the way of the file is found before the network is touched.
    if ("destination" in target) this.#destination = target.destination;
    if ("file" in target) {
      const special = await openSpecialFile(target.file, signal);
      if (!special && this.#mayBeComplete) this.#existing = existingFile(target.file);
      if (this.#existing) this.#probed = false;
      else if (special) this.#destination = new SinkDestination(special, target.file);
      else this.#open(target.file);
    }
  }

  /** Whether a file that is there can be the result of an earlier run. */
  get #mayBeComplete(): boolean {
    return this.#options.resume === true && !this.#options.force && this.#continues;
  }

  #open(file: string): void {
    const part = this.#openPart(file);
    this.#destination = part;
    this.#resumedFrom = part.size;
    if (part.size === 0) return;
    if (this.#digests.any) { for (const piece of part.contents()) this.#digests.update(piece); }
  }

  #openPart(file: string): PartFile {
    const { resume = false, force = false } = this.#options;
    return new PartFile(file, { url: shownUrl(this.#url), resume: resume && this.#continues, force });
  }

  /** Waits, and returns the new count of failures; or throws the error when nothing is to be hoped for. */
  async #waitAfter(error: unknown, failures: number, deadline: Deadline): Promise<number> {
    const { retries = 3, retryWait: first = 1000, retryRefused: refused = false, onEvent, body } = this.#options;
    this.#turn?.settle();
    // What was read once cannot be sent again.
    const once = body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array);
    if (deadline.signal.aborted || failures >= retries || once) throw error;
    const request = { method: this.#method, reached: this.#reached, http2: this.#options.http2 === true };
    const wait = waitBeforeRetry(error, request, failures, { first, refused });
    if (!(error instanceof ToucanError) || wait === undefined || wait >= deadline.remaining) throw error;
    onEvent?.({ kind: "retry", error, wait });
    await sleep(wait, deadline.signal);
    return failures + 1;
  }

  #restart(reason: string): void {
    if (++this.#restarts > RESTARTS) {
      throw new NetworkError(`it cannot be loaded in parts: ${reason}`, { code: "range-unsound", operation: "get" });
    }
    this.#options.onEvent?.({ kind: "restart", reason });
    this.#resumedFrom = 0;
    // What has no validator is asked for whole.
    this.#destination?.begin({ url: shownUrl(this.#url) });
  }

  /** The digest has to fit; where a part of an earlier run is in it, that may be what is wrong. */
  #verify(digests: ReadonlyMap<string, string>): void {
    const { checksum } = this.#options;
    if (!checksum || this.#isFinal(this.#head?.status)) return;
    const value = digests.get(checksum.algorithm);
    if (value === checksum.value) return;
    if (this.#resumedFrom > 0) throw new Unsound("with what an earlier run had loaded the checksum is wrong");
    this.#destination?.discard?.();
    throw new NegativeError(`the checksum is wrong: ${checksum.algorithm} is ${value}`, {
      code: "checksum-mismatch",
      operation: "get",
    });
  }

  /** Whether a response is what was asked for although it has no body to download: 304, or a redirect where none is followed. */
  #isFinal(status = 0): boolean {
    return status === 304 || (this.#options.maxRedirects === 0 && this.#head !== undefined && isRedirect(this.#head));
  }

  /** One request; true when all is there, false when another has to follow at once. */
  async #try(deadline: Deadline): Promise<boolean> {
    const destination = this.#destination;
    const validator = this.#continues ? validatorOf(destination?.entity) : undefined;
    const from = validator === undefined ? 0 : destination?.size ?? 0;
    const probe = !this.#probed;
    if (!probe) this.#tries++;
    const headOnly = probe && this.#existing !== undefined && !this.#headRefused;
    const response = await this.#ask(from, validator, headOnly ? "head" : probe ? "byte" : "all", deadline);
    try {
      this.#look(response);
      const { status } = response;
      if (headOnly && (status >= 400 || !response.headers.has("content-length"))) {
        this.#headRefused = true;
        return false;
      }
      if (probe) this.#probed = true;
      if (probe && (status === 416 || statusMayPass(status))) return false;
      if (this.#isFinal(status)) return true;
      if (status === 416 && from > 0) throw new Unsound("the server has less than is here");
      if (status >= 300) return await this.#refused(response);
      const asked = { url: shownUrl(this.#url), from, entity: destination?.entity, probe, own: this.#ownRange };
      const answer = readAnswer(response, asked);
      if (answer.kind === "unsound") throw new Unsound(answer.reason);
      if (!this.#destination && !this.#existing) await this.#openNamed(this.#lengthOf(answer, response), deadline);
      if (this.#existing) return await this.#settle(this.#existing, response, answer);
      if (answer.kind === "probe") return false;
      return await this.#transfer(response, answer, from, deadline);
    } finally {
      response.close();
    }
  }

  async #ask(
    from: number,
    validator: string | undefined,
    wanted: "head" | "byte" | "all",
    deadline: Deadline,
  ): Promise<HttpResponse> {
    const { onEvent, compressed, stall = 60_000 } = this.#options;
    const headers = new Fields(this.#options.headers);
    if (from > 0 && validator !== undefined) {
      headers.set("Range", `bytes=${from}-`);
      headers.set("If-Range", validator);
      onEvent?.({ kind: "resume", from });
    } else if (wanted === "byte") headers.set("Range", "bytes=0-0");
    if (compressed && !headers.has("accept-encoding")) headers.set("Accept-Encoding", ACCEPT_ENCODING);
    const secure = this.#options.httpsFirst && this.#url !== this.#given;
    if (!secure) this.#refusePlain(URL.parse(this.#url));
    // A URL whose server has answered keeps its scheme, whatever fails later.
    const undecided = this.#options.httpsFirst && !this.#answered && this.#url !== this.#given;
    let first: URL | undefined;
    this.#reached = "none";
    const onRedirect: DownloadOptions["onRedirect"] = (redirect) => {
      this.#reached = "server";
      this.#decide(first ??= redirect.from);
      this.#refusePlain(redirect.to);
      onEvent?.({ kind: "redirect", redirect });
      this.#options.onRedirect?.(redirect);
    };
    const response = await follow(undecided ? this.#given : this.#url, {
      ...this.#options,
      ...(wanted === "head" ? { method: "HEAD" } : {}),
      headers,
      signal: deadline.signal,
      timeout: stall,
      stall,
      onRedirect,
      onStep: (phase) => {
        deadline.phase = phase;
        if (phase === "first-byte" && !this.#options.http2) this.#reached = "server";
        this.#options.onStep?.(phase);
      },
    });
    this.#decide(first ?? response.url);
    return response;
  }

  #decide({ protocol }: URL): void {
    if (this.#answered || !this.#options.httpsFirst || this.#url === this.#given) return;
    this.#answered = true;
    this.#url = this.#url.replace("http:", protocol);
  }

  /** Whoever trusts one key only trusts nobody without any. */
  #refusePlain(url: URL | null): void {
    if (this.#options.tls?.pin === undefined || url?.protocol !== "http:") return;
    throw new UsageError(`a pin is for https: URLs, and ${url.host} would be asked without TLS`, {
      code: "pin-without-tls",
    });
  }

  #look({ url, version, status, reason, headers }: HttpResponse): void {
    this.#head = { url, version, status, reason, headers };
    this.#reached = status < 300 ? "success" : "server";
    this.#options.onHead?.(this.#head);
  }

  /** An answer that is no success: its body goes nowhere, unless somebody who looks at it has asked for that. */
  async #refused(response: HttpResponse): Promise<never> {
    const { errorBody, maxSize = Infinity } = this.#options;
    const error = proxyFailure(response) ?? new StatusError(response, response.proxy);
    if (errorBody && this.#sink && this.#destination?.size === 0) {
      for await (const piece of decodedPieces(response, maxSize)) await this.#sink.write(piece);
    } else if (this.#options.pool) await drain(response);
    throw error;
  }

  /** The size of the file, as far as the head tells. */
  #lengthOf(answer: Exclude<Answer, { kind: "unsound" }>, { headers }: HttpResponse): number | undefined {
    const decoded = this.#options.compressed && headers.has("content-encoding");
    return answer.kind === "rest" || decoded ? undefined : answer.entity.length;
  }

  async #openNamed(length: number | undefined, deadline: Deadline): Promise<void> {
    const target = this.#target;
    const head = this.#head;
    if (!("folder" in target) || !head) return;
    const { folder, taken } = target;
    const { force = false, commits } = this.#options;
    const name = proposedName(head);
    if (this.#turn) await deadline.race(this.#turn.come(name));
    await makeFolder(folder, commits);
    const path = taken ? TakenNames.of(taken).take(folder, name) : join(folder, name);
    this.#turn?.settle();
    if (this.#mayBeComplete) this.#existing = existingFile(path);
    if (this.#existing) return this.#options.onEvent?.({ kind: "named", file: path });
    if (isNew(path) && !(length !== undefined && length > SMALL_FILE_BYTES)) {
      this.#destination = saveSmall(path, length, { force, larger: () => this.#openPart(path), commits });
    } else this.#open(path);
    this.#options.onEvent?.({ kind: "named", file: path });
  }

  /** Leaves a file as it is when it is what the server has; otherwise it is in the way. */
  async #settle(
    file: ExistingFile,
    response: HttpResponse,
    answer: Exclude<Answer, { kind: "unsound" }>,
  ): Promise<boolean> {
    const length = answer.kind === "rest" ? answer.total : answer.entity.length;
    // A single byte tells nothing of the others.
    if (answer.kind === "probe" && length === undefined) return false;
    if (!await isComplete(file, response, { length, checksum: this.#options.checksum })) {
      throw fileExists(file.path, ", and differs from what the server has");
    }
    this.#complete = true;
    this.#tries = Math.max(1, this.#tries);
    this.#resumedFrom = file.stat.size;
    this.#options.onEvent?.({ kind: "complete", file: file.path });
    return true;
  }

  async #transfer(response: HttpResponse, answer: Sound, from: number, deadline: Deadline): Promise<true> {
    const destination = this.#destination;
    if (!destination) throw new Error("there is no destination");
    const how = { destination, digests: this.#digests, options: this.#options, continues: this.#continues, deadline };
    // What was there before counts only as long as it is part of the file.
    if (answer.kind === "whole" && !destination.skips) this.#resumedFrom = 0;
    await transfer(response, answer, from, how);
    return true;
  }
}
