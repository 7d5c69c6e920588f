import { ipVersion } from "../../core/mod.ts";
import type { CheckReport } from "../check.ts";
import type { ProbeReport } from "../probe/probe.ts";
import type { Target } from "../target/target.ts";
import type { Finding, FindingValue } from "../words/finding.ts";

/** Replaces addresses and names in texts; the same one by the same word in all texts. */
export class Redaction {
  readonly #words = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** Returns a text without addresses, names of hosts, mail addresses, names in certificates, and pins. */
  text(text: string): string {
    return text
      .replace(MAIL_ADDRESS, (found) => this.#word("user", found))
      .replace(ADDRESS, (found) => this.#address(found))
      .replace(NAME, (found) => this.#name(found))
      .replace(
        DISTINGUISHED,
        (_, attribute: string, value: string) =>
          `${attribute}=${REPLACED.test(value) ? value : this.#word("subject", value)}`,
      )
      .replace(PIN, (found) => this.#word("key", found));
  }

  #address(found: string): string {
    const [, address = "", rest = ""] = /^([^/%]*)(.*)$/.exec(found) ?? [];
    const bare = address.replace(/^\[|\]$/g, "");
    const version = ipVersion(bare);
    if (version === undefined || PUBLIC_KNOWLEDGE.has(bare)) return found;
    return this.#word(`ipv${version}`, bare) + rest.replace(/%\w+/, "");
  }

  #name(found: string): string {
    return FILES.test(found) || found.toLowerCase().endsWith(".invalid")
      ? found
      : this.#word("host", found.toLowerCase());
  }

  #word(sort: string, found: string): string {
    const key = `${sort} ${found}`;
    const known = this.#words.get(key);
    if (known !== undefined) return known;
    const count = (this.#counts.get(sort) ?? 0) + 1;
    this.#counts.set(sort, count);
    const word = `${sort}-${count}`;
    this.#words.set(key, word);
    return word;
  }
}

const MAIL_ADDRESS = /[\w.+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}\b/gi;
const ADDRESS =
  /\[[0-9a-f:.]+\](?![\w])|(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3})(?:%\w+)?(?:\/\d{1,3})?(?![\w])/gi;
const NAME = /(?<![\w.-])(?<!(?:^|[^/])\/)(?:[a-z0-9_-]+\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)\b\.?/gi;
const DISTINGUISHED = /\b(CN|OU?|L|ST|C|DC|emailAddress)=([^,;]+)/g;
const PIN = /sha256:[A-Za-z0-9+/]{43}=/g;
/** Words of this class. */
const REPLACED = /^(?:host|user|ipv[46])-\d+$/;
/** Loopback tells nothing about anyone. */
const PUBLIC_KNOWLEDGE: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "0.0.0.0", "::"]);
/** Names of files that look like those of hosts. */
const FILES = /\.(?:conf|txt|json|html?|pem|key|crt|svg|css|js|ts)$/i;

/** Returns a report without addresses and names. Pure. */
export function redactReport(report: CheckReport, redaction: Redaction = new Redaction()): CheckReport {
  const text = (text: string) => redaction.text(text);
  const { cause } = report;
  return {
    ...report,
    target: redactTarget(report.target, text),
    layers: report.layers.map((layer) => ({ ...layer, summary: text(layer.summary) })),
    ...(cause && { cause: { ...cause, finding: redactFinding(cause.finding, text) } }),
    probes: report.probes.map((probe) => redactProbe(probe, text)),
  };
}

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

function redactProbe(probe: ProbeReport, replace: Replace): ProbeReport {
  const { subject, summary, facts } = probe;
  return {
    ...probe,
    ...(subject !== undefined && { subject: replace(subject) }),
    ...(summary !== undefined && { summary: replace(summary) }),
    findings: probe.findings.map((finding) => redactFinding(finding, replace)),
    facts: Object.fromEntries(
      Object.entries(facts).map(([name, value]) => [name, typeof value === "string" ? replace(value) : value]),
    ),
  };
}

function redactFinding({ code, data }: Finding, replace: Replace): Finding {
  return {
    code,
    data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, redacted(value, replace)])),
  };
}

function redacted(value: FindingValue, replace: Replace): FindingValue {
  if (typeof value === "string") return replace(value);
  if (typeof value !== "object") return value;
  return value.map((item) => replace(item));
}
