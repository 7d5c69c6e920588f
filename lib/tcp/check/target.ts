import { parseAddress, parsePort, UsageError } from "../../core/mod.ts";

/** Host, and the ports of it to check, in order. */
export interface CheckTarget {
  /** Name, IPv4 or IPv6 address (without brackets). */
  readonly host: string;
  /** Ranges of ports, both ends included. */
  readonly ports: readonly (readonly [first: number, last: number])[];
}

/**
 * Parses `HOST:PORTS` or `[V6]:PORTS`, where `PORTS` are port numbers, service names and ranges such as `20-25`, separated by
 * commas.
 *
 * @throws {UsageError} When the text is not of that form.
 */
export function parseTarget(text: string): CheckTarget {
  const { head, list } = split(text);
  const ports = list.split(",").map((part) => parseRange(part));
  const [[first] = [1]] = ports;
  const address = parseAddress(`${head}:${first}`);
  if (address.transport !== "ip") {
    throw new UsageError(`invalid target "${text}": must be HOST:PORT, not a unix socket`);
  }
  return { host: address.host, ports };
}

function split(text: string): { readonly head: string; readonly list: string } {
  const colon = text.lastIndexOf(":");
  if (colon < 0 || text.endsWith("]")) throw new UsageError(`invalid target "${text}": port required (HOST:PORT)`);
  if (text.startsWith("unix:")) throw new UsageError(`invalid target "${text}": must be HOST:PORT, not a unix socket`);
  return { head: text.slice(0, colon), list: text.slice(colon + 1) };
}

function parseRange(text: string): readonly [number, number] {
  const range = /^(\d+)-(\d+)$/.exec(text);
  if (!range) {
    const port = parsePort(text);
    return [port, port];
  }
  const [, from = "", to = ""] = range;
  const [first, last] = [parsePort(from), parsePort(to)];
  if (first > last) throw new UsageError(`invalid range "${text}": ends before it begins`, { code: "invalid-port" });
  return [first, last];
}
