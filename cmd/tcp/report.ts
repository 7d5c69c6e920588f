import { type Call, errorLines, errorRecord, type ExitCode, exitCodeOf, type Output } from "../../lib/cli/mod.ts";
import { formatDuration, type Security, showUntrusted } from "../../lib/core/mod.ts";
import type { ConnectionReport } from "../../lib/tcp/internal.ts";
import type { CONNECT_RECORDS } from "./records.ts";
import type { CONNECTION_OPTIONS } from "./options.ts";

/** Formats `192.0.2.7:80` as `192.0.2.7 port 80`; a unix socket stays as it is. */
export function withPort(address: string): string {
  const [, host = address, port] = /^(?!unix:)\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  return port === undefined ? showUntrusted(address) : `${host} port ${port}`;
}

/** Formats what a connection's TLS was verified by, and its ALPN protocol, as an addition to the peer's address. */
export function tlsText(security: Security | undefined, server = false): string {
  if (!security) return "";
  const { verified, alpn, certificate } = security;
  const trust = server && !certificate ? "" : verified === "nothing" ? ", not verified" : `, verified by ${verified}`;
  return ` (TLS${trust}${alpn === undefined ? "" : `, ALPN ${showUntrusted(alpn)}`})`;
}

/** Prints how a connection ended, and returns the exit code. */
export function reportConnection(
  report: ConnectionReport,
  call: Call<typeof CONNECTION_OPTIONS>,
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
