/** A codec under fuzzing: seeds, tokens to insert, and a property that has to hold for any bytes. */
export interface FuzzTarget {
  /** Seed inputs, as text in which each character is one byte. */
  readonly seeds: readonly string[];
  /** Tokens of the format, which mutations insert. */
  readonly tokens: readonly string[];
  /** Checks the codec with an input; `cut` divides it in two. Throws when the contract of the codec is broken. */
  check(bytes: Uint8Array<ArrayBuffer>, cut: number): void;
}

/** Reports that a property does not hold. */
export class BrokenProperty extends Error {
  override readonly name = "BrokenProperty";
}

/**
 * Compares two results of a codec.
 *
 * @throws {BrokenProperty} When they differ.
 */
export function same(what: string, one: unknown, other: unknown): void {
  const [left, right] = [one, other].map((value) => JSON.stringify(value, plain) ?? "undefined");
  if (left !== right) throw new BrokenProperty(`${what}: ${left?.slice(0, 300)} is not ${right?.slice(0, 300)}`);
}

/**
 * Checks that something holds.
 *
 * @throws {BrokenProperty} When it does not.
 */
export function holds(what: string, condition: boolean): void {
  if (!condition) throw new BrokenProperty(what);
}

/** Returns what a call returns, or the code or message of an error of the expected classes. Any other error is passed on. */
export function outcome(
  call: () => unknown,
  expected: readonly (abstract new (...args: never[]) => Error)[],
): unknown {
  try {
    return call();
  } catch (error) {
    if (!expected.some((type) => error instanceof type)) throw error;
    const { code, message } = error as Error & { readonly code?: string };
    return { error: code ?? message };
  }
}

/** Returns the bytes of a text in which each character is one byte. */
export function octets(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Returns a text in which each character is one byte. */
export function octetText(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/** Decodes bytes as UTF-8, with malformed sequences replaced. */
export function utf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Array.from(value).join();
  if (value instanceof Map || value instanceof Set) return [...value];
  return value;
}
