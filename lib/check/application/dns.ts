import type { Probe } from "../probe/probe.ts";
import { type Finding, found } from "../words/findings.ts";
import { type Answered, askServer, type DnsInput, type DnsSeen } from "./dns_questions.ts";
import { isOwnNetwork } from "../link/scope.ts";

/** A name server: whether it answers, over which transports, and what it tells of itself. */
export const dnsProbe: Probe<DnsInput, DnsSeen> = {
  name: "dns-server",
  layer: "application",
  observe: askServer,
  judge,
  facts: ({ root, tcp, cookie, zone }) => ({
    ...(root.failure ? {} : { "dns": root.ms, "dns-status": root.status }),
    ...(tcp && { "dns-tcp": tcp.failure === undefined }),
    "dns-cookies": cookie,
    ...(zone?.serial !== undefined && { serial: zone.serial }),
  }),
  summary: ({ root, zone }) =>
    root.failure
      ? "DNS"
      : `DNS, ${zone?.serial === undefined ? root.status : `serial ${zone.serial}`} in ${Math.round(root.ms)} ms`,
};

function judge(seen: DnsSeen, input: DnsInput): Finding[] {
  const { root, tcp, option, cookie, version, zone } = seen;
  const { failure } = root;
  if (failure?.bytes !== undefined) return [slow(root, failure.bytes, input.scheme === "doh" ? "HTTPS" : "TLS")];
  if (failure) return [seen.runs && failure.timedOut ? found("dns-stuck", {}) : noAnswer(failure, tcp, input)];
  const findings: Finding[] = judgeRoot(seen, input);
  if (zone) findings.push(...judgeZone(zone));
  if (tcp?.failure?.bytes !== undefined) findings.push(slow(tcp, tcp.failure.bytes, "TCP"));
  else if (tcp?.failure) {
    const truncated = root.message?.truncated === true || zone?.soa.message?.truncated === true;
    findings.push(found(truncated ? "dns-truncated-without-tcp" : "dns-tcp-refused", { reason: tcp.failure.reason }));
  }
  if (!root.message?.edns && root.status !== "REFUSED") findings.push(found("dns-without-edns", {}));
  if (option.failure || option.status === "FORMERR" || option.status === "BADVERS") {
    findings.push(found("dns-option-dropped", { what: option.failure?.reason ?? `status ${option.status}` }));
  }
  if (version !== undefined) findings.push(found("dns-version-shown", { version }));
  if (cookie) findings.push(found("dns-cookies", {}));
  return findings;
}

function slow({ ms }: Answered, bytes: number, over: string): Finding {
  return found("dns-slow", { over, bytes, ms: Math.round(ms) });
}

function noAnswer(
  failure: NonNullable<Answered["failure"]>,
  tcp: Answered | undefined,
  { scheme, port }: DnsInput,
): Finding {
  const { reason, timedOut } = failure;
  if (scheme !== "dns") return found(timedOut ? "dns-silent" : "dns-unusable", { port, reason });
  if (tcp?.failure?.bytes !== undefined) return slow(tcp, tcp.failure.bytes, "TCP");
  return tcp && !tcp.failure ? found("dns-udp-silent", { port }) : found("dns-silent", { port, reason });
}

function judgeRoot({ root, zone }: DnsSeen, { address }: DnsInput): Finding[] {
  const { status = "", message, ms } = root;
  if (status === "SERVFAIL") return [found("dns-failed", { status })];
  const findings: Finding[] = [found("dns-answers", { ms: Math.round(ms * 10) / 10, status })];
  const recursive = status === "NOERROR" && message?.recursionAvailable === true && message.answers.length > 0;
  // A server of zones should not look up other names; one of the own network is a resolver by purpose.
  if (recursive) {
    const authoritative = zone?.soa.message?.authoritative === true;
    const open = authoritative || !isOwnNetwork(address.address);
    findings.push(found(open ? "dns-open-resolver" : "dns-recursive", {}));
  } else if (!zone && status !== "NOERROR") findings.push(found("dns-refuses", { status }));
  return findings;
}

function judgeZone({ name, soa, serial, transferred }: NonNullable<DnsSeen["zone"]>): Finding[] {
  const { status = "", message, failure } = soa;
  if (failure) return [found("dns-zone-failed", { zone: name, reason: failure.reason })];
  if (status !== "NOERROR") return [found("dns-zone-refused", { zone: name, status })];
  if (serial === undefined || !message?.authoritative) return [found("dns-zone-lame", { zone: name })];
  const findings: Finding[] = [found("dns-zone", { zone: name, serial })];
  if (transferred !== undefined) findings.push(found("dns-transfer-open", { zone: name, records: transferred }));
  return findings;
}
