import {
  type Call,
  clientTls,
  credentialsOf,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  familyOf,
  proxyOf,
} from "../../../lib/cli/mod.ts";
import { NetworkError, TimeoutError, UsageError } from "../../../lib/core/mod.ts";
import {
  listMails,
  MailReadState,
  type MailSource,
  mailSourceName,
  type MailSourceUrl,
  mailTarget,
  openMailSource,
  parseMailSelection,
  parseMailSourceUrl,
  readMails,
} from "../../../lib/mail/internal.ts";
import type { READ_RECORDS } from "../records.ts";
import type { readOptions } from "./options.ts";
import { MailPrinter } from "./print.ts";

type ReadCall = Call<typeof readOptions, typeof READ_RECORDS>;

/** Lists, shows or saves the messages of a mailbox. */
export async function runRead(call: ReadCall): Promise<ExitCode> {
  const { options, operands: [text = "", ...words], output, signal } = call;
  const url = parseMailSourceUrl(text);
  const selections = words.map(parseMailSelection);
  if (options.new && selections.some(({ kind }) => kind !== "all")) {
    throw new UsageError("--new cannot be combined with the number of a message");
  }
  const { save, attachments, limit, raw } = options;
  const state = options.state === undefined ? undefined : await MailReadState.load(options.state);
  const { source, user } = await openSource(call, url);
  await using _source = source;
  const choice = {
    selections: selections.length > 0 ? selections : undefined,
    unread: state?.of(url.protocol, mailSourceName(url, user)),
    limit,
  };
  const printer = new MailPrinter(call);
  const codes: ExitCode[] = [];
  const removed: number[] = [];
  let failure: unknown;
  try {
    if (selections.length === 0 && save === undefined && attachments === undefined && !raw) {
      return await list(source, choice, printer, call);
    }
    const target = save === undefined ? undefined : mailTarget(save, options.as);
    const how = { ...choice, target, attachments, remove: options.delete, maxSize: options["max-size"] };
    for await (const outcome of readMails(source, how)) {
      if (outcome.error) printer.failed(outcome);
      else await printer.read(outcome);
      if (!outcome.error && outcome.removed) removed.push(outcome.mail.number);
      codes.push(outcome.error ? exitCodeOf(outcome.error) : 0);
    }
    await printer.end();
  } catch (error) {
    failure = error;
  }
  // What was saved is not read again, whatever stopped the rest.
  if (codes.includes(0)) await state?.save();
  const lost = failure instanceof NetworkError || failure instanceof TimeoutError;
  if (lost || signal.aborted) throw failure;
  await source.close();
  if (options.json && removed.length > 0) output.record({ event: "deleted", numbers: removed });
  if (failure !== undefined) throw failure;
  if (codes.length === 0) output.note(options.new ? "no new messages" : "no messages");
  return exitCodeOfAll(codes);
}

async function list(
  source: MailSource,
  choice: Parameters<typeof listMails>[1],
  printer: MailPrinter,
  { options, output }: ReadCall,
): Promise<ExitCode> {
  let count = 0;
  for await (const { mail, content } of listMails(source, choice)) {
    printer.listed(mail, content);
    count++;
  }
  await source.close();
  if (count === 0) output.note(options.new ? "no new messages" : "no messages");
  return 0;
}

async function openSource(
  { options, output, signal, trace }: ReadCall,
  url: MailSourceUrl,
): Promise<{ readonly source: MailSource; readonly user?: string }> {
  if (url.implicitTls && options.tls !== undefined && options.tls !== "implicit") {
    throw new UsageError(`the scheme of the URL requires implicit TLS, not ${options.tls}`);
  }
  const tls = options.tls ?? (url.implicitTls ? "implicit" : "starttls");
  const named = url.user === undefined ? undefined : [url.user, url.password].filter((part) => part !== undefined);
  const who = await credentialsOf({ ...options, user: options.user ?? named?.join(":") });
  const trust = await clientTls({ ...options, tls: tls !== "none" }, output, "omit --tls none");
  const source = await openMailSource(url, {
    ...{ tls, trust, signal, trace, proxy: proxyOf(options, url.address), family: familyOf(options) },
    timeout: options.timeout,
    connectTimeout: options["connect-timeout"],
    auth: who && { user: who.user, secret: who.password, withoutTls: options["auth-without-tls"] },
  });
  return { source, user: who?.user };
}
