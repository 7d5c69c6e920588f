import type { CheckReport } from "../check.ts";
import type { ProbeReport } from "../probe/probe.ts";
import type { Target } from "../target/target.ts";
import type { TimedEvent } from "./ladder.ts";
import type { Finding, FindingValue } from "../words/finding.ts";

import { Redaction } from "./redaction.ts";

/** Returns a report without addresses and names. Pure. */
export function redactReport(report: CheckReport, redaction: Redaction = new Redaction()): CheckReport {
  redaction.learn(report.target);
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
  return events.map(({ bytes: _bytes, text, peer, ...event }) => ({
    ...event,
    text: redaction.text(
      greeted(text, redaction).replace(REQUEST, "$1 /…$2").replace(TELLING_FIELD, "$1: …").replace(
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
  return text.replace(/^(220[ -])(\S+)(?=.*SMTP)/, (_, code: string, name: string) => `${code}${redaction.name(name)}`);
}
