/** Texts that are kept for reuse; there are few different ones among many messages. */
const SHARED = 10_000;

const texts = new Map<string, string>();
const lists = new Map<string, readonly string[]>();

/** Returns an equal text, the same for all equal ones: a hundred thousand copies of an address take room. */
export function sharedText(text: string): string {
  return shared(texts, text, text);
}

/** Returns a list of one text, the same for all equal ones; other lists as they are. */
export function sharedList(list: readonly string[]): readonly string[] {
  const [only, more] = list;
  return only === undefined || more !== undefined ? list : shared(lists, only, list);
}

function shared<T>(all: Map<string, T>, key: string, value: T): T {
  const known = all.get(key);
  if (known !== undefined) return known;
  if (all.size >= SHARED) all.clear();
  all.set(key, value);
  return value;
}
