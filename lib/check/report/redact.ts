import type { CheckReport } from "../check.ts";
import type { ProbeReport } from "../probe/probe.ts";
import type { Target } from "../target/target.ts";
import type { TimedEvent } from "./ladder.ts";
import type { Finding, FindingValue } from "../words/finding.ts";

import { Redaction } from "./redaction.ts";

/** Returns a report without addresses and names. Pure. */
export function redactReport(report: CheckReport, redaction: Redaction = new Redaction()): CheckReport {
  redaction.learn(report.target);
  for (const { data } of report.probes.flatMap(({ findings }) => findings)) {
    for (const value of Object.values(data)) if (typeof value === "string") learnGreeting(value, redaction);
  }
  const text = (text: string) => redaction.text(text);
  const finding = (finding: Finding) => redactFinding(finding, redaction);
  const { cause } = report;
  return {
    ...report,
    target: redactTarget(report.target, text),
    layers: report.layers.map((layer) => ({ ...layer, summary: text(layer.summary) })),
    ...(cause && { cause: { ...cause, finding: finding(cause.finding) } }),
    probes: report.probes.map((probe) => redactProbe(probe, text, finding)),
  };
}

/** Returns events of an exchange without addresses, names, paths, and values of fields that may tell them. Pure. */
export function redactEvents(events: readonly TimedEvent[], redaction: Redaction): TimedEvent[] {
  for (const { text } of events) learnGreeting(text, redaction);
  const hello = new Set<string | undefined>();
  // The first line of the reply to EHLO begins with the name of the server (RFC 5321 §4.1.1.1), as that to QUIT does.
  const isHello = (text: string, peer: string | undefined) => {
    if (HELLO.test(text)) hello.add(peer);
    return REPLY.test(text) && hello.delete(peer);
  };
  return events.map(({ bytes: _bytes, text, peer, ...event }) => ({
    ...event,
    text: redaction.text(
      named(greeted(text, redaction), isHello(text, peer) ? ANY_REPLY : CLOSING, redaction).replace(REQUEST, "$1 /…$2")
        .replace(TELLING_FIELD, "$1: …").replace(
          CERTIFICATE_NAMES,
          (_, names: string) => `; names ${names.split(", ").map((name) => redaction.name(name)).join(", ")};`,
        ),
    ),
    ...(peer !== undefined && { peer: redaction.text(peer) }),
  }));
}

/** A request line with a path. */
const REQUEST = /^([A-Z]+) \/\S+( HTTP\/\S+)?$/;
/** Fields whose values are URLs without a scheme, or hold what a server tells one client. */
const TELLING_FIELD =
  /^(set-cookie2?|cookie|location|content-location|refresh|link|referer|authorization|www-authenticate|etag|x-[\w-]+|via|:path):.*$/i;

/** The greeting of an SMTP server. */
const GREETING = /^(220[ -])(\S+)(?=.*SMTP)/;
/** Commands of SMTP to which a server tells its name, and the begin of a reply. */
const HELLO = /^(?:EHLO|HELO|LHLO) /;
const REPLY = /^[2-5]\d\d[ -]/;
/** Replies that begin with the name of the server. */
const ANY_REPLY = /^(250[ -])(\S+)/;
const CLOSING = /^((?:221|421)[ -](?:\d\.\d+\.\d+ )?)(\S+)(?= )/;

/** Names of a certificate. */
const CERTIFICATE_NAMES = /; names ([^;]*);/;

type Replace = (text: string) => string;

function redactTarget(target: Target, replace: Replace): Target {
  if (target.kind === "machine") return target;
  const text = replace(target.text).replace(/^([a-z]+:\/\/[^/]*\/).+$/, "$1…");
  if (target.kind === "mail") return { ...target, text, domain: replace(target.domain), local: target.local && "user" };
  const { unicodeHost } = target;
  return {
    ...target,
    text: unicodeHost === undefined ? text : text.replace(unicodeHost, replace(target.host)),
    ...{ host: replace(target.host), unicodeHost: undefined, path: target.path === "/" ? "/" : "/…" },
  };
}

function redactProbe(probe: ProbeReport, replace: Replace, finding: (finding: Finding) => Finding): ProbeReport {
  const { subject, summary, facts } = probe;
  return {
    ...probe,
    ...(subject !== undefined && { subject: replace(subject) }),
    ...(summary !== undefined && { summary: replace(summary) }),
    findings: probe.findings.map(finding),
    facts: Object.fromEntries(
      Object.entries(facts).map(([name, value]) => [name, typeof value === "string" ? replace(value) : value]),
    ),
  };
}

function redactFinding({ code, data }: Finding, redaction: Redaction): Finding {
  return {
    code,
    data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, redacted(name, value, redaction)])),
  };
}

function redacted(name: string, value: FindingValue, redaction: Redaction): FindingValue {
  if (typeof value === "string") {
    return name === "title" && value !== "" ? "…" : redaction.text(greeted(value, redaction));
  }
  if (typeof value !== "object") return value;
  // A certificate may name hosts by one word.
  return value.map((item) => name === "names" ? redaction.name(item) : redaction.text(item));
}

/** The greeting of an SMTP server begins with its name (RFC 5321 §4.2), which may be one word. */
function greeted(text: string, redaction: Redaction): string {
  return named(text, GREETING, redaction);
}

/** Learns the name of an SMTP server of its greeting: it stands in later replies too. */
function learnGreeting(text: string, redaction: Redaction): void {
  const [, , name] = GREETING.exec(text) ?? [];
  if (name !== undefined) redaction.learnName(name);
}

function named(text: string, reply: RegExp, redaction: Redaction): string {
  return text.replace(reply, (_, code: string, name: string) => `${code}${redaction.name(name)}`);
}
