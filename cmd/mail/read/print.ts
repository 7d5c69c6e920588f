import { type Call, errorLines, errorRecord, pad, stdoutChunks, terminalSink } from "../../../lib/cli/mod.ts";
import { type ChunkSink, formatSize, showUntrusted } from "../../../lib/core/mod.ts";
import type { ListedMail, ListedNewsgroup, MailContent, MailFailed, MailRead } from "../../../lib/mail/internal.ts";
import type { READ_RECORDS } from "../records.ts";
import type { readOptions } from "./options.ts";

type ReadCall = Pick<Call<typeof readOptions, typeof READ_RECORDS>, "options" | "output">;

/** Columns of a sender on a terminal, and characters of each text of a listing. */
const SENDER_WIDTH = 28;
const MAX_TEXT = 300;

/** A newsgroup in a line: the number of articles that it has at most, its name and description. */
export function groupLine({ name, low, high, description }: ListedNewsgroup): string {
  const count = String(Math.max(0, high - low + 1)).padStart(7);
  return [count, showUntrusted(name, { limit: MAX_TEXT }), showUntrusted(description, { limit: MAX_TEXT })]
    .filter((text) => text !== "").join("  ");
}

/** Prints listed and read messages. */
export class MailPrinter {
  readonly #call: ReadCall;
  readonly #raw?: ChunkSink;
  #printed = 0;

  /** Prints for a call. */
  constructor(call: ReadCall) {
    this.#call = call;
    if (call.options.raw) {
      this.#raw = call.output.terminal ? terminalSink(stdoutChunks()) : stdoutChunks();
    }
  }

  /** Prints a line of the listing. */
  listed(mail: ListedMail, content: MailContent): void {
    const { output, options: { json } } = this.#call;
    if (json) return void output.record(factsRecord(mail, content));
    const date = content.date === undefined ? "" : content.date.replace(/^(\S{10})T(\S{5}).*$/, "$1 $2");
    const from = showUntrusted(senderOf(content.from), { limit: output.terminal ? SENDER_WIDTH - 1 : MAX_TEXT });
    const size = mail.size === undefined ? "" : formatSize(mail.size);
    const cells = [String(mail.number).padStart(4), pad(showUntrusted(date, { limit: 16 }), 16), size.padStart(8)];
    const subject = showUntrusted(content.subject, { limit: MAX_TEXT });
    output.line([...cells, pad(from, SENDER_WIDTH), subject].join("  ").trimEnd());
  }

  /** Prints a message, or where it was saved. */
  async read(read: MailRead): Promise<void> {
    const { output, options: { json } } = this.#call;
    const { mail, bytes, content, saved, files } = read;
    if (json) return void output.record(messageRecord(read));
    if (this.#raw) return await this.#raw.write(bytes);
    if (saved !== undefined || files) {
      const paths = [...(saved === undefined ? [] : [saved]), ...files ?? []];
      for (const path of paths) output.line(`${mail.number}  ${showUntrusted(path, { limit: 1000 })}`);
      if (paths.length === 0) output.note(`message ${mail.number} has no attachments`);
      return;
    }
    if (this.#printed++ > 0) output.line("");
    messageLines(mail, content).forEach((line) => output.line(line));
  }

  /** Prints the reason why a message could not be read. */
  failed({ mail: { number, uid }, error }: MailFailed): void {
    const { output, options: { json } } = this.#call;
    if (json) return void output.record({ number, ...(uid && { uid }), error: errorRecord(error) });
    errorLines("toucan mail", error).forEach((line) => output.note(line));
  }

  /** Ends the output. */
  async end(): Promise<void> {
    await this.#raw?.end();
  }
}

/** A message for people: its header, its text, its attachments. Safe on a terminal. */
function messageLines({ number, flags = [] }: ListedMail, content: MailContent): string[] {
  const { from, to, cc, date = "", subject, text, attachments, problem } = content;
  const fields = {
    Message: String(number),
    From: from,
    To: to,
    Cc: cc,
    Date: date,
    Subject: subject,
    Flags: flags.join(" "),
  };
  const head = Object.entries(fields).filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}: ${showUntrusted(value, { limit: 10_000 })}`);
  const files = attachments.map(({ name, file, type, size }) =>
    `[attachment: ${showUntrusted(name || file, { limit: MAX_TEXT })}, ${showUntrusted(type, { limit: 100 })}, ${
      formatSize(size)
    }]`
  );
  const body = showUntrusted(text.replace(/\r\n/g, "\n"), { keepLines: true }).trimEnd();
  const warning = problem === undefined ? [] : [`[not a valid message: ${problem}]`];
  return [...head, ...warning, "", ...(body === "" ? [] : [body]), ...files];
}

/** The name of a sender, or the address where there is none. */
function senderOf(from: string): string {
  return /^"?([^"<]+?)"? </.exec(from)?.[1] ?? from;
}

function factsRecord({ number, uid, size, flags }: ListedMail, content: MailContent) {
  const { from, to, cc, subject, date, messageId } = content;
  return {
    ...{ number, uid, from, to, cc, subject },
    ...(size !== undefined && { size }),
    ...(flags && { flags }),
    ...(date !== undefined && { date }),
    ...(messageId !== undefined && { messageId }),
  };
}

function messageRecord({ mail, bytes, content, saved, files }: MailRead) {
  const { headers, text, html, attachments, problem } = content;
  return {
    ...factsRecord({ ...mail, size: bytes.length }, content),
    headers: headers.map(({ name, value }) => ({ name, value })),
    text,
    ...(html !== undefined && { html }),
    attachments: attachments.map(({ name, file, type, contentId, size }, i) => ({
      ...{ name, file, type, size },
      ...(contentId !== undefined && { contentId }),
      ...(files?.[i] !== undefined && { path: files[i] }),
    })),
    ...(saved !== undefined && { saved }),
    ...(problem !== undefined && { problem }),
  };
}
