import { assertEquals, assertMatch } from "@std/assert";
import { mailSink, serveNntp } from "../../lib/mail/mod.ts";
import { withFolder } from "../kit/folder.ts";
import { canMakeMachines } from "../kit/machine.ts";
import { peerTest } from "../kit/peer.ts";
import { Terminal } from "../kit/tmux.ts";

/** Mail without Path and Newsgroups, as clients send it. */
const message = (number: number) =>
  `From: Ada <ada@example.com>\r\nTo: bob@example.com\r\nSubject: Marker ${number}\r\nMessage-ID: <${number}@x>\r\n` +
  `Date: Sat, 28 Nov 2026 10:00:0${number} +0000\r\n\r\nText ${number}.\r\n.dot\r\n`;

/** Serves two mails as articles; `commands` are those of the clients. */
async function serving(use: (port: number, commands: readonly string[]) => Promise<void>): Promise<void> {
  await using sink = await mailSink();
  for (const number of [1, 2]) {
    sink.store.add({ from: "ada@example.com", to: ["bob@example.com"] }, [new TextEncoder().encode(message(number))]);
  }
  const commands: string[] = [];
  await using server = serveNntp("127.0.0.1:0", sink.store.account().inbox, {
    trace: ({ direction, text }) => void (direction === "<" && commands.push(text)),
  });
  await use(server.port, commands);
}

/** Newsreaders, and the arguments for a port; their files are in the home folder. */
const READERS: readonly (readonly [program: string, args: (port: number) => readonly string[]])[] = [
  ["tin", (port) => ["-r", "-g", "127.0.0.1", "-p", `${port}`]],
  ["slrn", (port) => ["-n", "-h", "127.0.0.1", "-p", `${port}`, "-f", ".newsrc", "-i", ".slrnrc"]],
];

for (const [program, args] of READERS) {
  peerTest(
    `nntp → ${program}: lists the groups and articles, by one OVER, and shows one`,
    [program, "tmux"],
    () =>
      serving((port, commands) =>
        withFolder(async (home) => {
          await Deno.writeTextFile(`${home}/.newsrc`, "mail.com.example.bob:\n");
          // Without these, tin begins with a page about itself, and waits for a moment.
          await Deno.mkdir(`${home}/.tin`);
          for (const name of ["tinrc", "active.mail"]) await Deno.writeTextFile(`${home}/.tin/${name}`, "");
          await Deno.writeTextFile(`${home}/.slrnrc`, 'set username "bob"\nset hostname "example.com"\n');
          await using terminal = await Terminal.open([program, ...args(port)], { HOME: home, TERM: "screen" }, home);
          await terminal.shows(/2 {2}mail\.com\.example\.bob/);
          await terminal.press("Enter");
          await terminal.shows(/Marker 1[^]*Marker 2/);
          await terminal.press("Enter");
          await terminal.shows(/Text [12]\.\s+\.dot/);
          assertEquals(commands.filter((command) => /^X?OVER \d/.test(command)).length, 1);
          assertEquals(commands.filter((command) => /^(?:HEAD|X?HDR xref)/i.test(command)), []);
        })
      ),
  );
}

/** Runs leafnode's fetchnews, whose paths are fixed, in a mount namespace of its own, and writes what it has fetched. */
const FETCH = `
set -e
mount -t tmpfs none /etc/news
mount -t tmpfs none /var/spool/news
mkdir -p /etc/news/leafnode /var/spool/news/message.id
cd /var/spool/news
mkdir interesting.groups leaf.node failed.postings out.going temp.files
(cd message.id && mkdir $(seq -w 0 999))
touch interesting.groups/mail.com.example.bob
printf 'server = 127.0.0.1\nport = %s\nexpire = 20\nhostname = leaf.toucan-lab.net\n' "$1" > /etc/news/leafnode/config
chown -R news:news /etc/news /var/spool/news
setpriv --reuid=news --regid=news --clear-groups fetchnews -v -n -w >&2
cat mail/com/example/bob/[0-9]*
`;

if (await canMakeMachines()) {
  peerTest(
    "nntp → leafnode: fetchnews fetches what came by mail",
    ["fetchnews", "unshare"],
    () =>
      serving(async (port) => {
        const args = ["--mount", "sh", "-c", FETCH, "sh", `${port}`];
        const { stdout, stderr } = await new Deno.Command("unshare", { args, stdin: "null" }).output();
        const text = new TextDecoder().decode(stdout).replaceAll("\r", "");
        assertMatch(text, /^Newsgroups: mail\.com\.example\.bob$/m, new TextDecoder().decode(stderr));
        assertEquals(
          [...text.match(/^(?:Subject|Text|\.dot).*$/gm) ?? []],
          [1, 2].flatMap((number) => [
            `Subject: Marker ${number}`,
            `Text ${number}.`,
            ".dot",
          ]),
        );
      }),
  );
}
