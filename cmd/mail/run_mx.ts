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
import { showUntrusted, ToucanError, UsageError } from "../../lib/core/mod.ts";
import {
  type BuiltMail,
  deliverMail,
  type DeliverOptions,
  type DomainReport,
  MxSender,
} from "../../lib/mail/internal.ts";
import { dsnOf } from "./dsn.ts";
import type { SEND_RECORDS } from "./records.ts";
import type { sendOptions } from "./send_options.ts";

type SendCall = Call<typeof sendOptions, typeof SEND_RECORDS>;

/** Port of mail servers, for the rules about proxies. */
const SMTP_PORT = 25;

/** Delivers messages to the mail servers of their recipients. */
export async function runMx(
  call: SendCall,
  mails: AsyncIterable<BuiltMail | ToucanError> | Iterable<BuiltMail>,
): Promise<ExitCode> {
  const { options: { json }, output } = call;
  const options = await deliverOptionsOf(call);
  const codes: ExitCode[] = [];
  for await (const mail of mails) {
    if (mail instanceof ToucanError) {
      codes.push(exitCodeOf(mail));
      if (json) output.record({ error: errorRecord(mail) });
      else errorLines("toucan mail", mail).forEach((line) => output.note(line));
      continue;
    }
    for await (const result of deliverMail(mail, options)) {
      codes.push(codeOf(result));
      if (json) output.record(recordOf(result));
      else printResult(result, output);
    }
  }
  return exitCodeOfAll(codes);
}

/** Returns a sender that delivers what is in a spool to the mail servers of the recipients. */
export async function mxSenderOf(call: SendCall): Promise<MxSender> {
  return new MxSender(await deliverOptionsOf(call), (result) => printNotes(result, call.output));
}

/** Returns the options of a direct delivery. */
async function deliverOptionsOf({ options, output, signal, trace }: SendCall): Promise<DeliverOptions> {
  const { helo, timeout, chunking, "mx-port": port, "name-server": servers } = options;
  if (options.tls !== undefined && options.tls !== "starttls" && options.tls !== "opportunistic") {
    throw new UsageError(`--mx cannot be combined with --tls ${options.tls}`);
  }
  const unfit = (["pin", "insecure", "sni", "cert"] as const).find((name) =>
    options[name] !== undefined && options[name] !== false
  );
  if (unfit) throw new UsageError(`--${unfit} cannot be combined with --mx: each mail server has its own certificate`);
  const trust = await clientTls({ ...options, tls: true }, output, "");
  return {
    ...{ helo, timeout, chunking, signal, trace, dsn: dsnOf(options), family: familyOf(options) },
    connectTimeout: options["connect-timeout"],
    port: port ?? SMTP_PORT,
    dns: servers.length > 0 ? { servers } : undefined,
    caCerts: trust?.caCerts,
    requireTls: options.tls === "starttls",
    proxy: proxyOf(options, { transport: "ip", host: "", port: SMTP_PORT }),
  };
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

function printResult(result: DomainReport, output: SendCall["output"]): void {
  const { domain, report, policy, error } = result;
  printNotes(result, output);
  if (error) errorLines("toucan mail", error).forEach((line) => output.note(line));
  for (const { address, accepted, reply } of report?.recipients ?? []) {
    const by = `${report?.server ?? domain}${policy === undefined || policy === "none" ? "" : `, ${policy}`}`;
    output.line(`${accepted ? "accepted" : "refused "}  ${showUntrusted(`${address}  ${reply.text}  [${by}]`)}`);
  }
}

/** Prints findings, and why servers were skipped. */
function printNotes({ report, notes, tried }: DomainReport, output: SendCall["output"]): void {
  for (const note of notes) output.note(showUntrusted(note, { limit: 1000 }));
  if (report || tried.length > 1) {
    for (const { host, address, error } of tried) {
      output.note(
        showUntrusted(`${host}${address === undefined ? "" : ` (${address})`}: ${error.message}`, { limit: 1000 }),
      );
    }
  }
}
