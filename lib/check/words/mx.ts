import { kind } from "./finding.ts";

/** Findings about the mail servers that a domain names. */
export const MX_FINDINGS = {
  "mx-found": kind<{ domain: string; servers: readonly string[] }>({
    layer: "name",
    mark: "good",
    means: "the domain names mail servers that have addresses",
    says: ({ domain, servers }) => `mail for ${domain} goes to ${servers.join(", ")}`,
  }),
  "domain-not-found": kind<{ domain: string }>({
    layer: "name",
    mark: "fault",
    who: "you",
    means: "the domain of an address does not exist",
    says: ({ domain }) => `the domain ${domain} does not exist: check its spelling`,
  }),
  "mx-lookup-failed": kind<{ domain: string; reason: string }>({
    layer: "name",
    mark: "fault",
    blame: "network",
    who: "the owner of the domain",
    means: "the mail servers of a domain cannot be looked up",
    says: ({ domain }) => `the mail servers of ${domain} cannot be looked up`,
    evidence: ({ reason }) => [reason],
  }),
  "mx-lookup-timed-out": kind<{ domain: string; reason: string }>({
    layer: "name",
    mark: "fault",
    blame: "timeout",
    who: "your network",
    means: "no answer to the question for the mail servers of a domain",
    says: ({ domain }) => `no resolver answers the question for the mail servers of ${domain}`,
    evidence: ({ reason }) => [reason],
  }),
  "mx-null": kind<{ domain: string }>({
    layer: "name",
    mark: "fault",
    who: "the owner of the domain",
    means: "the domain accepts no mail, by its MX record (null MX, RFC 7505)",
    says: ({ domain }) => `${domain} accepts no mail: its MX record names no server on purpose (null MX)`,
  }),
  "mx-missing": kind<{ domain: string }>({
    layer: "name",
    mark: "fault",
    who: "the owner of the domain",
    means: "the domain has neither MX records nor addresses",
    says: ({ domain }) => `${domain} has no mail server: neither an MX record nor an address`,
  }),
  "mx-implicit": kind<{ domain: string }>({
    layer: "name",
    mark: "warning",
    who: "the owner of the domain",
    means: "the domain has no MX records: mail goes to the addresses of the domain itself",
    says: ({ domain }) =>
      `${domain} has no MX record: mail goes to the address of ${domain} itself, often a web server`,
  }),
  "mx-none-usable": kind<{ domain: string; servers: readonly string[] }>({
    layer: "name",
    mark: "fault",
    who: "the owner of the domain",
    means: "none of the mail servers of the domain has an address",
    says: ({ domain }) => `no mail can be delivered to ${domain}: none of its mail servers has an address`,
    evidence: ({ servers }) => servers.map((server) => `MX ${server}`),
  }),
  "mx-address": kind<{ domain: string; host: string }>({
    layer: "name",
    mark: "warning",
    who: "the owner of the domain",
    means: "an MX record has an IP address in the place of a name",
    says: ({ domain, host }) =>
      `an MX record of ${domain} has the address ${host}, where a name is required: it is ignored`,
  }),
  "mx-alias": kind<{ host: string; alias: string }>({
    layer: "name",
    mark: "warning",
    who: "the owner of the domain",
    means: "an MX record names an alias (RFC 2181 §10.3)",
    says: ({ host, alias }) =>
      `the MX record names ${host}, which is an alias (CNAME) of ${alias}: some servers refuse that`,
  }),
  "mx-without-address": kind<{ host: string; reason: string }>({
    layer: "name",
    mark: "warning",
    who: "the owner of the domain",
    means: "a mail server of the domain has no address",
    says: ({ host, reason }) => `the mail server ${host} has no address${reason === "" ? "" : `: ${reason}`}`,
  }),
  "mx-of-other-family": kind<{ host: string; family: number; addresses: readonly string[] }>({
    layer: "name",
    mark: "note",
    means: "a mail server of the domain has no address of the IP version that was asked for",
    says: ({ host, family, addresses }) =>
      `the mail server ${host} has no IPv${family} address, but ${addresses.join(", ")}: not connected to`,
  }),
  "mx-null-and-others": kind<{ domain: string }>({
    layer: "name",
    mark: "warning",
    who: "the owner of the domain",
    means: "a null MX record beside others",
    says: ({ domain }) =>
      `${domain} has a record that it accepts no mail (null MX), and names mail servers: senders differ in what they do`,
  }),
  "mx-reached": kind<{ host: string; address: string; ms: number }>({
    layer: "reach",
    mark: "good",
    means: "a mail server of the domain accepts connections",
    says: ({ host, address, ms }) => `${host} (${address}) accepts mail connections in ${ms} ms`,
  }),
  "mx-port-blocked": kind<{ hosts: readonly string[] }>({
    layer: "reach",
    mark: "warning",
    who: "your network",
    means: "no mail server answers on port 25: most networks of homes and offices block it",
    says: () =>
      "port 25 is blocked between here and all mail servers of the domain: most providers do that, and the domain is not at fault",
    evidence: (
      { hosts },
    ) => [`no answer from ${hosts.join(", ")}`, "from a server that may send mail, this part can be checked"],
  }),
  "mx-silent": kind<{ host: string; address: string; port?: number }>({
    layer: "reach",
    mark: "warning",
    who: "the owner of the server",
    means: "a mail server does not answer, while others do",
    says: ({ host, address, port = 25 }) =>
      `the mail server ${host} (${address}) does not answer on port ${port}, but others of the domain do`,
  }),
  "mx-refused": kind<{ host: string; address: string; port?: number }>({
    layer: "reach",
    mark: "warning",
    who: "the owner of the server",
    means: "a mail server refuses connections, while others accept them",
    says: ({ host, address, port = 25 }) => `the mail server ${host} (${address}) refuses connections on port ${port}`,
  }),
  "mx-none-reached": kind<{ domain: string; ports?: readonly string[]; attempts: readonly string[] }>({
    layer: "reach",
    mark: "fault",
    who: "the owner of the server",
    means: "no mail server accepts connections",
    says: ({ domain, ports = ["25"] }) => `no mail server of ${domain} accepts connections on port ${ports.join(", ")}`,
    evidence: ({ attempts }) => attempts,
  }),
  "mx-all-silent": kind<{ domain: string; ports: readonly string[]; attempts: readonly string[] }>({
    layer: "reach",
    mark: "fault",
    blame: "timeout",
    who: "the owner of the server",
    means: "no mail server answers on the port to which a rule leads",
    says: ({ domain, ports }) => `no mail server of ${domain} answers on port ${ports.join(", ")}`,
    evidence: ({ attempts }) => attempts,
  }),
  "mx-unreachable": kind<{ host: string; address: string; reason: string }>({
    layer: "reach",
    mark: "note",
    who: "your network",
    means: "there is no route to an address of a mail server",
    says: ({ host, address, reason }) => `${host} (${address}) cannot be reached from here: ${reason}`,
  }),
};
