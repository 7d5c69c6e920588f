import { isLoopback } from "../../core/mod.ts";
import { type Finding, found } from "../words/findings.ts";
import type { ConnectAttempt, ConnectInput, ConnectSeen } from "./connect_seen.ts";
import { milliseconds, spreadOf } from "./spread.ts";

/** Difference in milliseconds, and factor, by which the slowest connection may exceed the fastest. */
const [SPREAD_MS, SPREAD_FACTOR] = [100, 5];

/** Judges the connections to the addresses of a name: an address that fails is a fault only if none works. Pure. */
export function judgeConnect({ attempts, left }: ConnectSeen, { port }: ConnectInput): Finding[] {
  const open = attempts.filter(({ result }) => result === "connected");
  const findings = open.length === 0 ? judgeFailures(attempts, port) : [
    ...attempts.flatMap((attempt) => judgeAttempt(attempt, attempts, port)),
    ...judgeSpread(open, port),
  ];
  return left === 0 ? findings : [...findings, found("addresses-left", { count: left })];
}

/** The failure that tells most: a refusal comes from the host itself. */
const ORDER: readonly ConnectAttempt["result"][] = ["refused", "reset", "filtered", "unreachable"];

function judgeFailures(attempts: readonly ConnectAttempt[], port: number): Finding[] {
  const sorted = attempts.toSorted((a, b) => ORDER.indexOf(a.result) - ORDER.indexOf(b.result));
  return sorted.map(({ address, result, ms, reason = "" }) => {
    const others = attempts.length - 1;
    if (result === "filtered") return found("port-filtered", { address, port, ms: Math.round(ms), others });
    if (result === "refused") return found("port-refused", { address, port, others });
    if (result === "reset") return found("port-reset", { address, port, reason });
    return found("host-unreachable", { address, port, reason });
  });
}

function judgeAttempt(attempt: ConnectAttempt, all: readonly ConnectAttempt[], port: number): Finding[] {
  const { address, family, result, ms, times, reason = "" } = attempt;
  if (result === "connected") {
    const { min = ms, median = ms, max = ms } = spreadOf(times) ?? {};
    const data = { address, port, ms: milliseconds(min), median: milliseconds(median), max: milliseconds(max) };
    return [found("connected", { ...data, connections: times.length })];
  }
  const sameFamily = all.filter((other) => other.family === family);
  if (sameFamily.every((other) => other.result === "filtered")) {
    if (sameFamily[0] !== attempt) return [];
    const works = family === 6 ? "IPv4" : "IPv6";
    return [found("family-black-hole", { family: `IPv${family}`, works, address, port, ms: Math.round(ms) })];
  }
  if (result === "filtered") return [found("address-filtered", { address, port, ms: Math.round(ms) })];
  if (result === "unreachable") return [found("address-unreachable", { address, reason })];
  return [found("address-refused", { address, port, reason: result === "reset" ? "reset" : "refused" })];
}

function judgeSpread(open: readonly ConnectAttempt[], port: number): Finding[] {
  return open.flatMap(({ address, times }) => {
    const spread = spreadOf(times);
    // On this machine itself, only its load makes a difference.
    if (
      !spread || isLoopback(address) || spread.max - spread.min < SPREAD_MS || spread.max < spread.min * SPREAD_FACTOR
    ) return [];
    return [found("connect-unsteady", { address, port, min: Math.round(spread.min), max: Math.round(spread.max) })];
  });
}
