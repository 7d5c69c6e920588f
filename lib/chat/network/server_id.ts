/** Returns a new id of a server, or of another program that writes to the log: 12 letters and digits. */
export function newServerId(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 12);
}
