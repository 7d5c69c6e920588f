import {
  type Call,
  clientTls,
  errorLines,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  familyOf,
  proxyOf,
} from "../../lib/cli/mod.ts";
import { showUntrusted, UsageError } from "../../lib/core/mod.ts";
import { type BuiltMail, deliverMail, type DomainReport, type DsnRequest } from "../../lib/mail/internal.ts";
import type { SEND_RECORDS } from "./records.ts";
import type { sendOptions } from "./send_options.ts";

type SendCall = Call<typeof sendOptions, typeof SEND_RECORDS>;

/** Port of mail servers, for the rules about proxies. */
const SMTP_PORT = 25;

/** Delivers a message to the mail servers of its recipients. */
export async function runMx(call: SendCall, mail: BuiltMail, dsn: DsnRequest | undefined): Promise<ExitCode> {
  const { options, output, signal, trace } = call;
  const { helo, timeout, chunking, "mx-port": port, "name-server": servers } = options;
  if (options.tls !== undefined && options.tls !== "starttls" && options.tls !== "opportunistic") {
    throw new UsageError(`--mx cannot be combined with --tls ${options.tls}`);
  }
  const unfit = (["pin", "insecure", "sni", "cert"] as const).find((name) =>
    options[name] !== undefined && options[name] !== false
  );
  if (unfit) throw new UsageError(`--${unfit} cannot be combined with --mx: each mail server has its own certificate`);
  const trust = await clientTls({ ...options, tls: true }, output, "");
  const codes: ExitCode[] = [];
  const results = deliverMail(mail, {
    ...{ helo, timeout, chunking, signal, trace, dsn, family: familyOf(options) },
    connectTimeout: options["connect-timeout"],
    port: port ?? SMTP_PORT,
    dns: servers.length > 0 ? { servers } : undefined,
    caCerts: trust?.caCerts,
    requireTls: options.tls === "starttls",
    proxy: proxyOf(options, { transport: "ip", host: "", port: SMTP_PORT }),
  });
  for await (const result of results) {
    codes.push(codeOf(result));
    if (options.json) output.record(recordOf(result));
    else printResult(result, output);
  }
  return exitCodeOfAll(codes);
}

function codeOf({ report, error }: DomainReport): ExitCode {
  if (error) return exitCodeOf(error);
  const accepted = report?.accepted ?? 0;
  return accepted === report?.recipients.length ? 0 : accepted > 0 ? 6 : 1;
}

function recordOf({ domain, to, report, host, policy, notes, tried, error }: DomainReport) {
  return {
    ...{ domain, to, host, policy, notes },
    tried: tried.map(({ host, address, error }) => ({ host, address, error: errorRecord(error) })),
    ...(report && { messageId: report.messageId, from: report.from, size: report.size, ms: report.ms }),
    accepted: report?.accepted ?? 0,
    recipients: report?.recipients ?? [],
    tls: report?.tls,
    error: error && errorRecord(error),
  };
}

function printResult({ domain, report, policy, notes, tried, error }: DomainReport, output: SendCall["output"]): void {
  for (const note of notes) output.note(showUntrusted(note, { limit: 1000 }));
  if (report || tried.length > 1) {
    for (const { host, address, error } of tried) {
      output.note(
        showUntrusted(`${host}${address === undefined ? "" : ` (${address})`}: ${error.message}`, { limit: 1000 }),
      );
    }
  }
  if (error) errorLines("toucan mail", error).forEach((line) => output.note(line));
  for (const { address, accepted, reply } of report?.recipients ?? []) {
    const by = `${report?.server ?? domain}${policy === undefined || policy === "none" ? "" : `, ${policy}`}`;
    output.line(`${accepted ? "accepted" : "refused "}  ${showUntrusted(`${address}  ${reply.text}  [${by}]`)}`);
  }
}
