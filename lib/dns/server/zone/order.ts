import { parseName } from "../../codec/name.ts";

/**
 * Returns a text by which names are in canonical order (RFC 4034 §6.1): the labels from the root on, each byte as a
 * character above the one that ends a label.
 */
export function orderKey(name: string): string {
  let text = "";
  for (const label of parseName(name).labels.toReversed()) {
    for (const byte of label) text += String.fromCharCode(byte >= 0x41 && byte <= 0x5a ? byte + 0x21 : byte + 1);
    text += "\0";
  }
  return text;
}

/** Returns the last index of a sorted list whose key is not above `key`; -1 if there is none. */
export function lastUpTo(sorted: readonly { readonly order: string }[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.order ?? "") <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Sorts entries by their keys. */
export function byOrder(one: { readonly order: string }, other: { readonly order: string }): number {
  return one.order < other.order ? -1 : one.order > other.order ? 1 : 0;
}
