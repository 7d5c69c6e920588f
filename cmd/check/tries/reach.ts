import type { Finding, Target } from "../../../lib/check/mod.ts";
import type { Tries, Try } from "./try.ts";

/** Returns `HOST:PORT` of an address in a finding. */
function place({ address, port }: Finding["data"]): string {
  const host = String(address);
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Returns the host of the target as it is written in a command. */
function hostOf(target: Target): string {
  if (target.kind !== "service") return "";
  return target.host.includes(":") ? `[${target.host}]` : target.host;
}

const again: Try = (data) => [`tcp check ${place(data)}`];
const connect: Try = (data) => [`tcp connect ${place(data)}`];
/** The same target with another scheme. */
const as = (scheme: string): Try => (data, target) => [`check ${scheme}://${hostOf(target)}:${data.port}`];

/** Schemes of protocols that a port was found to speak. */
const SCHEME_OF: Readonly<Record<string, string>> = {
  HTTP: "http",
  SMTP: "smtp",
  IMAP: "imap",
  POP3: "pop3",
  FTP: "ftp",
  NNTP: "nntp",
  IRC: "irc",
};
const found: Try = (data, target) => [
  ...connect(data, target),
  ...(SCHEME_OF[String(data.protocol)] ? as(SCHEME_OF[String(data.protocol)] ?? "")(data, target) : []),
];
/** Schemes with TLS from the start, for those without. */
const WITH_TLS: Readonly<Record<string, string>> = {
  http: "https",
  ws: "wss",
  smtp: "smtps",
  submission: "smtps",
  imap: "imaps",
  pop3: "pop3s",
  ftp: "ftps",
  nntp: "nntps",
  irc: "ircs",
};

/** Commands for findings about connections. */
export const REACH_TRIES: Tries = {
  "port-refused": (data, target) => [
    ...again(data, target),
    ...(target.kind === "service" && target.by === "host" ? [`check http://${hostOf(target)}`] : []),
  ],
  "port-filtered": again,
  "port-reset": connect,
  "host-unreachable": (_data, target) => target.kind === "machine" ? [] : ["check"],
  "closed-at-once": connect,
  "port-silent": connect,
  "family-black-hole": ({ port, family }, target) => [
    `tcp check ${family === "IPv6" ? "-6" : "-4"} ${hostOf(target)}:${port}`,
  ],
  "address-filtered": again,
  "address-refused": again,
  "web-without-tls": (_data, target) => [`check http://${hostOf(target)}`],
  "plain-on-tls-port": found,
  "speaks-other-protocol": found,
  "tls-on-plain-port": (data, target) =>
    as(target.kind === "service" ? WITH_TLS[target.scheme] ?? "tls" : "tls")(data, target),
  "datagram-unanswered": (data) => [`udp send --wait 2s --data hello ${place(data)}`],
};
