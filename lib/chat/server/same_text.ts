/** Compares a secret in constant time: the time does not depend on where the two differ. */
export function sameText(given: string, secret: string): boolean {
  let differs = given.length ^ secret.length;
  for (let i = 0; i < given.length; i++) {
    differs |= given.charCodeAt(i) ^ secret.charCodeAt(i % Math.max(1, secret.length));
  }
  return differs === 0;
}
