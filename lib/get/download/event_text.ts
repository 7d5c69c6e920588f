import { formatDuration, formatSize, NetworkError, SystemError, TimeoutError } from "../../core/mod.ts";
import { maskUserinfo } from "../../http/codec/fields/secret_field.ts";
import { decodeUtf8Octets } from "../../http/codec/octets_text.ts";
import { shownUrl } from "./naming/naming.ts";
import type { DownloadEvent, DownloadHead, DownloadReport } from "./types.ts";

/** Describes an event for people; not escaped. */
export function eventText(event: DownloadEvent): string {
  switch (event.kind) {
    case "named":
      return `saving as ${event.file}`;
    case "redirect":
      return `redirect (${event.redirect.status}) to ${shownUrl(event.redirect.to.href)}`;
    case "resume":
      return `resuming after ${formatSize(event.from)}`;
    case "complete":
      return `already complete: ${event.file}`;
    case "restart":
      return `restarting the download: ${event.reason}`;
    case "retry": {
      const why = event.error instanceof Error ? event.error.message : String(event.error);
      return `${why}; retrying in ${formatDuration(event.wait)}`;
    }
  }
}

/** Returns ` (N bytes received)` for a failed transfer, unless the error says it. */
export function receivedText({ head, error, bytes, resumedFrom }: DownloadReport): string {
  const ended = error instanceof NetworkError || error instanceof TimeoutError ||
    (error instanceof SystemError && bytes > 0);
  if (!ended || (head ? head.status >= 300 : bytes === 0) || error.bytes !== undefined) return "";
  const before = resumedFrom > 0 ? `, ${resumedFrom} of them in an earlier run` : "";
  return ` (${bytes} ${bytes === 1 ? "byte" : "bytes"} received${before})`;
}

/** Fields whose values are URLs that may contain user and password. */
const WITH_URLS = /^(?:location|content-location|refresh|link)$/i;

/** Returns the head of a response as lines, with user and password of URLs masked; the caller escapes control characters. */
export function headLines({ version, status, reason, headers }: DownloadHead): string[] {
  const fields = Array.from(
    headers,
    ([name, value]) => `${name}: ${WITH_URLS.test(name) ? maskUserinfo(value) : value}`,
  );
  return [`HTTP/${version} ${status} ${reason}`.trimEnd(), ...fields].map(decodeUtf8Octets);
}
