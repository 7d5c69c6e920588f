import type { Trace } from "../../core/mod.ts";
import { formatAuthenticationResults } from "../judge/codec/results_field.ts";
import type { JudgeMailOptions, MailOrigin } from "../judge/judge_mail.ts";

/** Only sinks that judge load it. */
const loadJudge = () => import("../judge/judge_mail.ts");

/** Name of a sink in its greeting, and in its results. */
export const SINK_NAME = "toucan.localhost";

/** Options of judging in a sink; `timeout` is in milliseconds, for all lookups of a message, 5000 unless given. */
export interface SinkJudgeOptions extends Pick<JudgeMailOptions, "servers" | "lookup" | "timeout" | "maxSignatures"> {
  /**
   * IP address to judge all clients by: that of the machine which will send the mail in production.
   *
   * @default {that of the client}
   */
  readonly ip?: string;
}

/** Clients wait for the reply meanwhile. */
const TIMEOUT_MS = 5000;

/** Returns the judge of a sink: it returns the field with the results, or nothing when a message could not be judged. */
export function sinkJudge(
  { ip, timeout = TIMEOUT_MS, ...options }: SinkJudgeOptions,
  failed: (peer: string, error: unknown) => void,
  trace?: Trace,
): (message: Uint8Array, origin: MailOrigin) => Promise<string> {
  return async (message, client) => {
    const origin = { ...client, ip: ip ?? client.ip };
    try {
      const { judgeMail, judgementResults } = await loadJudge();
      const judgement = await judgeMail(message, origin, { ...options, timeout, trace });
      return formatAuthenticationResults({ authority: SINK_NAME, results: judgementResults(judgement, origin) });
    } catch (error) {
      failed(client.ip, error);
      return "";
    }
  };
}
