/** Fields whose values are secrets. */
const SECRET = /^(?:authorization|proxy-authorization|cookie|set-cookie)$/i;

/** Returns the value of a field as it may be shown: the scheme of an authorization and the name of a cookie are no secrets. */
export function maskSecret(name: string, value: string): string {
  if (!SECRET.test(name)) return value;
  return `${/^(?:(?:basic|digest|bearer) |[^=;\s]+=)/i.exec(value)?.[0] ?? ""}***`;
}
