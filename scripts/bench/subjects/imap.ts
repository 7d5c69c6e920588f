import { startDovecot } from "../../../tests/kit/dovecot.ts";
import { RawImap } from "../../../tests/kit/raw_imap.ts";
import { executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { absent, output, serve } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const tool = ROOT + executablePath("mail");
const folder = await Deno.makeTempDir();
const stack = new AsyncDisposableStack();

/** Number of messages, and the size of each. */
const MESSAGES = 10_000;
const BODY = `${"x".repeat(70)}\r\n`.repeat(50);

/** Returns a message. */
function message(number: number): string {
  const lines = [
    ...["From: Ada <ada@example.com>", "To: bob@example.com", `Subject: Message ${number}`],
    ...[`Message-ID: <${number}@example.com>`, "Date: Mon, 2 Feb 2026 10:00:00 +0000", "", BODY],
  ];
  return lines.join("\r\n");
}

/** Measures how fast mbsync fetches a mailbox from the sink and from Dovecot. */
export const subject: Subject = {
  name: "imap",
  async rows(): Promise<readonly Row[]> {
    const missing = absent(tool) ?? absent("mbsync");
    const memory = missing ?? await sink();
    const maildir = missing ?? await sink("--dir", `${folder}/Maildir`);
    const dovecot = absent("dovecot") ?? absent("mbsync") ?? await filledDovecot();
    return [
      {
        work: `mbsync fetches ${MESSAGES} messages of 4 KiB`,
        asked: "<= 2x dovecot",
        commands: [
          fetches("mail sink --imap", memory),
          fetches("mail sink --imap --dir", maildir),
          fetches("dovecot", dovecot),
        ],
      },
    ];
  },
  async [Symbol.asyncDispose]() {
    await stack.disposeAsync();
    await Deno.remove(folder, { recursive: true });
  },
};

/** Starts a sink with the messages. */
async function sink(...words: readonly string[]): Promise<number | string> {
  if (words.length > 0) await writeMaildir(`${folder}/Maildir`);
  const port = await serve(tool, (port) => ["sink", "--port", "0", "--smtp-only", "--imap", `${port}`, ...words]);
  if (typeof port === "number" && words.length === 0) await fill(port);
  return port;
}

async function filledDovecot(): Promise<number> {
  const dovecot = stack.use(await startDovecot());
  for (let number = 0; number < MESSAGES; number++) await dovecot.deliver(message(number));
  return dovecot.ports.imap;
}

async function writeMaildir(path: string): Promise<void> {
  for (const part of ["cur", "new", "tmp"]) await Deno.mkdir(`${path}/${part}`, { recursive: true });
  for (let number = 0; number < MESSAGES; number++) {
    await Deno.writeTextFile(`${path}/cur/${1770000000 + number}.M${number}.bench:2,`, message(number));
  }
}

/** Adds the messages by APPEND. */
async function fill(port: number): Promise<void> {
  using client = await RawImap.login(port);
  for (let number = 0; number < MESSAGES; number++) await client.append("INBOX", message(number));
}

/** Fetches the mailbox into a new maildir. */
function fetches(name: string, port: number | string): TimedContender {
  let count = 0;
  return {
    name,
    missing: typeof port === "string" ? port : undefined,
    async run() {
      const to = `${folder}/${name.replaceAll(" ", "")}${count++}`;
      await Deno.mkdir(to);
      const lines = [
        ...[
          "FSync no",
          "",
          "IMAPAccount a",
          "Host 127.0.0.1",
          `Port ${port}`,
          "User ada",
          "Pass secret",
          "SSLType None",
          "AuthMechs LOGIN",
        ],
        ...["", "IMAPStore far", "Account a", "", "MaildirStore near", `Path ${to}/`, `Inbox ${to}/INBOX`, ""],
        ...["Channel c", "Far :far:INBOX", "Near :near:INBOX", "Create Near", "Sync Pull", `SyncState ${to}/`],
      ];
      await Deno.writeTextFile(`${to}/rc`, `${lines.join("\n")}\n`);
      const start = performance.now();
      const { code, stderr } = await output("mbsync", { args: ["-q", "-c", `${to}/rc`, "c"], env: { HOME: to } });
      const ms = performance.now() - start;
      if (code !== 0) throw new Error(`mbsync ended with ${code}: ${new TextDecoder().decode(stderr)}`);
      const { stdout } = await output("sh", { args: ["-c", `ls ${to}/INBOX/new ${to}/INBOX/cur | wc -l`] });
      if (Number(new TextDecoder().decode(stdout)) < MESSAGES) throw new Error("mbsync did not fetch all messages");
      await Deno.remove(to, { recursive: true });
      return ms;
    },
  };
}
