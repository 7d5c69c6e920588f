import { kind, option, releasePaths, secretOf, TRUST, type Values } from "../../lib/cli/mod.ts";
import { readCaFile, UsageError } from "../../lib/core/mod.ts";
import { readUrl } from "../../lib/http/internal.ts";
import type { MailWebhookOptions } from "../../lib/mail/mod.ts";

const WEBHOOK = { with: ["webhook"], group: "webhook" };

const url = kind.parsed("URL", "an http or https URL", (text) => readUrl(text).href);

/** Options of `mail sink` for the URL that each message is reported to. */
export const WEBHOOK_OPTIONS = {
  "webhook": option(url, "report each message to this URL by POST, with retries", {
    group: "webhook",
    more:
      "The body is JSON. Four requests are under way at most; network errors, timeouts and the statuses 408, 425, 429 and " +
      "from 500 are retried, four times at most. Redirects are not followed.",
  }),
  "webhook-token-file": option(kind.file, "file whose first line is the token to send as Authorization: Bearer", {
    ...WEBHOOK,
    reads: true,
    startup: true,
  }),
  "webhook-cacert": { ...TRUST.cacert, ...WEBHOOK, alias: [], help: "additional CA certificates for it (PEM)" },
  "webhook-pin": { ...TRUST.pin, ...WEBHOOK, alias: [], help: "trust its key by its SHA-256" },
};

/** Returns the URL to report messages to, and how; undefined without one. */
export async function webhookOf(
  options: Values<typeof WEBHOOK_OPTIONS>,
): Promise<{ readonly url: string; readonly options: MailWebhookOptions } | undefined> {
  const { webhook, "webhook-token-file": file, "webhook-cacert": cacert, "webhook-pin": pin } = options;
  if (webhook === undefined) return undefined;
  if (!webhook.startsWith("https:") && (cacert ?? pin) !== undefined) {
    throw new UsageError(`option --webhook-${cacert === undefined ? "pin" : "cacert"} requires an https URL`);
  }
  const token = file === undefined ? undefined : await secretOf(file);
  const caCerts = cacert === undefined ? undefined : await readCaFile(cacert);
  releasePaths(cacert);
  return { url: webhook, options: { token, tls: { caCerts, pin } } };
}
