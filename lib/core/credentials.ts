/** A user name and its password. */
export interface Credentials {
  /** The user. */
  readonly user: string;
  /** The password. */
  readonly password: string;
}

/** Whether two secrets are the same, in a time that tells only how long the given one is. */
export function sameSecret(given: string, wanted: string): boolean {
  const [one, other] = [given, wanted].map((text) => new TextEncoder().encode(text));
  let difference = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) difference |= one[i] ^ (other[i % Math.max(other.length, 1)] ?? 0);
  return difference === 0;
}

/** Whether credentials are the ones wanted; both parts are always compared. */
export function sameCredentials(given: Credentials, wanted: Credentials): boolean {
  const [user, password] = [sameSecret(given.user, wanted.user), sameSecret(given.password, wanted.password)];
  return user && password;
}

/** Whether bytes are the same as secret ones, in a time that tells only how many are given. */
export function sameSecretBytes(given: Uint8Array, wanted: Uint8Array): boolean {
  return given.reduce((differ, byte, i) => differ | byte ^ (wanted[i] ?? 0), given.length ^ wanted.length) === 0;
}
