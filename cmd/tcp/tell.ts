import { type Call, errorLines, errorRecord, type ExitCode, exitCodeOf, type Output } from "../../lib/cli/mod.ts";
import { formatDuration, type Security, showUntrusted } from "../../lib/core/mod.ts";
import type { ConnectionReport } from "../../lib/tcp/internal.ts";
import type { CONNECT_RECORDS } from "./records.ts";
import type { BOTH } from "./options.ts";

/** `192.0.2.7 port 80` of `192.0.2.7:80`; a unix socket as it is. */
export function withPort(address: string): string {
  const [, host = address, port] = /^(?!unix:)\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  return port === undefined ? showUntrusted(address) : `${host} port ${port}`;
}

/** What of TLS is worth a word behind the peer. */
export function tlsWords(security: Security | undefined, server = false): string {
  if (!security) return "";
  const { verified, alpn, certificate } = security;
  const trust = server && !certificate ? "" : verified === "nothing" ? ", not verified" : `, verified by ${verified}`;
  return ` (TLS${trust}${alpn === undefined ? "" : `, ALPN ${showUntrusted(alpn)}`})`;
}

/** Says how a connection went, and what that means for the exit code. */
export function tell(
  report: ConnectionReport,
  call: Call<typeof BOTH>,
  records: Output<typeof CONNECT_RECORDS>,
): ExitCode {
  const { error, peer, bytesIn, bytesOut, ms, ended } = report;
  if (call.options.json) {
    records.record({ event: "connection", ...report, error: error && errorRecord(error) });
    records.flush();
  } else if (error) errorLines("toucan tcp", error).forEach((line) => call.output.note(line));
  else {call.trace?.({
      direction: "*",
      text: `${peer} ${ended}: ${bytesIn} bytes in, ${bytesOut} out, ${formatDuration(ms)}`,
    });}
  return error ? exitCodeOf(error) : 0;
}
