import { parseDuration, UsageError } from "../../../core/mod.ts";
import { dnsName } from "../../client/dns_name.ts";
import { nameKey } from "../../codec/canonical.ts";
import { formatName, parseName } from "../../codec/name.ts";
import { type QueryType, queryType } from "../../codec/types.ts";
import { isWildcardOrName, looksLikeUrl } from "../names/name_entry.ts";

/** Faults by the word that names them, with what the server does. */
export const FAULTS = {
  delay: "responds after a time",
  drop: "does not respond",
  servfail: "responds with SERVFAIL",
  refuse: "responds with REFUSED",
  nxdomain: "responds with NXDOMAIN",
  truncate: "responds over UDP with the TC bit and without records",
  "wrong-id": "responds with another id",
  garbage: "responds with bytes that are not a DNS message",
  cut: "responds with the first half of the message",
} as const;

/** Kind of a fault. */
export type FaultKind = keyof typeof FAULTS;

/** A fault of a server: which questions it concerns, how often, and what happens. */
export interface FaultRule {
  /** Name that it concerns, absolute and in lower case; `*.` before it stands for all names below, `*` for all names. */
  readonly name: string;
  /** Type that it concerns. @default all types */
  readonly type?: QueryType;
  /** Kind of the fault. */
  readonly kind: FaultKind;
  /** Milliseconds before the response. @default 0 */
  readonly delay: number;
  /** Share of the queries that it concerns, from 0 to 1. @default 1 */
  readonly share: number;
}

/** Milliseconds of a `delay` without a time. */
const USUAL_DELAY_MS = 1000;
const MAX_DELAY_MS = 600_000;

/**
 * Parses the rules `NAME[/TYPE]=FAULT[:TIME][:PERCENT%][,FAULT…]`: `app.test=delay:200ms`, `*=drop:1%,servfail:1%`,
 * `*.test/MX=delay:2s:10%`.
 *
 * @throws {UsageError} `invalid-fault`.
 */
export function parseFaultRules(text: string): FaultRule[] {
  const [, subject = "", faults = ""] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (looksLikeUrl(subject)) throw invalid(text, `"${subject}" is a URL, not a name`);
  const [, name = "", type] = /^(.*?)(?:\/([^/]*))?$/s.exec(subject) ?? [];
  if (name === "" || type === "") throw invalid(text, "must be NAME=FAULT or NAME/TYPE=FAULT");
  const concerned = { name: subjectName(name, text), type: type === undefined ? undefined : typeOf(type, text) };
  return faults.split(",").map((fault) => ({ ...concerned, ...parseFault(fault, text) }));
}

function parseFault(fault: string, text: string): Pick<FaultRule, "kind" | "delay" | "share"> {
  const [word = "", ...settings] = fault.split(":");
  if (!isFaultKind(word)) {
    throw invalid(text, `"${word}" is not a fault: must be one of ${Object.keys(FAULTS).join(", ")}`);
  }
  let [delay, share]: [number | undefined, number | undefined] = [undefined, undefined];
  for (const setting of settings) {
    if (setting.endsWith("%") && share === undefined) share = shareOf(setting, text);
    else if (!setting.endsWith("%") && delay === undefined) delay = delayOf(setting, text);
    else throw invalid(text, `"${setting}" is the second of its kind`);
  }
  return { kind: word, delay: delay ?? (word === "delay" ? USUAL_DELAY_MS : 0), share: share ?? 1 };
}

function isFaultKind(word: string): word is FaultKind {
  return Object.hasOwn(FAULTS, word);
}

function subjectName(name: string, text: string): string {
  if (name === "*") return name;
  try {
    const { labels } = parseName(dnsName(name));
    const key = nameKey(formatName(labels));
    if (!isWildcardOrName(key)) throw invalid(text, `a wildcard is "*" alone, or "*." before a name`);
    return key;
  } catch (error) {
    if (error instanceof UsageError && error.code === "invalid-fault") throw error;
    throw invalid(text, `"${name}" is not a name`, error);
  }
}

function typeOf(type: string, text: string): QueryType {
  try {
    return queryType(type);
  } catch (error) {
    throw invalid(text, `"${type}" is not a record type`, error);
  }
}

function shareOf(setting: string, text: string): number {
  const percent = /^\d+(?:\.\d+)?%$/.test(setting) ? Number(setting.slice(0, -1)) : NaN;
  if (percent > 0 && percent <= 100) return percent / 100;
  throw invalid(text, `"${setting}" is not a share: must be above 0% and at most 100%`);
}

function delayOf(setting: string, text: string): number {
  let delay = NaN;
  try {
    delay = parseDuration(setting);
  } catch {
    // Said below, with what else may stand there.
  }
  if (delay <= MAX_DELAY_MS) return delay;
  throw invalid(text, `"${setting}" is neither a time up to 10m, such as 200ms, nor a share, such as 1%`);
}

function invalid(text: string, problem: string, cause?: unknown): UsageError {
  return new UsageError(`invalid fault "${text}": ${problem}`, { code: "invalid-fault", cause });
}
