import type { Finding, Target } from "../../../lib/check/mod.ts";
import { formatAddress, ipVersion } from "../../../lib/core/mod.ts";
import { SCHEME_OF, SECURE_SCHEMES, type Tries, type Try } from "./try.ts";

/** Returns a command with `HOST:PORT` of the address in a finding: none if it is not an address. */
function at({ address, port }: Finding["data"], line: (place: string) => string): readonly string[] {
  const host = typeof address === "string" ? address : "";
  if (ipVersion(host) === undefined || typeof port !== "number") return [];
  return [line(formatAddress({ transport: "ip", host, port }))];
}

/** Returns a command with the host of the target: none if it is not a plain name or address. */
function onHost(target: Target, line: (host: string) => string): readonly string[] {
  const host = target.kind === "service" ? target.host : "";
  if (ipVersion(host) === 6) return [line(`[${host}]`)];
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/.test(host) ? [line(host)] : [];
}

const again: Try = (data) => at(data, (place) => `tcp check ${place}`);
const connect: Try = (data) => at(data, (place) => `tcp connect ${place}`);
/** The same target with another scheme. */
const as = (scheme: string): Try => (data, target) =>
  typeof data.port === "number" ? onHost(target, (host) => `check ${scheme}://${host}:${data.port}`) : [];

/** The port by hand, and a check of the protocol that it was found to speak. */
const found: Try = (data, target) => {
  const scheme = SCHEME_OF[String(data.protocol)];
  return [...connect(data, target), ...(scheme === undefined ? [] : as(scheme)(data, target))];
};

/** Commands for findings about connections. */
export const REACH_TRIES: Tries = {
  "port-refused": (data, target) => [
    ...again(data, target),
    ...(target.kind === "service" && target.by === "host" ? onHost(target, (host) => `check http://${host}`) : []),
  ],
  "port-filtered": again,
  "port-reset": connect,
  "host-unreachable": (_data, target) => target.kind === "machine" ? [] : ["check"],
  "closed-at-once": connect,
  "port-silent": connect,
  "path-mtu-suspected": (_data, target) => target.kind === "machine" ? [] : ["check"],
  "family-black-hole": ({ port, family }, target) =>
    typeof port === "number"
      ? onHost(target, (host) => `tcp check ${family === "IPv6" ? "-6" : "-4"} ${host}:${port}`)
      : [],
  "address-filtered": again,
  "address-refused": again,
  "web-without-tls": (_data, target) => onHost(target, (host) => `check http://${host}`),
  "plain-on-tls-port": found,
  "speaks-other-protocol": found,
  "tls-on-plain-port": (data, target) =>
    as(target.kind === "service" ? SECURE_SCHEMES[target.scheme] ?? "tls" : "tls")(data, target),
  "datagram-unanswered": (data) => at(data, (place) => `udp send --wait 2s --data hello ${place}`),
};
