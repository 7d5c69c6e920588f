import type { Trace } from "../../core/mod.ts";
import { MailClient } from "../../mail/client/client.ts";
import type { MailReport } from "../../mail/client/report.ts";
import { mailSink } from "../../mail/sink/sink.ts";
import type { StoredMail } from "../../mail/store/types.ts";
import { STEP_TIMEOUT_MS } from "./timeout.ts";

/** Result of {@link demonstrateMail}. */
export interface MailDemonstration {
  /** Report of the client. */
  readonly report: MailReport;
  /** Messages that the sink stored. */
  readonly kept: readonly StoredMail[];
  /** The message as the sink stored it. */
  readonly source: string;
}

/**
 * Sends a message from a client to a sink on loopback, under TLS with the sink's key pinned, with a hidden recipient and an
 * attachment.
 *
 * Needs the net permission.
 */
export async function demonstrateMail(trace: Trace, signal?: AbortSignal): Promise<MailDemonstration> {
  await using sink = await mailSink({ startTls: true, signal });
  const options = { trust: { pin: sink.pin }, timeout: STEP_TIMEOUT_MS, trace, signal };
  await using client = new MailClient(sink.address, options);
  const report = await client.send({
    from: "Ada <ada@example.com>",
    to: ["bob@example.com"],
    bcc: ["eve@example.com"],
    subject: "Grüße from the client",
    text: "The next line is a dot.\n.\nIt did not end the message.\n",
    attachments: [{ filename: "note.txt", content: "attached" }],
  });
  const kept = sink.store.messages;
  const source = await sink.store.read(kept[0]?.id ?? "");
  return { report, kept, source: new TextDecoder().decode(source) };
}
