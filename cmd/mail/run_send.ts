import {
  announceStdin,
  type Call,
  clientTls,
  copiedStdinChunks,
  type credentialsOf,
  errorLines,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  familyOf,
  inputs,
  proxyOf,
  releasePaths,
  stdoutChunks,
  terminalSink,
} from "../../lib/cli/mod.ts";
import { pathsOfSavedFile, showUntrusted, ToucanError, UsageError } from "../../lib/core/mod.ts";
import {
  AUTH_MECHANISMS,
  buildMail,
  type BuiltMail,
  type DkimKey,
  dkimKey,
  headerRecord,
  MailClient,
  type MailMessage,
  mailsFromLines,
  parseMailServer,
  readMessageFile,
  readText,
  readyMail,
  saveMail,
  sendAll,
  signMail,
  splitHeader,
  writeMail,
} from "../../lib/mail/internal.ts";
import { dsnOf } from "./dsn.ts";
import { withAccount } from "./account.ts";
import { mxSenderOf, runMx } from "./run_mx.ts";
import { runSpool, tryingOnce } from "./run_spool.ts";
import { runPost } from "./run_post.ts";
import type { SEND_RECORDS } from "./records.ts";
import type { sendOptions } from "./send_options.ts";

type SendCall = Call<typeof sendOptions, typeof SEND_RECORDS>;

/** Sends the message of the options, or the messages on stdin. */
export async function runSend(given: SendCall): Promise<ExitCode | void> {
  const { call, who: credentials } = await withAccount(given);
  const { options, output } = call;
  const { batch, eml, json } = options;
  if (options.newsgroup.length === 0 && /^nntps?:/i.test(options.server?.text ?? "")) {
    throw new UsageError("a news server requires --newsgroup", {
      hint: "post with --newsgroup GROUP, or send with --server smtp://HOST",
    });
  }
  // The password prompt reads stdin before the body does.
  const who = options["dry-run"] || options.mx ? undefined : await credentials();
  if (options.flush) return await spool(call, who, []);
  const ready = await readyOf(call);
  const message = ready ? {} : await messageOf(call);
  const keys = await dkimKeysOf(call);
  const built = ready ?? (batch ? undefined : await buildMail({ ...message, from: message.from ?? "" }));
  const mail = built && await signMail(built, keys);
  if (mail && eml !== undefined) {
    await saveMail(mail, eml, { signal: call.signal });
    releasePaths(...pathsOfSavedFile(eml));
  }
  if (mail && options["dry-run"]) {
    const { messageId, from, to, size } = mail;
    if (json) return output.record({ messageId, from, to, size });
    return await writeMail(mail, output.terminal ? terminalSink(stdoutChunks()) : stdoutChunks());
  }
  if (mail && options.newsgroup.length > 0) return await runPost(call, mail, who);
  if (batch) announceStdin(output, "messages, one JSON object per line,");
  const lines = () => mailsFromLines(inputs(["-"], "JSON"), message);
  if (options.spool !== undefined) return await spool(call, who, mail ? [mail] : builtMails(lines(), keys));
  if (options.mx) return await runMx(call, mail ? [mail] : builtMails(lines(), keys));
  await using client = await clientOf(call, who);
  const codes: ExitCode[] = [];
  const messages = mail ? only(mail) : keys.length > 0 ? builtMails(lines(), keys) : lines();
  for await (const { report, error } of sendAll(client, messages)) {
    if (error && mail) throw error;
    if (error && json) output.record({ error: errorRecord(error) });
    else if (error) errorLines("toucan mail", error).forEach((line) => output.note(line));
    else if (json) output.record(report);
    else {for (const { address, accepted, reply } of report.recipients) {
        output.line(`${accepted ? "accepted" : "refused "}  ${showUntrusted(`${address}  ${reply.text}`)}`);
      }}
    const accepted = report?.accepted ?? 0;
    codes.push(error ? exitCodeOf(error) : accepted === report?.recipients.length ? 0 : accepted > 0 ? 6 : 1);
  }
  return exitCodeOfAll(codes);
}

/** Returns the keys of --dkim-key. */
async function dkimKeysOf({ options }: Call<typeof sendOptions>): Promise<DkimKey[]> {
  const { "dkim-key": paths, "dkim-selector": selectors, "dkim-domain": domain } = options;
  if (paths.length !== selectors.length) {
    throw new UsageError(`${paths.length} keys and ${selectors.length} selectors are given`, {
      hint: "specify one --dkim-selector for each --dkim-key, in the same order",
    });
  }
  const keys: DkimKey[] = [];
  for (const [i, path] of paths.entries()) {
    keys.push(await dkimKey(new TextDecoder().decode(await readMessageFile(path)), selectors[i] ?? "", domain));
    releasePaths(path);
  }
  return keys;
}

/** Builds messages, and signs them where there are keys; a message that cannot be is an error in its place. */
async function* builtMails(
  messages: AsyncIterable<MailMessage | ToucanError>,
  keys: readonly DkimKey[],
): AsyncGenerator<BuiltMail | ToucanError> {
  for await (const message of messages) {
    if (message instanceof ToucanError) yield message;
    else {
      yield await buildMail(message).then((mail) => signMail(mail, keys)).catch((error: unknown) => {
        if (error instanceof ToucanError) return error;
        throw error;
      });
    }
  }
}

async function* only(mail: BuiltMail): AsyncGenerator<BuiltMail> {
  yield await Promise.resolve(mail);
}

/** Sends what is in the spool, then these messages. */
async function spool(
  call: SendCall,
  who: Awaited<ReturnType<typeof credentialsOf>>,
  mails: Parameters<typeof runSpool>[2],
): Promise<ExitCode> {
  if (call.options.mx) return await runSpool(call, await mxSenderOf(call), mails);
  await using client = await clientOf(call, who);
  return await runSpool(call, tryingOnce(client), mails);
}

/** Returns the message of --eml-in; undefined without that option. */
async function readyOf({ options }: Call<typeof sendOptions>): Promise<BuiltMail | undefined> {
  const { from, to, cc, bcc, "eml-in": file, "envelope-from": envelopeFrom } = options;
  if (file === undefined) return undefined;
  const recipients = [...to, ...cc, ...bcc];
  const source = await readMessageFile(file);
  releasePaths(file);
  return readyMail(source, { from: envelopeFrom ?? from, to: recipients.length > 0 ? recipients : undefined });
}

/** Returns the message of the options; without --text and --html the body is read from stdin. */
async function messageOf({ options, output }: Call<typeof sendOptions>): Promise<Partial<MailMessage>> {
  const { from, to, cc, bcc, subject, text, html, batch, "reply-to": replyTo, attach, header } = options;
  if (!batch && from === undefined) {
    throw new UsageError("option --from is missing", { hint: "set the sender with --from" });
  }
  const piped = !batch && text === undefined && html === undefined;
  if (piped) announceStdin(output, "the message body");
  const body = piped ? await readText(copiedStdinChunks()) : text;
  const headers = headerRecord(header.map(splitHeader));
  const attachments = attach.map((path) => ({ path }));
  const inReplyTo = options["in-reply-to"];
  return {
    ...{ from, to, cc, bcc, newsgroups: options.newsgroup, replyTo, subject, text: body, html, headers, attachments },
    ...{ inReplyTo, references: inReplyTo, sender: options.sender, date: options.date },
    ...{ messageId: options["message-id"], envelopeFrom: options["envelope-from"] },
  };
}

async function clientOf(
  { options, output, signal, trace }: Call<typeof sendOptions>,
  who: Awaited<ReturnType<typeof credentialsOf>>,
): Promise<MailClient> {
  const { server, helo, timeout, auth, "auth-without-tls": withoutTls } = options;
  if (server === undefined) {
    throw new UsageError("option --server is missing", { hint: "nothing is sent with --dry-run" });
  }
  const { address: at, implicitTls } = parseMailServer(server.text, options.tls);
  const tls = options.tls ?? (implicitTls ? "implicit" : "starttls");
  const trust = await clientTls({ ...options, tls: tls !== "none" }, output, "omit --tls none");
  return new MailClient(at, {
    dsn: dsnOf(options),
    chunking: options.chunking,
    connectTimeout: options["connect-timeout"],
    ...{ tls, trust, helo, timeout, signal, trace, proxy: proxyOf(options, at), family: familyOf(options) },
    auth: who && {
      user: who.user,
      secret: who.password,
      mechanism: AUTH_MECHANISMS.find((name) => name.toLowerCase() === auth),
      withoutTls,
    },
  });
}
