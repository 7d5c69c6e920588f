import { type Call, type ExitCode, exitCodeOf, exitCodeOfAll } from "../../../lib/cli/mod.ts";
import { NetworkError, TimeoutError, UsageError } from "../../../lib/core/mod.ts";
import {
  listArrivals,
  listMails,
  type MailReadOutcome,
  MailReadState,
  type MailSource,
  mailTarget,
  parseMailSelection,
  readArrivals,
  readMails,
  type ReadMailsOptions,
} from "../../../lib/mail/internal.ts";
import type { READ_RECORDS } from "../records.ts";
import type { readOptions } from "./options.ts";
import { groupLine, MailPrinter } from "./print.ts";
import { openSource, urlOf } from "./source.ts";

type ReadCall = Call<typeof readOptions, typeof READ_RECORDS>;

/** Lists, shows or saves the messages of a mailbox. */
export async function runRead(call: ReadCall): Promise<ExitCode> {
  const { options, operands: [_, ...words], output, signal } = call;
  const url = urlOf(call);
  const selections = words.map(parseMailSelection);
  if ((options.new || options.idle) && selections.some(({ kind }) => kind !== "all")) {
    throw new UsageError(`${options.new ? "--new" : "--idle"} cannot be combined with the number of a message`);
  }
  const { save, attachments, limit, raw, search } = options;
  const listed = selections.length === 0 && save === undefined && attachments === undefined && !raw;
  if (listed && options["mark-seen"]) {
    throw new UsageError("--mark-seen requires messages that are shown or saved", { hint: "name them, such as all" });
  }
  const state = options.state === undefined ? undefined : await MailReadState.load(options.state);
  const { source, name } = await openSource(call, url);
  await using _source = source;
  if (url.path === "" && source.newsgroups && selections.length === 0) return await listGroups(source, call);
  const choice = {
    selections: selections.length > 0 ? selections : undefined,
    unread: state?.of(url.protocol, name),
    limit,
    filter: search === undefined ? undefined : { search },
  };
  const printer = new MailPrinter(call);
  const codes: ExitCode[] = [];
  const removed: number[] = [];
  let failure: unknown;
  try {
    if (listed) return await list(source, choice, printer, call);
    const target = save === undefined ? undefined : mailTarget(save, options.as);
    const how = {
      ...{ ...choice, target, attachments, remove: options.delete, maxSize: options["max-size"] },
      markSeen: options["mark-seen"],
    };
    for await (const outcome of outcomes(source, how, call)) {
      if (outcome.error) printer.failed(outcome);
      else await printer.read(outcome);
      if (!outcome.error && outcome.removed) removed.push(outcome.mail.number);
      codes.push(outcome.error ? exitCodeOf(outcome.error) : 0);
      // Nothing says when this ends.
      if (options.idle && !outcome.error) await state?.save();
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

/** Messages that are there, then with `--idle` those that arrive. */
async function* outcomes(
  source: MailSource,
  how: ReadMailsOptions,
  { options, signal }: ReadCall,
): AsyncGenerator<MailReadOutcome> {
  if (!options.idle) return yield* readMails(source, how);
  const { count = Infinity } = options;
  let done = 0;
  // Without --new, only what arrives is of interest.
  if (options.new) {
    for await (const outcome of readMails(source, how)) {
      yield outcome;
      if (++done >= count) return;
    }
  }
  for await (const outcome of readArrivals(source, signal, how)) {
    yield outcome;
    if (++done >= count) return;
  }
  signal.throwIfAborted();
}

/** Lists the newsgroups of a server. */
async function listGroups(source: MailSource, { options, output }: ReadCall): Promise<ExitCode> {
  if (options.new || options.save !== undefined || options.attachments !== undefined) {
    throw new UsageError("the URL has no newsgroup", { hint: "use nntp://HOST/GROUP" });
  }
  const groups = await source.newsgroups?.() ?? [];
  await source.close();
  for (const { name, low, high, status, description } of groups.slice(0, options.limit)) {
    if (options.json) output.record({ newsgroup: name, low, high, status, description });
    else output.line(groupLine({ name, low, high, status, description }));
  }
  if (groups.length === 0) output.note("no newsgroups");
  return 0;
}

async function list(
  source: MailSource,
  choice: Parameters<typeof listMails>[1],
  printer: MailPrinter,
  { options, output, signal }: ReadCall,
): Promise<ExitCode> {
  let count = 0;
  if (!options.idle || options.new) {
    for await (const { mail, content } of listMails(source, choice)) {
      printer.listed(mail, content);
      count++;
      if (options.idle && count === options.count) break;
    }
  }
  if (options.idle && count !== options.count) {
    for await (const { mail, content } of listArrivals(source, signal, options.search)) {
      printer.listed(mail, content);
      if (++count === options.count) break;
    }
    signal.throwIfAborted();
  }
  await source.close();
  if (count === 0) output.note(options.new ? "no new messages" : "no messages");
  return 0;
}
