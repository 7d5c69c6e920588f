import type { CheckReport } from "../check.ts";
import type { Layer } from "../layers.ts";

/** Result of one round for a target. */
export interface Round {
  /** Time of its begin. */
  readonly at: Date;
  /** Whether nothing is broken, and all expectations are met. */
  readonly well: boolean;
  /** Duration in milliseconds. */
  readonly ms: number;
  /** The broken layer, and the code of its finding. */
  readonly broken?: { readonly layer: Layer; readonly code: string };
  /** Texts of the expectations that are not met. */
  readonly unmet: readonly string[];
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

  /** Adds a round, with the expectations that it did not meet; returns the change of state, if there is one. */
  add(report: CheckReport, unmet: readonly string[] = []): StateChange | undefined {
    const { cause, outcome, began, ms } = report;
    const broken = cause && { layer: cause.layer, code: cause.finding.code };
    const round: Round = {
      at: began,
      well: outcome === "well" && unmet.length === 0,
      ms,
      unmet,
      ...(broken && { broken }),
    };
    const before = this.#rounds.at(-1);
    this.#rounds.push(round);
    if (this.#rounds.length > MAX_ROUND_COUNT) this.#rounds.shift();
    this.#count++;
    if (round.well) this.#wellCount++;
    return before && stateOf(before) === stateOf(round) ? undefined : { at: round.at, from: before, to: round };
  }

  /** Number of rounds, and of those that were well. */
  get counts(): { readonly all: number; readonly well: number } {
    return { all: this.#count, well: this.#wellCount };
  }

  /** Whether the last round was well. */
  get well(): boolean {
    return this.#rounds.at(-1)?.well ?? false;
  }

  /** The last rounds as signs, the newest on the right: `✓` well, `✗` not. */
  strip(length: number): string {
    return this.#rounds.slice(-length).map(({ well }) => well ? "✓" : "✗").join("");
  }

  /** Returns a percentile of the durations of rounds in which nothing was broken, whatever was expected, in milliseconds; undefined without one. */
  percentile(percent: number): number | undefined {
    const sorted = this.#rounds.filter(({ well, broken, unmet }) => well || (!broken && unmet.length > 0)).map((
      { ms },
    ) => ms).sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(percent / 100 * sorted.length) - 1)];
  }
}

/** Returns the state of a round, as a text that is the same in the same state. */
function stateOf({ well, broken, unmet }: Round): string {
  return JSON.stringify([well, broken?.code, unmet]);
}
