import { Deadline, NegativeError, toToucanError, type ToucanError, UsageError } from "../../core/mod.ts";
import { Attempts } from "./attempts.ts";
import { Digests } from "./digests.ts";
import { validatorOf } from "./entity.ts";
import { shownUrl } from "./naming/naming.ts";
import { type OpenTarget, Place } from "./naming/place.ts";
import { type Answer, type ResumableOutcome, ResumeMismatch, type Source, type Wanted } from "./source.ts";
import { transfer } from "./transfer.ts";
import type { DownloadOptions, DownloadReport } from "./types.ts";
import { digestsOf, type ExistingFile, isComplete } from "./write/complete.ts";
import { fileExists } from "./write/open_part.ts";

/** Runs one download with all its attempts. */
export class Download {
  readonly #given: string;
  readonly #target: OpenTarget;
  readonly #options: DownloadOptions;
  readonly #digests: Digests;
  readonly #source: Source;
  readonly #place: Place;
  readonly #attempts: Attempts;
  /** The last answer. */
  #last?: Answer;
  /** Whether the result is a response without a body. */
  #final = false;
  #probed: boolean;
  /** Whether the existing file equals the one on the server. */
  #complete = false;
  /** Whether the server refused a HEAD request. */
  #headRefused = false;

  constructor(given: string, source: Source, target: OpenTarget, options: DownloadOptions) {
    this.#given = given;
    this.#target = target;
    this.#options = options;
    this.#digests = new Digests([
      ...(options.digest ? ["sha256" as const] : []),
      ...(options.checksum ? [options.checksum.algorithm] : []),
    ]);
    this.#source = source;
    this.#place = new Place(target, { source: this.#source, options, digests: this.#digests });
    this.#attempts = new Attempts(options, this.#place, this.#source);
    this.#probed = !(this.#place.isNamedLater && options.resume && this.#source.continues);
  }

  async run(): Promise<DownloadReport> {
    const start = performance.now();
    const place = this.#place;
    let file: string | undefined;
    let sha256: string | undefined;
    let error: ToucanError | undefined;
    using deadline = new Deadline(this.#options, `download ${shownUrl(this.#source.url)}`);
    try {
      sha256 = await this.#load(deadline);
      if (!this.#final) file = place.destination?.file ?? place.existing?.path;
      if ("sink" in this.#target && this.#target.sink instanceof WritableStream) await place.sink?.end();
    } catch (caught) {
      error = toToucanError(deadline.signal.aborted ? deadline.signal.reason : caught, deadline.signal);
    } finally {
      place.close();
    }
    return {
      ...this.#last?.facts,
      url: shownUrl(this.#given),
      file,
      bytes: place.destination?.size ?? (this.#complete ? place.existing?.stat.size : undefined) ?? 0,
      sha256,
      resumedFrom: place.resumedFrom,
      tries: this.#attempts.count,
      ms: Math.round(performance.now() - start),
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
    if (this.#last && destination) destination.modified = this.#last.modified;
    onReceived?.();
    if (!this.#final) await destination?.finish();
    // Without a body there is no digest.
    return digest && this.#options.method !== "HEAD" && !this.#final ? digests.get("sha256") : undefined;
  }

  /** Compares the digest. If part of the file is from an earlier run, a mismatch restarts the download. */
  #verify(digests: ReadonlyMap<string, string>): void {
    const { checksum } = this.#options;
    if (!checksum || this.#final) return;
    const value = digests.get(checksum.algorithm);
    if (value === checksum.value) return;
    if (this.#place.resumedFrom > 0) throw new ResumeMismatch("checksum mismatch with the part of an earlier run");
    this.#place.destination?.discard?.();
    throw new NegativeError(`checksum mismatch: ${checksum.algorithm} is ${value}, expected ${checksum.value}`, {
      code: "checksum-mismatch",
      operation: "get",
    });
  }

  /** Sends one request; returns true when the download is complete, false when another request has to follow at once. */
  async #try(deadline: Deadline): Promise<boolean> {
    const probe = !this.#probed;
    if (!probe) this.#attempts.count++;
    const wanted = this.#wanted();
    const answer = await this.#source.ask(wanted, deadline);
    try {
      if (answer) this.#look(answer);
      if (!answer || answer.outcome.kind === "unanswered" || !await this.#isConclusive(answer, wanted)) {
        if (wanted.kind === "head") this.#headRefused = true;
        else this.#probed = true;
        return false;
      }
      if (probe) this.#probed = true;
      return await this.#use(answer, answer.outcome, wanted, deadline);
    } finally {
      await answer?.close();
    }
  }

  async #use(answer: Answer, outcome: Answer["outcome"], wanted: Wanted, deadline: Deadline): Promise<boolean> {
    const place = this.#place;
    switch (outcome.kind) {
      case "final":
        return this.#final = true;
      case "mismatch":
        throw new ResumeMismatch(outcome.reason);
      case "failed":
        await this.#writeErrorBody(answer);
        throw outcome.error;
    }
    if (!place.destination && !place.existing) await place.openNamed(answer.name(), answer.size, deadline);
    if (place.existing) return await this.#settle(place.existing, answer);
    if (outcome.kind !== "whole" && outcome.kind !== "rest") return false;
    return await this.#transfer(answer, outcome, wanted.kind === "rest" ? wanted.from : 0, deadline);
  }

  /** Returns what the next request asks for. */
  #wanted(): Wanted {
    const { destination, existing } = this.#place;
    const { entity, size: from = 0 } = destination ?? {};
    if (this.#source.continues && entity && validatorOf(entity) !== undefined && from > 0) {
      return { kind: "rest", from, entity };
    }
    if (this.#probed) return { kind: "all" };
    return { kind: existing && !this.#headRefused ? "head" : "byte" };
  }

  #look(answer: Answer): void {
    this.#last = answer;
    if (answer.head) this.#options.onHead?.(answer.head);
  }

  /** Writes the body of a failed response to the sink, if the caller wants it; it is discarded otherwise. */
  async #writeErrorBody(answer: Answer): Promise<void> {
    const { errorBody, maxSize = Infinity } = this.#options;
    const { sink, destination } = this.#place;
    if (errorBody && sink && destination?.size === 0) {
      for await (const piece of answer.pieces(maxSize)) await sink.write(piece);
    } else if (this.#options.pool) await answer.discard();
  }

  /**
   * Whether a response to a request for the head alone proves that the existing file is complete; true for any other
   * request. Some servers send another length than with the body, or none.
   */
  async #isConclusive(answer: Answer, wanted: Wanted): Promise<boolean> {
    const { existing } = this.#place;
    const { kind } = answer.outcome;
    if (wanted.kind !== "head" || !existing || kind === "final" || kind === "failed") return true;
    return answer.size !== undefined && await isComplete(existing, answer);
  }

  /** Leaves a complete file as it is; throws `file-exists` for one that differs. */
  async #settle(file: ExistingFile, answer: Answer): Promise<boolean> {
    // A single byte proves nothing about the others.
    if (answer.outcome.kind === "probe" && answer.size === undefined) return false;
    const { checksum } = this.#options;
    if (!await isComplete(file, answer, checksum)) {
      const why = checksum ? `its ${checksum.algorithm} differs` : "differs from the one on the server";
      throw fileExists(file.path, `, and ${why}`);
    }
    this.#complete = true;
    this.#attempts.count = Math.max(1, this.#attempts.count);
    this.#place.resumedFrom = file.stat.size;
    this.#options.onEvent?.({ kind: "complete", file: file.path });
    return true;
  }

  async #transfer(answer: Answer, outcome: ResumableOutcome, from: number, deadline: Deadline): Promise<true> {
    const { destination } = this.#place;
    if (!destination) throw new Error("there is no destination");
    const { continues } = this.#source;
    // Bytes of an earlier run count only while they are part of the file.
    if (outcome.kind === "whole" && !destination.skips) this.#place.resumedFrom = 0;
    await transfer(answer, outcome, from, {
      ...{ destination, digests: this.#digests, options: this.#options, continues, deadline },
    });
    return true;
  }
}
