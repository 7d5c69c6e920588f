/** Texts that are kept for all tabs, also after the browser was closed: drafts, the last channels, and times of what was read. */
export type StoredName = "chat-drafts" | "chat-channels" | "chat-read" | "chat-notices";

/** Maximum number of entries of a map that is kept; the oldest is forgotten. */
const MAX_ENTRIES = 50;

/** Keeps a value; undefined removes it. */
export function keepValue(name: StoredName, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Without storage there is nothing to remember with.
  }
}

/** Returns a value that was kept. */
export function keptValue(name: StoredName): unknown {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(name) ?? "null");
    return value ?? undefined;
  } catch {
    return undefined;
  }
}

/** A bounded map of texts or numbers that is kept, written at most once a second. */
export class KeptMap<Value extends string | number> {
  readonly #name: StoredName;
  readonly #values = new Map<string, Value>();
  #timer?: number;

  /** Reads the map; entries that are not `valid` are left out. */
  constructor(name: StoredName, valid: (value: unknown) => value is Value) {
    this.#name = name;
    const stored = keptValue(name);
    if (!Array.isArray(stored)) return;
    for (const entry of stored.slice(-MAX_ENTRIES)) {
      if (Array.isArray(entry) && typeof entry[0] === "string" && valid(entry[1])) this.#values.set(entry[0], entry[1]);
    }
  }

  /** Returns a value. */
  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  /** Sets a value; undefined removes it. */
  set(key: string, value: Value | undefined): void {
    if (this.#values.get(key) === value) return;
    this.#values.delete(key);
    if (value !== undefined) this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > MAX_ENTRIES && oldest !== undefined) this.#values.delete(oldest);
    this.#timer ??= setTimeout(() => this.write(), 1000);
  }

  /** Removes all values. */
  clear(): void {
    this.#values.clear();
    this.write();
  }

  /** Writes it now. */
  write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    keepValue(this.#name, this.#values.size > 0 ? [...this.#values] : undefined);
  }
}
