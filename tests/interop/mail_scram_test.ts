import { assertEquals } from "@std/assert";
import { mailSink, serveImap, servePop3 } from "../../lib/mail/mod.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";

const CREDENTIALS = { user: "ada", password: "se cret" };
const MESSAGE = "From: a@x\r\nTo: b@x\r\nSubject: one\r\nMessage-ID: <1@x>\r\n\r\nhello\r\n";

interface Place {
  readonly home: string;
  readonly smtp: number;
  readonly pop3: number;
  readonly imap: number;
}

/** Clients that log in by SCRAM-SHA-256 without TLS, each with its arguments, its configuration, and the command of the exchange. */
const CLIENTS: readonly (readonly [
  program: string,
  args: (place: Place) => readonly string[],
  lines: (place: Place, password: string) => readonly string[],
  begin: string,
])[] = [
  ["msmtp", ({ home }) => ["-C", `${home}/rc`, "b@x"], ({ smtp }, password) => [
    ...["account default", "host 127.0.0.1", `port ${smtp}`, "from a@x", "user ada", `password ${password}`],
    ...["auth scram-sha-256", "tls off"],
  ], "AUTH SCRAM-SHA-256"],
  ["mpop", ({ home }) => ["-C", `${home}/rc`], ({ home, pop3 }, password) => [
    ...["account default", "host 127.0.0.1", `port ${pop3}`, "user ada", `password ${password}`, "auth scram-sha-256"],
    ...["tls off", `delivery maildir ${home}/box`, `uidls_file ${home}/uidls`],
  ], "AUTH SCRAM-SHA-256"],
  ["mbsync", ({ home }) => ["-c", `${home}/rc`, "-a"], ({ home, imap }, password) => [
    ...["IMAPAccount a", "Host 127.0.0.1", `Port ${imap}`, "User ada", `Pass "${password}"`, "SSLType None"],
    ...["AuthMechs SCRAM-SHA-256", "", "IMAPStore far", "Account a", "", "MaildirStore near", `Inbox ${home}/box`],
    ...[`Path ${home}/`, "", "Channel c", "Far :far:", "Near :near:", "Create Near", `SyncState ${home}/`],
  ], "AUTHENTICATE SCRAM-SHA-256"],
];

for (const [program, args, lines, begin] of CLIENTS) {
  peerTest(
    `SCRAM-SHA-256 ← ${program}: logs in, and a wrong password does not`,
    [program],
    () =>
      withFolder(async (home) => {
        const commands: string[] = [];
        await using sink = await mailSink({
          credentials: CREDENTIALS,
          trace: ({ direction, text }) => void (direction === "<" && commands.push(text)),
        });
        sink.store.add({ from: "a@x", to: ["b@x"] }, [new TextEncoder().encode(MESSAGE)]);
        await using pop3 = servePop3("127.0.0.1:0", sink.access);
        await using imap = serveImap("127.0.0.1:0", sink.access);
        const place = { home, smtp: sink.port, pop3: pop3.port, imap: imap.port };
        for (const part of ["", "/new", "/cur", "/tmp"]) await Deno.mkdir(`${home}/box${part}`);
        const run = async (password: string) => {
          const text = lines(place, password).map((line) => `${line}\n`).join("");
          await Deno.writeTextFile(`${home}/rc`, text, { mode: 0o600 });
          const child = new Deno.Command(program, {
            args: [...args(place)],
            env: { HOME: home },
            stdin: "piped",
            stdout: "null",
            stderr: "piped",
          }).spawn();
          const feed = new Blob([MESSAGE]).stream().pipeTo(child.stdin).catch(() => {});
          const { code, stderr } = await child.output();
          await feed;
          return [code === 0, new TextDecoder().decode(stderr)] as const;
        };
        const [failed] = await run("no");
        assertEquals(failed, false);
        assertEquals(await run(CREDENTIALS.password), [true, ""]);
        assertEquals(commands.filter((command) => command.includes(begin)).length, 2);
        const received = [...Deno.readDirSync(`${home}/box/new`)].length;
        assertEquals([received, sink.store.count], program === "msmtp" ? [0, 2] : [1, program === "mpop" ? 0 : 1]);
      }),
  );
}
