import { NegativeError, type ToucanError } from "../../core/mod.ts";
import { MailRefusedError } from "../client/refusal.ts";
import { type MailReport, type RecipientReport, replyRecord } from "../client/report.ts";
import type { BuiltMail } from "../message/types.ts";
import { isTemporaryFailure, isUncertain, type MailSender } from "../spool/sender.ts";
import { deliverMail, type DeliverOptions, type DomainReport, mailsByDomain } from "./deliver.ts";
import { MailDns } from "./mail_dns.ts";

/**
 * Delivers messages directly to the mail servers of their recipients, for a {@link MailSpool}; see {@link deliverMail}.
 *
 * Permissions: those of {@link deliverMail}.
 *
 * @example Keep what cannot be delivered now
 * ```ts
 * import { answering, buildMail, MailSpool, MxSender, sendOrSpool } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await using dns = answering({ "example.test.": { A: [{ data: "127.0.0.1" }] } });
 * const sender = new MxSender({ port: 9, dns: { servers: [dns.address] } });
 * const mail = await buildMail({ from: "ada@example.com", to: "bob@example.test", text: "hello" });
 * assertEquals((await sendOrSpool(mail, await MailSpool.open(folder), sender)).state, "kept");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class MxSender implements MailSender {
  readonly #options: DeliverOptions;
  readonly #report: (report: DomainReport) => void;

  /** Delivers with these options; `report` is called with the result of each domain. */
  constructor(options: DeliverOptions, report?: (report: DomainReport) => void) {
    const { dns, signal, timeout, trace } = options;
    this.#options = { lookups: new MailDns({ ...dns, signal, timeout, trace }), ...options };
    this.#report = report ?? (() => {});
  }

  /** Returns the message once for each domain of its recipients: what one of them answers says nothing about the others. */
  split(mail: BuiltMail): BuiltMail[] {
    return mailsByDomain(mail).map(({ mail }) => mail);
  }

  /**
   * Delivers a message.
   *
   * @throws {ToucanError} When the recipients have one domain, and none of its servers has answered.
   */
  async send(mail: BuiltMail): Promise<MailReport> {
    const started = performance.now();
    const recipients: RecipientReport[] = [];
    const servers: string[] = [];
    const results = await Array.fromAsync(deliverMail(mail, this.#options));
    for (const result of results) {
      this.#report(result);
      const { report, error, to } = result;
      const final = error instanceof NegativeError && !isTemporaryFailure(error);
      if (results.length === 1 && error && !final) throw error;
      if (report) {
        recipients.push(...report.recipients);
        servers.push(report.server);
      } else if (error) recipients.push(...to.map((address) => ({ address, accepted: false, reply: replyOf(error) })));
    }
    return {
      ...{ messageId: mail.messageId, from: mail.from, size: mail.size, recipients, server: servers.join(", ") },
      accepted: recipients.filter(({ accepted }) => accepted).length,
      ms: performance.now() - started,
    };
  }
}

/** Returns what a server has answered to the connection, or would have to the recipient (RFC 3463): for good where the domain takes no mail, and where it may have the message already. */
function replyOf(error: ToucanError): RecipientReport["reply"] {
  if (error instanceof MailRefusedError) return replyRecord(error.reply);
  const [code, enhanced] = error.code === "null-mx"
    ? [556, "5.1.10"]
    : error instanceof NegativeError
    ? [550, "5.1.2"]
    : isUncertain(error)
    ? [550, "5.4.0"]
    : [451, "4.4.0"];
  return { code, enhanced, text: `${code} ${enhanced} ${error.message}` };
}
