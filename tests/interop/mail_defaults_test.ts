import { assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { startTool } from "../kit/tool.ts";

const SMTPLIB = `
import smtplib, sys
from email.message import EmailMessage
m = EmailMessage(); m['Subject'] = 'smtplib'; m['From'] = 'ada@example.com'; m['To'] = 'bob@example.com'; m.set_content('hello')
s = smtplib.SMTP('127.0.0.1', int(sys.argv[1])); s.send_message(m); s.quit()
`;
const SOURCE = "From: ada@example.com\r\nTo: bob@example.com\r\nSubject: $\r\n\r\nhello\r\n";

/** Clients with the settings that they come with: no TLS, no trust and no user is configured. */
const CLIENTS: readonly {
  readonly program: string;
  readonly args: (port: string) => readonly string[];
  readonly stdin?: string;
}[] = [
  {
    program: "curl",
    args: (port) => {
      const envelope = ["--mail-from", "ada@example.com", "--mail-rcpt", "bob@example.com"];
      return ["-sS", `smtp://127.0.0.1:${port}`, ...envelope, "-T", "-"];
    },
    // As a file has it: curl sends the lines as they are.
    stdin: SOURCE.replaceAll("\r\n", "\n"),
  },
  {
    program: "msmtp",
    args: (port) => ["--host=127.0.0.1", `--port=${port}`, "--from=ada@example.com", "bob@example.com"],
    stdin: SOURCE,
  },
  { program: "python3", args: (port) => ["-c", SMTPLIB, port] },
  {
    program: "s-nail",
    args: (port) => {
      const settings = ["-S", `mta=smtp://127.0.0.1:${port}`];
      return [...settings, "-r", "ada@example.com", "-s", "s-nail", "bob@example.com"];
    },
    stdin: "hello\n",
  },
  {
    program: "swaks",
    args: (port) => {
      const envelope = ["--from", "ada@example.com", "--to", "bob@example.com"];
      return ["--server", `127.0.0.1:${port}`, ...envelope, "--header", "Subject: swaks"];
    },
  },
];

for (const { program, args, stdin = "" } of CLIENTS) {
  peerTest(`mail sink ← ${program} with default settings: delivered`, [program], () =>
    withFolder(async (home) => {
      await using tool = await startTool("mail", ["sink", "--port", "0", "--web", "0"]);
      const [, port = ""] = await tool.stderrMatch(/listening on smtp:\/\/127\.0\.0\.1:(\d+)\n/);
      const [, url = ""] = await tool.stderrMatch(/listening on (http:\S+)\n/);
      const child = new Deno.Command(program, {
        args: [...args(port)],
        env: { HOME: home },
        cwd: home,
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const fed = new Blob([stdin.replace("$", program)]).stream().pipeTo(child.stdin).catch(() => {});
      const { code, stderr } = await child.output();
      await fed;
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      const response = await fetch(`${url}api/messages?wait=10s`);
      const { messages: [mail] }: { messages: { from: string; to: string[]; subject: string }[] } = await response
        .json();
      assertEquals([mail?.from, mail?.to], ["ada@example.com", ["bob@example.com"]]);
      assertMatch(mail?.subject ?? "", new RegExp(program === "python3" ? "smtplib" : program));
    }));
}
