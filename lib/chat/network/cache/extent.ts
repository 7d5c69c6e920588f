/** Messages of the log between two sequences, both inclusive. */
export type Gap = readonly [first: number, last: number];

/** Which messages of which log a history file has. */
export interface CacheExtent {
  /** Identity of the log. */
  readonly id: string;
  /** Sequence of the last message that it has. */
  readonly head: number;
  /** Messages up to there that it does not have. */
  readonly gaps: readonly Gap[];
}

/** Encodes an extent for the file. */
export function formatExtent(extent: CacheExtent): string {
  return JSON.stringify(extent);
}

/** Parses a stored extent; undefined for anything else. */
export function parseExtent(text: string): CacheExtent | undefined {
  try {
    const { id, head, gaps }: Readonly<Record<string, unknown>> = JSON.parse(text);
    if (typeof id !== "string" || !isSequence(head) || !Array.isArray(gaps) || !gaps.every(isGap)) return undefined;
    return { id, head, gaps };
  } catch {
    return undefined;
  }
}

/** Returns whether an extent includes a message. */
export function includes({ head, gaps }: CacheExtent, sequence: number): boolean {
  return sequence <= head && !gaps.some(([first, last]) => sequence >= first && sequence <= last);
}

/** Returns gaps without the messages up to one. */
export function fillUpTo(gaps: readonly Gap[], sequence: number): readonly Gap[] {
  return gaps.flatMap(([first, last]): Gap[] => last <= sequence ? [] : [[Math.max(first, sequence + 1), last]]);
}

function isSequence(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isGap(value: unknown): value is Gap {
  return Array.isArray(value) && value.length === 2 && value.every(isSequence);
}
