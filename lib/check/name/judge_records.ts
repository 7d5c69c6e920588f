import { ipVersion, plainIP } from "../../core/mod.ts";
import { type Finding, found } from "../words/findings.ts";
import type { AnswersInput } from "./answers_seen.ts";
import type { AnswerSeen } from "./ask.ts";
import type { ServerSeen } from "./resolvers_seen.ts";

/** Seconds below which a TTL makes clients ask all the time, and aliases above which a chain is long. */
const [SHORT_TTL, LONG_CHAIN] = [30, 3];
/** Codes of DNS errors with which a server says that it filters (RFC 8914 §4.16–4.19), by their words. */
const FILTERS = /^(?:blocked|censored|filtered|prohibited|forged answer)/;

/** Judges what the first server that knows the name says of its records: families, TTL, aliases, reasons. Pure. */
export function judgeRecords({ host, family }: AnswersInput, servers: readonly ServerSeen[]): Finding[] {
  const filtering = servers.find(({ a }) => FILTERS.test(a.reason ?? ""));
  const findings = filtering
    ? [found("resolver-filters", { name: host, server: filtering.server, reason: filtering.a.reason ?? "" })]
    : [];
  const known = servers.find(({ a, aaaa }) => a.data.length > 0 || aaaa.data.length > 0);
  if (!known) return findings;
  return [
    ...findings,
    ...(family === undefined ? judgeOtherFamily(host, known) : []),
    ...judgeAliases(host, known),
    ...judgeTtl(host, known),
    ...judgeHttps(host, known),
  ];
}

/** A works and AAAA does not, or the other way round: lookups of both wait for it. */
function judgeOtherFamily(name: string, { server, a, aaaa }: ServerSeen): Finding[] {
  const [works, fails, answer]: readonly [string, string, AnswerSeen] = a.data.length > 0
    ? ["A", "AAAA", aaaa]
    : ["AAAA", "A", a];
  const { status, reason } = answer;
  if (status === "NOERROR" || status === "NODATA") return [];
  if (status === "NXDOMAIN") return [found("family-denied", { name, server, works, fails })];
  return [found("family-fails", { name, server, works, fails, status: shown(answer), reason })];
}

function shown({ status }: AnswerSeen): string {
  return /^[a-z]/.test(status) ? "no answer" : status;
}

function judgeAliases(name: string, { a, aaaa }: ServerSeen): Finding[] {
  const aliases = a.aliases.length >= aaaa.aliases.length ? a.aliases : aaaa.aliases;
  if (aliases.length === 0) return [];
  return [found(aliases.length - 1 > LONG_CHAIN ? "alias-chain-long" : "alias", { name, aliases: [...aliases] })];
}

function judgeTtl(name: string, { a, aaaa }: ServerSeen): Finding[] {
  const ttls = [a, aaaa].flatMap(({ data, ttl }) => data.length > 0 && ttl !== undefined ? [ttl] : []);
  const ttl = Math.min(...ttls);
  return ttl < SHORT_TTL ? [found("ttl-short", { name, ttl })] : [];
}

/** The record for HTTPS (RFC 9460): the protocols that it offers, and hints that are not among the addresses. */
function judgeHttps(name: string, { a, aaaa, https }: ServerSeen): Finding[] {
  const [data] = https?.data ?? [];
  if (data === undefined) return [];
  const hints = [...data.matchAll(/ipv[46]hint="?([^"\s]+)/g)].flatMap(([, list = ""]) => list.split(","));
  const known = [...a.data, ...aaaa.data].map(plainIP);
  const strange = hints.filter((hint) => ipVersion(hint) !== undefined && !known.includes(plainIP(hint)));
  const alpn = /alpn="?([^"\s]+)/.exec(data)?.[1] ?? "";
  return [
    found("https-record", { name, alpn }),
    ...(strange.length > 0 ? [found("https-hints-differ", { name, hints: strange.slice(0, 8) })] : []),
  ];
}
