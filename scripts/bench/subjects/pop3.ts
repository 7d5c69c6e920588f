import { filledMailboxes, MESSAGES } from "../filled_mailboxes.ts";
import { absent, output } from "../processes.ts";
import type { Row, Subject, TimedContender } from "../subject.ts";

const folder = await Deno.makeTempDir();
const stack = new AsyncDisposableStack();

/** Measures how fast mpop fetches a mailbox from the sink and from Dovecot. */
export const subject: Subject = {
  name: "pop3",
  async rows(): Promise<readonly Row[]> {
    const { memory, maildir, dovecot } = await filledMailboxes(folder, stack, absent("mpop"));
    return [
      {
        work: `mpop fetches ${MESSAGES} messages of 4 KiB`,
        asked: "<= 2x dovecot",
        commands: [
          fetches("mail sink --pop3", memory.pop3),
          fetches("mail sink --pop3 --dir", maildir.pop3),
          fetches("dovecot", dovecot.pop3),
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
      for (const part of ["new", "cur", "tmp"]) await Deno.mkdir(`${to}/${part}`, { recursive: true });
      const lines = [
        ...["account default", "host 127.0.0.1", `port ${port}`, "user ada", "password secret", "auth user"],
        ...["tls off", "keep on", "received_header off", `delivery maildir ${to}`, `uidls_file ${to}/uidls`],
      ];
      await Deno.writeTextFile(`${to}/rc`, `${lines.join("\n")}\n`, { mode: 0o600 });
      const start = performance.now();
      const { code, stderr } = await output("mpop", { args: ["-q", "-C", `${to}/rc`] });
      const ms = performance.now() - start;
      if (code !== 0) throw new Error(`mpop ended with ${code}: ${new TextDecoder().decode(stderr)}`);
      const got = [...Deno.readDirSync(`${to}/new`)].length;
      if (got < MESSAGES) throw new Error(`mpop fetched only ${got} messages`);
      await Deno.remove(to, { recursive: true });
      return ms;
    },
  };
}
