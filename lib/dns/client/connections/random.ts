const NUMBERS = new Uint16Array(1024);
let left = 0;

/** Returns an unpredictable number of 16 bits (RFC 5452 §9.2), from a supply: a call for each is dear. */
export function random16(): number {
  if (left === 0) {
    crypto.getRandomValues(NUMBERS);
    left = NUMBERS.length;
  }
  return NUMBERS[--left] ?? 0;
}
