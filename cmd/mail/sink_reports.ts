import { errorRecord, type Output } from "../../lib/cli/mod.ts";
import { formatSize, showUntrusted } from "../../lib/core/mod.ts";
import type { MailRefusal, MailRelease, MailSinkFault, MailWebhookFailure, StoredMail } from "../../lib/mail/mod.ts";
import { SINK_FAULT_HINTS } from "./hints.ts";
import type { SINK_RECORDS } from "./records.ts";

/** Characters of a line about a message. */
const LINE = { limit: 1000 };

/** Returns the callbacks of a sink that print what happens: a record with `--json`, otherwise a line. */
export function sinkReports(output: Output<typeof SINK_RECORDS>) {
  const { json } = output;
  return {
    onMail({ id, from, to, size }: StoredMail): void {
      const line = `${from || "<>"} → ${to.join(", ")}  ${formatSize(size)}  ${id}`;
      if (json) output.record({ event: "mail", id, from, to, size });
      else output.line(showUntrusted(line, LINE));
    },
    onRefused({ peer, from, to, reply }: MailRefusal): void {
      const what = reply || "connection closed without a reply";
      const line = `refused ${from || "<>"}${to.length > 0 ? ` → ${to.join(", ")}` : ""}: ${what}`;
      if (json) output.record({ event: "refused", peer, from, to, reply });
      else output.note(showUntrusted(line, LINE));
    },
    onFault({ peer, error }: MailSinkFault): void {
      const hint = SINK_FAULT_HINTS[error.code];
      if (json) output.record({ event: "fault", peer, error: errorRecord(error), hint });
      else {
        output.note(showUntrusted(error.message, LINE));
        if (hint) output.note(`hint: ${hint}`);
      }
    },
    onReleased({ mail: { id }, report: { server, recipients, accepted } }: MailRelease): void {
      if (json) output.record({ event: "released", id, server, recipients, accepted });
      else {for (const { address, reply, ...one } of recipients) {
          const what = one.accepted ? "released" : "not released";
          output.line(showUntrusted(`${what} ${id} → ${address} by ${server}: ${reply.text}`, LINE));
        }}
    },
    onFailure({ mail: { id }, attempts, error }: MailWebhookFailure): void {
      if (json) output.record({ event: "unreported", id, attempts, error: errorRecord(error) });
      else output.note(showUntrusted(`${error.message}  ${id}`, LINE));
    },
  };
}
