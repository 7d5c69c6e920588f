/** The special schemes of the WHATWG URL standard (§4.2) and their ports; `file` has none. */
const SPECIAL: ReadonlyMap<string, number | null> = new Map(Object.entries({
  ftp: 21,
  file: null,
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
}));

/** Ports of other schemes, from IANA's registry of service names and the documents that define the schemes. */
const OTHER: ReadonlyMap<string, number> = new Map(Object.entries({
  "amqp": 5672,
  "amqps": 5671,
  "coap": 5683,
  "coaps": 5684,
  "dict": 2628,
  "dns": 53,
  "ftps": 990,
  "git": 9418,
  "git+ssh": 22,
  "gopher": 70,
  "imap": 143,
  "imaps": 993,
  "ipp": 631,
  "ipps": 631,
  "irc": 6667,
  "ircs": 6697,
  "ldap": 389,
  "ldaps": 636,
  "mongodb": 27017,
  "mqtt": 1883,
  "mqtts": 8883,
  "mysql": 3306,
  "nats": 4222,
  "nfs": 2049,
  "nntp": 119,
  "nntps": 563,
  "pop": 110,
  "pop3": 110,
  "pop3s": 995,
  "postgres": 5432,
  "postgresql": 5432,
  "redis": 6379,
  "rediss": 6379,
  "rsync": 873,
  "rtsp": 554,
  "rtsps": 322,
  "sftp": 22,
  "sip": 5060,
  "sips": 5061,
  "smb": 445,
  "smtp": 25,
  "smtps": 465,
  "snmp": 161,
  "socks4": 1080,
  "socks5": 1080,
  "ssh": 22,
  "stun": 3478,
  "stuns": 5349,
  "svn": 3690,
  "svn+ssh": 22,
  "telnet": 23,
  "tftp": 69,
  "turn": 3478,
  "turns": 5349,
  "vnc": 5900,
  "xmpp": 5222,
}));

/** Whether the WHATWG rules read the scheme, in lower case, in a way of its own. */
export function isSpecial(scheme: string): boolean {
  return SPECIAL.has(scheme);
}

/** The port that a special scheme has when none is given: the one that the WHATWG normal form leaves out. */
export function specialPort(scheme: string): number | null {
  return SPECIAL.get(scheme) ?? null;
}

/**
 * Returns the default port of a scheme; null if it has none or is unknown.
 *
 * @param scheme The scheme in lower case, without its colon.
 * @returns The port.
 * @example Look up a port
 * ```ts
 * import { defaultPort } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([defaultPort("https"), defaultPort("data")], [443, null]);
 * ```
 */
export function defaultPort(scheme: string): number | null {
  return SPECIAL.get(scheme) ?? OTHER.get(scheme) ?? null;
}
