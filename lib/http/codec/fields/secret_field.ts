/** Parts of the names of fields that carry secrets. */
const SECRET = /auth|cookie|key|token|secret|session|passw|passphrase|credential|jwt|bearer|signature|[cx]srf/i;
/** Fields about the origin of a request, or its server: they are not sent to another origin. */
const OF_ORIGIN = new Set(["host", "referer", "origin"]);

/** Returns whether a field carries a secret, by its name: Authorization, Cookie, X-Api-Key and the like. */
export function isSecretField(name: string): boolean {
  return SECRET.test(name);
}

/** Returns whether a field may be sent to another origin than the one it was given for; `trusted` lets secrets pass, but no Host. */
export function mayCrossOrigins(name: string, trusted = false): boolean {
  const lower = name.toLowerCase();
  return trusted ? lower !== "host" : !OF_ORIGIN.has(lower) && !isSecretField(lower);
}

/** Returns a text with the user and password of each URL in it masked. */
export function maskUserinfo(text: string): string {
  return text.replace(/(\/\/)[^\s/?#"<>]*@/g, "$1***@");
}

/** Fields about authentication that hold no secrets: challenges, and keys of a handshake. */
const OPEN = /^(?:(?:www|proxy)-authenticate|sec-websocket-key)$/i;

/** Returns the value of a field for display: the scheme of an authorization and the name of a cookie are shown. */
export function maskSecret(name: string, value: string): string {
  if (!isSecretField(name) || OPEN.test(name)) return maskUserinfo(value);
  return `${/^(?:(?:basic|digest|bearer) |[^=;\s]+=)/i.exec(value)?.[0] ?? ""}***`;
}
