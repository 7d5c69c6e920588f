/** Replacement of a secret in traces and errors. */
export const MASK = "********";

/**
 * Masks the secrets that a reply with a code (SMTP, FTP) repeats. Only a server that did not understand repeats them, as a word: the same
 * letters in another word, in a positive reply, or in the code are its own.
 *
 * @param text Line of a reply.
 * @param secrets Secrets that were sent.
 * @param negative Whether the reply is negative; of a line that is not the first, its code does not tell.
 */
export function maskSecrets(text: string, secrets: readonly string[], negative = /^[45]/.test(text)): string {
  if (!negative) return text;
  const [code] = /^(?:[45]\d\d[ -])?/.exec(text) ?? [""];
  return code + secrets.reduce((shown, secret) => {
    const pieces = shown.split(secret);
    return pieces.reduce((before, after) =>
      before + (/[\w+/=]$/.test(before) || /^[\w+/=]/.test(after) ? secret : MASK) + after
    );
  }, text.slice(code.length));
}
