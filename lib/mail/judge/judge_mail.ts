import { Deadline, isLocalHost, type Trace, type WaitOptions } from "../../core/mod.ts";
import type { ServerInput } from "../../dns/mod.ts";
import type { DkimOutcome } from "../dkim/types.ts";
import { verifyDkim } from "../dkim/verify_mail.ts";
import { checkDmarc, type DmarcOutcome } from "../dmarc/check_dmarc.ts";
import { checkSpf } from "../spf/check_host.ts";
import type { SpfOutcome } from "../spf/types.ts";
import { authorDomains } from "./author_domains.ts";
import type { AuthenticationResult } from "./codec/results_field.ts";
import { dnsLookup } from "./dns_lookup.ts";
import type { MailDnsLookup } from "./lookup.ts";

/** Origin of a message. */
export interface MailOrigin {
  /** IP address of the client. */
  readonly ip: string;
  /** EHLO name of the client. */
  readonly helo: string;
  /** Sender of the envelope; empty for a bounce. */
  readonly from: string;
}

/** Options of {@link judgeMail}; `timeout` is in milliseconds, for all lookups of a message, 20000 unless given. */
export interface JudgeMailOptions extends WaitOptions {
  /**
   * Name servers to ask.
   *
   * @default {those of the system}
   */
  readonly servers?: readonly ServerInput[];
  /**
   * Looks records up, in place of name servers.
   *
   * @default {asks the name servers}
   */
  readonly lookup?: MailDnsLookup;
  /**
   * Number of DKIM signatures to verify.
   *
   * @default {8}
   */
  readonly maxSignatures?: number;
  /**
   * Receives what crosses the wire.
   *
   * @default {undefined}
   */
  readonly trace?: Trace;
}

/** Outcomes for a message. */
export interface MailJudgement {
  /** Whether the client may send mail of the sender's domain. */
  readonly spf: SpfOutcome;
  /** Its signatures. */
  readonly dkim: readonly DkimOutcome[];
  /** Whether the domain in From is confirmed by one of these. */
  readonly dmarc: DmarcOutcome;
}

/** Time of RFC 7208 §4.6.4 for all lookups. */
const TIMEOUT_MS = 20_000;

/**
 * Judges a message by SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489), as a receiver on the internet would. Lookups that fail or
 * take too long are results (`temperror`).
 *
 * Permissions: `--allow-net` of the name servers; for those of the system also `--allow-read=/etc/resolv.conf`.
 *
 * @param message The message as the client sent it; its lines end with CR LF.
 * @param origin Where it came from.
 * @returns The outcomes.
 * @throws {DOMException} The reason of the signal.
 * @example Judge a message
 * ```ts
 * import { judgeMail } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const message = new TextEncoder().encode("From: Ada <ada@example.com>\r\nSubject: hi\r\n\r\nhello\r\n");
 * const origin = { ip: "192.0.2.7", helo: "mail.example.com", from: "ada@example.com" };
 * const records: Record<string, string> = {
 *   "example.com": "v=spf1 ip4:192.0.2.0/24 -all",
 *   "_dmarc.example.com": "v=DMARC1; p=reject",
 * };
 * const { spf, dkim, dmarc } = await judgeMail(message, origin, {
 *   lookup: (name) => Promise.resolve(records[name] === undefined ? [] : [records[name]]),
 * });
 * assertEquals([spf.result, dkim.length, dmarc.result], ["pass", 0, "pass"]);
 * ```
 */
export function judgeMail(message: Uint8Array, origin: MailOrigin, options?: JudgeMailOptions): Promise<MailJudgement>;
export async function judgeMail(
  message: Uint8Array,
  origin: MailOrigin,
  options: JudgeMailOptions = {},
): Promise<MailJudgement> {
  const { signal, timeout = TIMEOUT_MS, maxSignatures } = options;
  signal?.throwIfAborted();
  using deadline = new Deadline({ signal, timeout }, "DNS lookups for a message");
  const find = options.lookup ?? dnsLookup({ ...options, signal: deadline.signal, timeout: undefined });
  const lookup: MailDnsLookup = (name, type) => deadline.race(find(name, type));
  const [spf, dkim] = await Promise.all([
    checkSpf(origin, { lookup }),
    verifyDkim(message, { lookup, maxSignatures }),
  ]);
  const dmarc = await checkDmarc({ from: authorDomains(message), spf, dkim }, { lookup });
  signal?.throwIfAborted();
  return { spf, dkim, dmarc };
}

/**
 * Returns a judgement as the results of an Authentication-Results field (RFC 8601).
 *
 * @param judgement The judgement.
 * @param origin Where the message came from.
 * @returns The results of SPF, each signature, and DMARC.
 * @example Write the field of a message
 * ```ts
 * import { formatAuthenticationResults, judgementResults, judgeMail } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const message = new TextEncoder().encode("From: Ada <ada@example.com>\r\n\r\nhello\r\n");
 * const origin = { ip: "192.0.2.7", helo: "mail.example.com", from: "ada@example.com" };
 * const judgement = await judgeMail(message, origin, { lookup: () => Promise.resolve([]) });
 * const field = formatAuthenticationResults({ authority: "mx.example.org", results: judgementResults(judgement, origin) });
 * assertEquals(field.includes("dmarc=none"), true);
 * ```
 */
export function judgementResults({ spf, dkim, dmarc }: MailJudgement, origin: MailOrigin): AuthenticationResult[] {
  const sender: Record<string, string> = origin.from === ""
    ? { "smtp.helo": origin.helo }
    : { "smtp.mailfrom": origin.from };
  const local = isLocalHost(origin.ip) ? " (a client on this machine)" : "";
  const signatures = dkim.map(({ result, reason, domain, selector, algorithm, start }): AuthenticationResult => ({
    ...{ method: "dkim", result, reason },
    properties: domain === ""
      ? {}
      : { "header.d": domain, "header.s": selector, "header.a": algorithm, "header.b": start },
  }));
  return [
    { method: "spf", result: spf.result, reason: spf.reason + local, properties: sender },
    ...(signatures.length > 0
      ? signatures
      : [{ method: "dkim", result: "none", reason: "the message is not signed", properties: {} }]),
    {
      ...{ method: "dmarc", result: dmarc.result, reason: dmarc.reason },
      properties: {
        ...(dmarc.domain === "" ? undefined : { "header.from": dmarc.domain }),
        ...(dmarc.policy === undefined ? undefined : { "policy.dmarc": dmarc.policy }),
      },
    },
  ];
}
