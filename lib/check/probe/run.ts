import { raceSignal, SystemError, TimeoutError, toToucanError } from "../../core/mod.ts";
import type { Layer } from "../layers.ts";
import { found } from "../words/findings.ts";
import type { Probe, ProbeContext, ProbeReport } from "./probe.ts";
import { TimedExchange } from "./timed_exchange.ts";

/** Input of a probe: a value, or the promise of one that another probe finds; undefined if there is none, and the probe is skipped. */
export type Awaited<Input> = Input | undefined | Promise<Input | undefined>;

/** Rest of a report, besides the probe; without a duration, it has just ended. */
interface Observed extends Omit<ProbeReport, "probe" | "layer" | "subject" | "began" | "ms"> {
  readonly ms?: number;
}

/** Probes of one target: each begins as soon as its input is there, and all that do not depend on each other run side by side. */
export class ProbeRun {
  /** The exchange that is timed: probes for which it is not necessary begin after it. */
  readonly exchange: TimedExchange;
  readonly #context: ProbeContext;
  readonly #begin = performance.now();
  #netMissing: unknown;
  #callbackError: { readonly error: unknown } | undefined;
  readonly #running: { readonly layer: Layer; readonly ended: Promise<unknown> }[] = [];
  readonly #onReport?: (report: ProbeReport) => void;
  /** Reports, in the order in which the probes were started. */
  readonly #reports: (ProbeReport | undefined)[] = [];

  constructor(context: ProbeContext, onReport?: (report: ProbeReport) => void) {
    this.#context = context;
    this.exchange = new TimedExchange(context.timeout);
    this.#onReport = onReport;
  }

  /** Context of every probe. */
  get context(): ProbeContext {
    return this.#context;
  }

  /** Error of the first probe that lacked the permission for the network, without which nothing can be told. */
  get netMissing(): unknown {
    return this.#netMissing;
  }

  /** First error of the callback for reports; the probes go on, since others wait for them. */
  get callbackError(): { readonly error: unknown } | undefined {
    return this.#callbackError;
  }

  /** Milliseconds that the check has left: a step may take half of all. */
  get left(): number {
    return 2 * this.#context.timeout - this.elapsed;
  }

  /** Milliseconds since the begin. */
  get elapsed(): number {
    return performance.now() - this.#begin;
  }

  /** Starts a probe; resolves to what it saw, undefined if it was skipped or failed. Never rejects. */
  start<Input, Seen>(probe: Probe<Input, Seen>, input: Awaited<Input>): Promise<Seen | undefined> {
    const index = this.#reports.push(undefined) - 1;
    const running = this.#run(probe, input, index);
    this.#running.push({ layer: probe.layer, ended: running });
    return running;
  }

  /** Resolves when all probes have ended, also those that others start. */
  async reports(): Promise<ProbeReport[]> {
    const reports = await this.#settled(() => true);
    this.exchange.end();
    return reports;
  }

  /** Resolves to the reports of a layer when all its probes have ended. A probe of that layer must not wait for it. */
  ended(layer: Layer): Promise<ProbeReport[]> {
    return this.#settled((other) => other === layer);
  }

  async #settled(chosen: (layer: Layer) => boolean): Promise<ProbeReport[]> {
    for (let count = -1; count !== this.#running.length;) {
      count = this.#running.length;
      await Promise.all(this.#running.filter(({ layer }) => chosen(layer)).map(({ ended }) => ended));
    }
    return this.#reports.filter((report) => report !== undefined).filter(({ layer }) => chosen(layer));
  }

  async #run<Input, Seen>(
    probe: Probe<Input, Seen>,
    awaited: Awaited<Input>,
    index: number,
  ): Promise<Seen | undefined> {
    const { name, layer } = probe;
    const input = await awaited;
    const began = this.elapsed;
    const report = ({ ms = this.elapsed - began, ...rest }: Observed) => {
      const subject = input === undefined ? undefined : probe.subject?.(input);
      const whole = {
        probe: name,
        layer,
        ...(subject === undefined ? {} : { subject }),
        began,
        ms,
        ...rest,
      };
      this.#reports[index] = whole;
      try {
        this.#onReport?.(whole);
      } catch (error) {
        this.#callbackError ??= { error };
      }
    };
    if (input === undefined) {
      report({ state: "skipped", findings: [], facts: {} });
      return undefined;
    }
    try {
      this.#context.signal.throwIfAborted();
      const seen = await raceSignal(probe.observe(input, this.#context), this.#context.signal);
      const now = this.#context.now();
      const findings = probe.judge(seen, input, now);
      const summary = probe.summary?.(seen, input, now);
      report({
        state: "done",
        ms: probe.lasted?.(seen),
        findings,
        facts: probe.facts?.(seen, input, now) ?? {},
        ...(summary === undefined ? {} : { summary }),
      });
      return seen;
    } catch (error) {
      if (isNetMissing(error)) this.#netMissing ??= error;
      if (probe.explains && error instanceof TimeoutError) {
        report({ state: "skipped", findings: [], facts: {} });
        return undefined;
      }
      const { message } = toToucanError(error);
      const finding = error instanceof TimeoutError
        ? found("probe-timed-out", { probe: name, ms: Math.round(this.elapsed - began) })
        : found("probe-failed", { probe: name, reason: message });
      report({ state: "failed", findings: [finding], facts: {} });
      return undefined;
    }
  }
}

function isNetMissing(error: unknown): boolean {
  return error instanceof SystemError && error.code === "permission-missing" &&
    error.message.includes("the net permission");
}
