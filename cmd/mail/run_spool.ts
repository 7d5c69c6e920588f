import { type Call, errorLines, errorRecord, type ExitCode, exitCodeOf, exitCodeOfAll } from "../../lib/cli/mod.ts";
import { showUntrusted, ToucanError } from "../../lib/core/mod.ts";
import {
  type BuiltMail,
  isTemporaryFailure,
  type MailClient,
  type MailSender,
  MailSpool,
  sendOrSpool,
  sendSpooled,
  type SpoolReport,
} from "../../lib/mail/internal.ts";
import type { SEND_RECORDS } from "./records.ts";
import type { sendOptions } from "./send_options.ts";

type SendCall = Call<typeof sendOptions, typeof SEND_RECORDS>;

/** Sends what is in the spool, then messages, which are kept in the spool where they cannot be sent now. */
export async function runSpool(
  call: SendCall,
  sender: MailSender,
  mails: AsyncIterable<BuiltMail | ToucanError> | Iterable<BuiltMail>,
): Promise<ExitCode> {
  const { output, options: { json } } = call;
  const spool = await MailSpool.open(call.options.spool ?? "");
  for (const path of await spool.left()) {
    output.note(
      showUntrusted(`warning: ${path} may have been sent, or is being sent; rename it to .mail to send it again`),
    );
  }
  const codes: ExitCode[] = [];
  const fail = (error: ToucanError) => {
    codes.push(exitCodeOf(error));
    if (json) output.record({ error: errorRecord(error) });
    else errorLines("toucan mail", error).forEach((line) => output.note(line));
  };
  const show = (report: SpoolReport) => {
    codes.push(codeOf(report));
    if (json) output.record(recordOf(report));
    else print(report, output);
  };
  for await (const report of sendSpooled(spool, sender)) show(report);
  for await (const mail of mails) {
    if (mail instanceof ToucanError) {
      fail(mail);
      continue;
    }
    for (const part of sender.split?.(mail) ?? [mail]) {
      try {
        show(await sendOrSpool(part, spool, sender));
      } catch (error) {
        // The other messages are sent, or kept.
        if (!(error instanceof ToucanError) || call.signal.aborted) throw error;
        fail(error);
      }
    }
  }
  return exitCodeOfAll(codes);
}

/** Returns a sender that does not try again, in this run, a server that it could not reach. */
export function tryingOnce(client: MailClient): MailSender {
  return { send: (mail) => client.unreachable ? Promise.reject(client.unreachable) : client.send(mail) };
}

/** Returns the exit code of a message. A message that is kept is not a failure, unless something has to be changed: the next run sends it. */
function codeOf({ state, report, error }: SpoolReport): ExitCode {
  if (error && (state === "uncertain" || !isTemporaryFailure(error))) return exitCodeOf(error);
  const rejected = report?.recipients.some(({ accepted, reply }) => !accepted && reply.code >= 500) ?? false;
  return !rejected ? 0 : (report?.accepted ?? 0) > 0 ? 6 : 1;
}

function recordOf({ messageId, state, report, waiting, path, error }: SpoolReport) {
  return { messageId, state, waiting, recipients: report?.recipients ?? [], path, error: error && errorRecord(error) };
}

function print({ messageId, state, report, waiting, path, error }: SpoolReport, output: SendCall["output"]): void {
  if (error) errorLines("toucan mail", error).forEach((line) => output.note(line));
  for (const { address, accepted, reply } of report?.recipients ?? []) {
    output.line(`${accepted ? "accepted" : "refused "}  ${showUntrusted(`${address}  ${reply.text}`)}`);
  }
  if (state === "kept") output.line(`kept      ${showUntrusted(`${waiting.join(", ")}  ${messageId}`)}`);
  if (path !== undefined) output.note(showUntrusted(`${messageId} may have been sent: ${path}`));
}
