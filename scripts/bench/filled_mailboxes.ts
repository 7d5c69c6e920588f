import { startDovecot } from "../../tests/kit/dovecot.ts";
import { freePort } from "../../tests/kit/port.ts";
import { RawImap } from "../../tests/kit/raw_imap.ts";
import { executablePath } from "../build/compile_tool.ts";
import { ROOT } from "../root.ts";
import { absent, serve } from "./processes.ts";

/** Number of messages in a mailbox. */
export const MESSAGES = 10_000;
const BODY = `${"x".repeat(70)}\r\n`.repeat(50);
const tool = ROOT + executablePath("mail");

/** Ports of a server with a mailbox; or the reason why it does not run here. */
export interface FilledMailbox {
  /** IMAP. */
  readonly imap: number | string;
  /** POP3. */
  readonly pop3: number | string;
}

/** Servers that have the same messages. */
export interface FilledMailboxes {
  /** A sink that has them in memory. */
  readonly memory: FilledMailbox;
  /** A sink that has them in a maildir. */
  readonly maildir: FilledMailbox;
  /** Dovecot. */
  readonly dovecot: FilledMailbox;
}

/** Starts the servers, and fills them; `missing` is the reason why their client does not run here. */
export async function filledMailboxes(
  folder: string,
  stack: AsyncDisposableStack,
  missing: string | undefined,
): Promise<FilledMailboxes> {
  const ours = missing ?? absent(tool);
  const theirs = missing ?? absent("dovecot");
  return {
    memory: ours === undefined ? await memorySink() : { imap: ours, pop3: ours },
    maildir: ours === undefined ? await maildirSink(`${folder}/Maildir`) : { imap: ours, pop3: ours },
    dovecot: theirs === undefined ? await filledDovecot(stack) : { imap: theirs, pop3: theirs },
  };
}

/** Returns a message of about 4 KiB. */
function message(number: number): string {
  const lines = [
    ...["From: Ada <ada@example.com>", "To: bob@example.com", `Subject: Message ${number}`],
    ...[`Message-ID: <${number}@example.com>`, "Date: Mon, 2 Feb 2026 10:00:00 +0000", "", BODY],
  ];
  return lines.join("\r\n");
}

async function sink(...words: readonly string[]): Promise<FilledMailbox> {
  const pop3 = freePort();
  const imap = await serve(tool, (port) => {
    const ports = ["--port", "0", "--smtp-only", "--imap", `${port}`, "--pop3", `${pop3}`];
    return ["sink", ...ports, ...words];
  });
  return { imap, pop3: typeof imap === "string" ? imap : pop3 };
}

async function memorySink(): Promise<FilledMailbox> {
  const ports = await sink();
  if (typeof ports.imap === "string") return ports;
  using client = await RawImap.login(ports.imap);
  for (let number = 0; number < MESSAGES; number++) await client.append("INBOX", message(number));
  return ports;
}

async function maildirSink(path: string): Promise<FilledMailbox> {
  for (const part of ["cur", "new", "tmp"]) await Deno.mkdir(`${path}/${part}`, { recursive: true });
  for (let number = 0; number < MESSAGES; number++) {
    await Deno.writeTextFile(`${path}/cur/${1770000000 + number}.M${number}.bench:2,`, message(number));
  }
  return await sink("--dir", path);
}

async function filledDovecot(stack: AsyncDisposableStack): Promise<FilledMailbox> {
  const dovecot = stack.use(await startDovecot());
  for (let number = 0; number < MESSAGES; number++) await dovecot.deliver(message(number));
  return { imap: dovecot.ports.imap, pop3: dovecot.ports.pop3 };
}
