import type { Facts, Probe } from "../../probe/probe.ts";
import type { Finding } from "../../words/findings.ts";
import type { Dialect } from "./dialect.ts";
import { judgeLines } from "./judge_lines.ts";
import { type LineInput, type LineSeen, talk } from "./talk.ts";

/** Properties of the probe of a line protocol. */
export interface LineProtocol {
  /** Name of the probe. */
  readonly name: string;
  /** Name of the protocol, as people write it. */
  readonly protocol: string;
  /** Returns how it is spoken, for one session. */
  readonly dialect: (input: LineInput) => Dialect;
  /** Judges what only this protocol has. Called if there was no fault. */
  readonly judge?: (seen: LineSeen, input: LineInput) => readonly Finding[];
  /** Judges a greeting that refuses, if it says more than others. */
  readonly refused?: (text: string) => Finding | undefined;
  /** Values of the protocol. */
  readonly facts?: (seen: LineSeen) => Facts;
}

/** Returns the probe of a line protocol: a session that changes nothing. */
export function lineProbe(
  { name, protocol, dialect, judge, refused, facts }: LineProtocol,
): Probe<LineInput, LineSeen> {
  return {
    name,
    layer: "application",
    observe: (input, context) => talk(dialect(input), input, context),
    judge(seen, input) {
      const { greeting, failure, offer } = seen;
      const special = greeting && !greeting.ok ? refused?.(greeting.text) : undefined;
      if (special) return [special];
      const common = judgeLines(protocol, seen, input);
      const ended = failure !== undefined || !greeting?.ok || offer === undefined || offer.refused !== undefined;
      return ended ? common : [...common, ...judge?.(seen, input) ?? []];
    },
    facts: (seen) => ({
      ...(seen.greetingMs !== undefined && { greeting: seen.greetingMs }),
      ...facts?.(seen),
    }),
    summary: ({ greetingMs }) =>
      greetingMs === undefined ? protocol : `${protocol}, greeting in ${Math.round(greetingMs)} ms`,
  };
}
