import type { MarkerStore } from "./history.ts";
import { MAX_MARKERS } from "./history_limits.ts";

/** Stores markers in memory. */
export class MemoryMarkers implements MarkerStore {
  readonly #markers = new Map<string, Map<string, number>>();

  /** Markers by the keys of accounts. */
  get all(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    return this.#markers;
  }

  /** Removes the markers of an account. */
  remove(account: string): void {
    this.#markers.delete(account);
  }

  /** Removes all markers. */
  clear(): void {
    this.#markers.clear();
  }

  /** Returns the time of a marker. */
  get(account: string, target: string): number | undefined {
    return this.#markers.get(account)?.get(target);
  }

  /** Sets a marker; returns false at the limit of markers. */
  set(account: string, target: string, time: number): boolean {
    const markers = this.#markers.get(account) ?? new Map<string, number>();
    if (!markers.has(target) && markers.size >= MAX_MARKERS) return false;
    this.#markers.set(account, markers.set(target, time));
    return true;
  }
}
