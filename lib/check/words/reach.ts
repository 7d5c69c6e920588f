import { kind } from "./finding.ts";
import { TALK_FINDINGS } from "./talk.ts";

const more = (others = 0) =>
  others === 0 ? "" : `; its ${others === 1 ? "other address fails" : `${others} other addresses fail`}, too`;

/** Findings about connections to addresses. */
export const REACH_FINDINGS = {
  ...TALK_FINDINGS,
  "connected": kind<
    { address: string; port: number; ms: number; median?: number; max?: number; connections?: number }
  >({
    layer: "reach",
    mark: "good",
    means: "a connection to an address was established",
    says: ({ address, port, ms, median, max, connections = 1 }) =>
      connections === 1
        ? `${address} port ${port} answers in ${ms} ms`
        : `${address} port ${port} answers in ${ms} ms, ${median} ms, ${max} ms (fastest, median, slowest of ${connections})`,
  }),
  "port-refused": kind<{ address: string; port: number; others?: number }>({
    layer: "reach",
    mark: "fault",
    who: "the owner of the server",
    means: "the host is there, but nothing listens on the port",
    says: ({ address, port, others }) => `${address} refuses port ${port}: nothing listens there${more(others)}`,
  }),
  "port-filtered": kind<{ address: string; port: number; ms: number; others?: number }>({
    layer: "reach",
    mark: "fault",
    blame: "timeout",
    who: "your network",
    means: "no answer to an attempt to connect: a firewall drops it, or the host is down",
    says: ({ address, port, ms }) =>
      `no answer from ${address} port ${port} within ${ms} ms: a firewall drops the packets, or the host is down`,
  }),
  "port-reset": kind<{ address: string; port: number; reason: string }>({
    layer: "reach",
    mark: "fault",
    who: "your network",
    means: "the connection was reset while it was established, or at once after that",
    says: ({ address, port }) =>
      `${address} port ${port} resets connections at once: the server crashes, or a firewall on the way cuts them`,
    evidence: ({ reason }) => reason === "" ? [] : [reason],
  }),
  "host-unreachable": kind<{ address: string; port: number; reason: string }>({
    layer: "reach",
    mark: "fault",
    blame: "network",
    who: "your network",
    means: "no route to the address",
    says: ({ address, reason }) =>
      `${address} cannot be reached${reason === "" ? "" : `: ${reason}`}` +
      (reason.startsWith("no route") ? " (a router reports that, or a firewall that rejects)" : ""),
  }),
  "family-black-hole": kind<{ family: string; works: string; address: string; port: number; ms: number }>({
    layer: "reach",
    mark: "warning",
    who: "your network",
    means: "one IP version works, and connections by the other get no answer",
    says: ({ family, works, ms }) =>
      `${family} is a black hole: connections by ${works} work, those by ${family} get no answer (waited ${ms} ms); ` +
      `browsers lose 0.25 s, other programs minutes`,
    evidence: ({ address, port }) => [`no answer from ${address} port ${port}`],
  }),
  "address-filtered": kind<{ address: string; port: number; ms: number }>({
    layer: "reach",
    mark: "warning",
    who: "the owner of the server",
    means: "one of several addresses gives no answer",
    says: ({ address, ms }) =>
      `no answer from ${address} within ${ms} ms, while others work: clients that choose it wait`,
  }),
  "address-unreachable": kind<{ address: string; reason: string }>({
    layer: "reach",
    mark: "note",
    who: "your network",
    means: "there is no route to one of several addresses",
    says: ({ address, reason }) => `no route to ${address}, while others work${reason === "" ? "" : `: ${reason}`}`,
  }),
  "address-refused": kind<{ address: string; port: number; reason: string }>({
    layer: "reach",
    mark: "warning",
    who: "the owner of the server",
    means: "one of several addresses refuses or resets connections",
    says: ({ address, port, reason }) => `${address} port ${port} ${reason}, while other addresses of the name work`,
  }),
  "addresses-left": kind<{ count: number }>({
    layer: "reach",
    mark: "note",
    means: "the name has more addresses than are tried",
    says: ({ count }) => `${count} more addresses were not tried`,
  }),
  "connect-unsteady": kind<{ address: string; port: number; min: number; max: number }>({
    layer: "reach",
    mark: "warning",
    who: "your network",
    means: "connections to the same address take very different times, as with lost packets",
    says: ({ address, min, max }) =>
      `connections to ${address} take from ${min} ms to ${max} ms: packets are lost, or the server is overloaded`,
  }),
  "path-mtu-suspected": kind<{ address: string; port: number }>({
    layer: "reach",
    mark: "fault",
    blame: "network",
    who: "your network",
    means: "small messages are answered, and large ones are not: packets of full size are lost on the way",
    says: ({ address, port }) =>
      `small packets to and from ${address} port ${port} get through, and large ones do not: a tunnel or firewall on ` +
      `the way drops packets of full size and their ICMP errors (path MTU)`,
  }),
  "web-without-tls": kind<{ name: string; address: string; port: number }>({
    layer: "reach",
    mark: "note",
    means: "the host has a web site without TLS, but none with it",
    says: ({ name, port }) => `port ${port} of ${name} accepts connections: the web site has no TLS`,
  }),
  "proxy-used": kind<{ proxy: string; ms: number }>({
    layer: "reach",
    mark: "note",
    means: "the check went through a proxy",
    says: ({ proxy, ms }) => `connected through the proxy ${proxy} in ${ms} ms: what lies behind it was not checked`,
  }),
  "proxy-failed": kind<{ proxy: string; reason: string }>({
    layer: "reach",
    mark: "fault",
    blame: "network",
    who: "your network",
    means: "no connection through the proxy",
    says: ({ proxy, reason }) => `no connection through the proxy ${proxy}: ${reason}`,
  }),
  "proxy-in-environment": kind<{ proxy: string }>({
    layer: "reach",
    mark: "note",
    who: "you",
    means: "the environment tells other programs to use a proxy, and the check connects directly",
    says: ({ proxy }) =>
      `a proxy is in the way of other programs: the environment tells them to use ${proxy}; this check connected directly`,
  }),
  "proxy-variable-invalid": kind<{ reason: string }>({
    layer: "reach",
    mark: "warning",
    who: "you",
    means: "an environment variable for the proxy is not valid",
    says: ({ reason }) => reason,
  }),
  "datagram-answered": kind<{ address: string; port: number; bytes: number }>({
    layer: "reach",
    mark: "good",
    means: "the port answered a datagram",
    says: ({ address, port, bytes }) => `${address} UDP port ${port} answered with ${bytes} bytes`,
  }),
  "datagram-unanswered": kind<{ address: string; port: number; ms: number }>({
    layer: "reach",
    mark: "note",
    means: "no answer to a datagram, which does not tell whether a program listens",
    says: ({ address, port, ms }) =>
      `no answer from ${address} UDP port ${port} within ${ms} ms: UDP does not tell an open port from a closed one`,
  }),
  "address-unanswered": kind<{ address: string; port: number; ms: number }>({
    layer: "reach",
    mark: "warning",
    who: "the owner of the server",
    means: "one of several addresses does not answer datagrams, and another does",
    says: ({ address, port, ms }) =>
      `${address} UDP port ${port} does not answer within ${ms} ms, while another address of the name does`,
  }),
  "datagram-not-sent": kind<{ address: string; port: number; reason: string }>({
    layer: "reach",
    mark: "fault",
    blame: "network",
    who: "your network",
    means: "the datagram could not be sent",
    says: ({ address, port, reason }) => `no datagram can be sent to ${address} UDP port ${port}: ${reason}`,
  }),
};
