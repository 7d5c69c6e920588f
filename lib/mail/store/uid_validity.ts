let last = 0;

/** A UIDVALIDITY above those that this process has given or seen: seconds since 1970, or the next number. */
export function nextUidValidity(): number {
  last = Math.max(last + 1, Math.floor(Date.now() / 1000));
  return last;
}

/** Takes note of a UIDVALIDITY that is in use. */
export function seenUidValidity(value: number): void {
  last = Math.max(last, value);
}
