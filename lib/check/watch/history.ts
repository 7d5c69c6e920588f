import type { CheckReport } from "../check.ts";
import type { Layer } from "../layers.ts";

/** Result of one round for a target. */
export interface Round {
  /** Time of its begin. */
  readonly at: Date;
  /** Whether nothing is broken. */
  readonly well: boolean;
  /** Duration in milliseconds. */
  readonly ms: number;
  /** The broken layer, and the code of its finding. */
  readonly broken?: { readonly layer: Layer; readonly code: string };
}

/** A change of a target's state. */
export interface StateChange {
  /** Time of the round that showed it. */
  readonly at: Date;
  /** State before; undefined in the first round. */
  readonly from?: Round;
  /** State now. */
  readonly to: Round;
}

/** Number of rounds that percentiles and the strip are of. */
const MAX_ROUND_COUNT = 1000;

/** The past of a watched target: the last 1000 rounds, and counts of all. Pure. */
export class TargetHistory {
  #rounds: Round[] = [];
  #count = 0;
  #wellCount = 0;

  /** Adds a round; returns the change of state, if there is one. */
  add(report: CheckReport): StateChange | undefined {
    const { cause, outcome, began, ms } = report;
    const broken = cause && { layer: cause.layer, code: cause.finding.code };
    const round: Round = { at: began, well: outcome === "well", ms, ...(broken && { broken }) };
    const before = this.#rounds.at(-1);
    this.#rounds.push(round);
    if (this.#rounds.length > MAX_ROUND_COUNT) this.#rounds.shift();
    this.#count++;
    if (round.well) this.#wellCount++;
    const same = before && before.well === round.well && before.broken?.code === broken?.code;
    return same ? undefined : { at: round.at, from: before, to: round };
  }

  /** Number of rounds, and of those in which nothing was broken. */
  get counts(): { readonly all: number; readonly well: number } {
    return { all: this.#count, well: this.#wellCount };
  }

  /** The last rounds as signs, the newest on the right: `✓` well, `✗` broken. */
  strip(length: number): string {
    return this.#rounds.slice(-length).map(({ well }) => well ? "✓" : "✗").join("");
  }

  /** Returns a percentile of the durations of rounds in which nothing was broken, in milliseconds; undefined without one. */
  percentile(percent: number): number | undefined {
    const sorted = this.#rounds.filter(({ well }) => well).map(({ ms }) => ms).sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(percent / 100 * sorted.length) - 1)];
  }
}
