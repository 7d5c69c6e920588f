import { type Address, showUntrusted, UsageError } from "../../lib/core/mod.ts";

/** Server to join, with its channels. */
export interface JoinTarget {
  /** Server as it was written, without the nickname: an address, or a link of an invitation. */
  readonly server: string;
  /** Nickname, if one was given. */
  readonly nick?: string;
  /** Whether the scheme of the server requires TLS. */
  readonly secure: boolean;
  /** Channels, perhaps with their keys. */
  readonly channels: readonly string[];
}

/**
 * Groups the operands of `chat join`: servers, and channels, which belong to the servers directly before them. A server
 * without channels has #lobby.
 */
export function readTargets(words: readonly string[]): JoinTarget[] {
  const groups: { servers: string[]; channels: string[] }[] = [];
  for (const word of words) {
    const group = groups.at(-1);
    if (!group || (isServer(word) && group.channels.length > 0)) groups.push({ servers: [word], channels: [] });
    else if (isServer(word)) group.servers.push(word);
    else group.channels.push(word);
  }
  return groups.flatMap(({ servers, channels }) =>
    servers.map((server) => ({ ...readServer(server), channels: channels.length > 0 ? channels : ["#lobby"] }))
  );
}

/** Returns whether an operand behind the first is a server: it has a nickname, a port, a domain or a path. */
function isServer(word: string): boolean {
  return !/^[#&+!]/.test(word) && (/[@:./]/.test(word) || word === "localhost");
}

function readServer(text: string): Omit<JoinTarget, "channels"> {
  const [, nick, server = ""] = /^(?:([^@:]*)@)?(.*)$/s.exec(text) ?? [];
  const [, scheme = "", authority] = /^(ircs?):\/\/([^/?#@\\s]+)\/?$/i.exec(server) ?? [];
  return { nick, server: authority ?? server, secure: scheme.toLowerCase() === "ircs" };
}

/** Value of an option for one of the servers: the first, unless it is written as NET=VALUE. */
export interface TargetValue {
  /** Position of the server. */
  readonly at: number;
  /** Value. */
  readonly value: string;
}

/** Splits NET=VALUE, where NET is the host of a server, or the server as it was written. */
export function targetValue(text: string, targets: readonly JoinTarget[]): TargetValue {
  const [, name, value = ""] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) return { at: 0, value: text };
  const exact = targets.findIndex(({ server }) => same(server, name));
  const at = exact >= 0 ? exact : targets.findIndex(({ server }) => same(hostOf(server), name));
  return at < 0 ? { at: 0, value: text } : { at, value };
}

/** Returns the values of a repeated option by the position of their servers. */
export function targetValues(
  option: string,
  texts: readonly string[],
  targets: readonly JoinTarget[],
): ReadonlyMap<number, string> {
  const values = new Map<number, string>();
  for (const text of texts) {
    const { at, value } = targetValue(text, targets);
    const server = showUntrusted(targets[at]?.server ?? "", { limit: 60 });
    if (values.has(at)) {
      throw new UsageError(`option --${option} was given twice for ${server}`, {
        code: "repeated-option",
        hint: `write --${option} SERVER=VALUE for each further server`,
      });
    }
    values.set(at, value);
  }
  return values;
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Returns the host of a server, which may have a scheme, a port or a path. */
function hostOf(server: string): string {
  const rest = server.replace(/^\w+:\/\//, "").replace(/[/?#].*$/, "");
  return /^\[(.*)\]/.exec(rest)?.[1] ?? rest.replace(/:\d+$/, "");
}

/** Returns whether a server is given by a link of an invitation. */
export function isLink({ server }: JoinTarget): boolean {
  return /^\w+:\/\//.test(server);
}

/** Returns a name for a network: its host, with the port or a number where another has that. */
export function networkName(address: Address, taken: (name: string) => boolean): string {
  const names = address.transport === "ip" ? [address.host, `${address.host}:${address.port}`] : [address.path];
  const free = names.find((name) => !taken(name));
  if (free !== undefined) return free;
  for (let i = 2; i < 100; i++) if (!taken(`${names[0]}-${i}`)) return `${names[0]}-${i}`;
  throw new UsageError("too many networks");
}
