import { absent, output } from "../processes.ts";
import { filledMailboxes, MESSAGES } from "../filled_mailboxes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const folder = await Deno.makeTempDir();
const stack = new AsyncDisposableStack();

/** Measures how fast mbsync fetches a mailbox from the sink and from Dovecot. */
export const subject: Subject = {
  name: "imap",
  async rows(): Promise<readonly Row[]> {
    const missing = absent("mbsync");
    const { memory, maildir, dovecot } = await filledMailboxes(folder, stack, missing);
    return [
      {
        work: `mbsync fetches ${MESSAGES} messages of 4 KiB`,
        asked: "<= 2x dovecot",
        commands: [
          fetches("mail sink --imap", memory.imap),
          fetches("mail sink --imap --dir", maildir.imap),
          fetches("dovecot", dovecot.imap),
        ],
      },
    ];
  },
  async [Symbol.asyncDispose]() {
    await stack.disposeAsync();
    await Deno.remove(folder, { recursive: true });
  },
};

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
