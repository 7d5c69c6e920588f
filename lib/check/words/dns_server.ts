import { kind } from "./finding.ts";

/** Findings about name servers. */
export const DNS_SERVER_FINDINGS = {
  "dns-answers": kind<{ ms: number; status: string }>({
    layer: "application",
    mark: "good",
    means: "the name server answers",
    says: ({ ms, status }) => `the name server answers in ${ms} ms (${status})`,
  }),
  "dns-silent": kind<{ port: number; reason: string }>({
    layer: "application",
    mark: "fault",
    blame: "timeout",
    who: "the owner of the server",
    means: "no answer from the name server",
    says: ({ port }) => `no name server answers on port ${port}`,
    evidence: ({ reason }) => [reason, "nothing may run there, or something drops the queries on their way"],
  }),
  "dns-slow": kind<{ over: string; bytes: number; ms: number }>({
    layer: "application",
    mark: "fault",
    blame: "timeout",
    who: "the owner of the server",
    means: "an answer of the name server comes so slowly that it was not complete in time",
    says: ({ over, bytes, ms }) =>
      `the name server answers too slowly over ${over}: ${bytes} byte${
        bytes === 1 ? "" : "s"
      } of its answer came in ${ms} ms`,
  }),
  "dns-stuck": kind({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the name server answers questions about itself, but does not resolve names in time",
    says: () =>
      "the name server runs, but the question for the root gets no answer: it cannot reach other name servers",
    evidence: () => ["it answered the question for its own version at once"],
  }),
  "dns-udp-silent": kind<{ port: number }>({
    layer: "application",
    mark: "fault",
    who: "your network",
    means: "the name server answers over TCP, but not over UDP",
    says: ({ port }) =>
      `the name server answers over TCP, but not over UDP port ${port}: something drops the datagrams`,
  }),
  "dns-unusable": kind<{ port: number; reason: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "what answers on the port of an encrypted name server is not DNS",
    says: ({ port }) => `what answers on port ${port} is not DNS`,
    evidence: ({ reason }) => [reason],
  }),
  "dns-failed": kind<{ status: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the name server cannot even resolve the root: it has no way to other servers, or no valid trust anchor",
    says: ({ status }) => `the name server answers ${status} to the question for the root: it cannot resolve any name`,
    evidence: () => ["it has no way to other name servers, or cannot validate DNSSEC (clock, trust anchor)"],
  }),
  "dns-refuses": kind<{ status: string }>({
    layer: "application",
    mark: "note",
    who: "the owner of the server",
    means: "the name server does not resolve names for this machine, as is right for one that only has its own zones",
    says: ({ status }) =>
      `the name server does not resolve names for this machine (${status}): it cannot be used as a resolver`,
  }),
  "dns-recursive": kind({
    layer: "application",
    mark: "good",
    means: "the name server resolves names for this machine",
    says: () => "the name server resolves names for this machine",
  }),
  "dns-open-resolver": kind({
    layer: "application",
    mark: "warning",
    who: "the owner of the server",
    means: "the name server resolves names for strangers, as far as can be told from here",
    says: () =>
      "the name server resolves any name for this machine: unless it is meant to, it is an open resolver, which attackers use to flood others",
  }),
  "dns-tcp-refused": kind<{ reason: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the name server does not answer over TCP (required by RFC 7766)",
    says: () =>
      "the name server does not answer over TCP: answers that do not fit into a datagram are lost, and no zone can be transferred",
    evidence: ({ reason }) => [reason],
  }),
  "dns-truncated-without-tcp": kind<{ reason: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the answer does not fit into a datagram, and the name server does not answer over TCP",
    says: () =>
      "the answer does not fit into a datagram, and the name server does not answer over TCP: it cannot be had at all",
    evidence: ({ reason }) => [reason],
  }),
  "dns-without-edns": kind({
    layer: "application",
    mark: "warning",
    who: "the owner of the server",
    means: "the name server does not know EDNS: no DNSSEC, and answers of at most 512 bytes over UDP",
    says: () => "the name server does not know EDNS: no DNSSEC, and no answers of more than 512 bytes over UDP",
  }),
  "dns-option-dropped": kind<{ what: string }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the server",
    means:
      "the name server, or a firewall before it, does not answer queries with an unknown EDNS option (RFC 6891 §6.1.2)",
    says: () =>
      "queries with an EDNS option that is not known are not answered properly: resolvers that send new ones time out",
    evidence: ({ what }) => [what],
  }),
  "dns-version-shown": kind<{ version: string }>({
    layer: "application",
    mark: "note",
    who: "the owner of the server",
    means: "the name server tells its version (version.bind)",
    says: ({ version }) => `the name server tells its version: ${version}`,
  }),
  "dns-cookies": kind({
    layer: "application",
    mark: "good",
    means: "the name server supports cookies, which prove that answers are not forged",
    says: () => "the name server supports DNS cookies",
  }),
  "dns-zone": kind<{ zone: string; serial: number }>({
    layer: "application",
    mark: "good",
    means: "the name server has authority for the zone",
    says: ({ zone, serial }) => `the name server has authority for ${zone}, serial ${serial}`,
  }),
  "dns-zone-refused": kind<{ zone: string; status: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the name server does not answer for the zone",
    says: ({ zone, status }) => `the name server does not have the zone ${zone}: it answers ${status}`,
  }),
  "dns-zone-failed": kind<{ zone: string; reason: string }>({
    layer: "application",
    mark: "fault",
    blame: "network",
    who: "the owner of the server",
    means: "the question for the zone got no answer",
    says: ({ zone }) => `the question for the zone ${zone} got no answer`,
    evidence: ({ reason }) => [reason],
  }),
  "dns-zone-lame": kind<{ zone: string }>({
    layer: "application",
    mark: "fault",
    who: "the owner of the server",
    means: "the name server has no authority for the zone (lame delegation)",
    says: ({ zone }) =>
      `the name server has no authority for ${zone}: if the zone is delegated to it, resolvers get no answer there`,
  }),
  "dns-transfer-open": kind<{ zone: string; records: number }>({
    layer: "application",
    mark: "warning",
    who: "the owner of the server",
    means: "the name server transfers the whole zone to this machine",
    says: ({ zone, records }) =>
      `the name server transfers the whole zone ${zone} to this machine${
        records === 0 ? "" : ` (${records} records)`
      }: all its names can be read`,
  }),
};
