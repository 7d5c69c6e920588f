const MAX_CHARACTERS = 200;

/** Returns a text of a peer, at most 200 characters of it: data of findings is bounded. */
export function cut(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS)}…`;
}

/** Returns the first of many texts, each bounded, and how many more there are. */
export function cutList(texts: readonly string[], most = 16): string[] {
  const first = texts.slice(0, most).map(cut);
  return texts.length > most ? [...first, `${texts.length - most} more`] : first;
}
