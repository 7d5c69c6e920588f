/** A text as the WHATWG rules read it, and the way back to the text as it was given. */
export interface Clean {
  /** Without tabs and line ends, and without control characters and spaces at both ends (WHATWG URL §4.4). */
  readonly text: string;
  /** The place of each of its code units in the text as given; none where nothing was left out. */
  readonly places?: Uint32Array;
}

const UNCLEAN = /^[\0-\x20]|[\0-\x20]$|[\t\n\r]/;

/** Leaves out what the WHATWG rules leave out. */
export function clean(given: string): Clean {
  if (!UNCLEAN.test(given)) return { text: given };
  let start = 0;
  let end = given.length;
  while (start < end && given.charCodeAt(start) <= 0x20) start++;
  while (end > start && given.charCodeAt(end - 1) <= 0x20) end--;
  const places = new Uint32Array(end - start);
  let length = 0;
  for (let i = start; i < end; i++) {
    const char = given.charCodeAt(i);
    if (char !== 9 && char !== 10 && char !== 13) places[length++] = i;
  }
  return { text: given.slice(start, end).replace(/[\t\n\r]/g, ""), places: places.subarray(0, length) };
}

/** The place in the text as given at which a part starts that is at `at` in the clean one. */
export function placeOf({ text, places }: Clean, at: number): number {
  if (!places) return at;
  return at < text.length ? places[at] ?? 0 : endOf({ text, places }, at);
}

/** The place in the text as given at which a part ends that does so at `at` in the clean one. */
export function endOf({ places }: Clean, at: number): number {
  if (!places) return at;
  return at > 0 ? (places[at - 1] ?? 0) + 1 : places[0] ?? 0;
}
