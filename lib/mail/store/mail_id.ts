let count = 0;
const run = crypto.getRandomValues(new Uint8Array(6)).toHex();

/**
 * An id that no other message has or had, in the form of maildir's names: time, and what is unique in it. Nothing of a message goes
 * into it.
 */
export function newMailId(): string {
  const now = Date.now();
  return `${Math.floor(now / 1000)}.M${now % 1000}R${run}Q${++count}.toucan`;
}

/** Whether a text has the form of an id: a name of a file that is not hidden, also one that another program has given. */
export function isMailId(text: string): boolean {
  return /^[^./\\\p{Cc}][^/\\\p{Cc}]{0,199}$/u.test(text);
}

/** Whether an id was made by a sink. */
export function isOwnId(text: string): boolean {
  return /^\d+\.M\d+R[0-9a-f]{12}Q\d+\.toucan$/.test(text);
}
