import { type Call, errorLines, errorRecord, type ExitCode, exitCodeOf, exitCodeOfAll } from "../../lib/cli/mod.ts";
import { showUntrusted } from "../../lib/core/mod.ts";
import {
  type BuiltMail,
  type MailClient,
  MailSpool,
  sendOrSpool,
  sendSpooled,
  type SpoolReport,
} from "../../lib/mail/internal.ts";
import type { SEND_RECORDS } from "./records.ts";
import type { sendOptions } from "./send_options.ts";

type SendCall = Call<typeof sendOptions, typeof SEND_RECORDS>;

/** Sends what is in the spool, then a message, which is kept in the spool where it cannot be sent now. */
export async function runSpool(call: SendCall, client: MailClient, mail: BuiltMail | undefined): Promise<ExitCode> {
  await using _ = client;
  const spool = await MailSpool.open(call.options.spool ?? "");
  for (const path of await spool.left()) {
    call.output.note(
      showUntrusted(`warning: ${path} may have been sent, or is being sent; rename it to .mail to send it again`),
    );
  }
  const codes: ExitCode[] = [];
  const show = (report: SpoolReport) => {
    codes.push(codeOf(report));
    if (call.options.json) call.output.record(recordOf(report));
    else print(report, call.output);
  };
  for await (const report of sendSpooled(spool, client)) show(report);
  if (mail) show(await sendOrSpool(mail, spool, client));
  return exitCodeOfAll(codes);
}

/** Returns the exit code of a message. A message that is kept is not a failure: the next run sends it. */
function codeOf({ state, report, error }: SpoolReport): ExitCode {
  if (state === "uncertain" && error) return exitCodeOf(error);
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
