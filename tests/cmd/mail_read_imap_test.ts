import { assert, assertEquals, assertMatch } from "@std/assert";
import { formatAddress } from "../../lib/core/mod.ts";
import { withFolder } from "../kit/folder.ts";
import { type ImapScript, scriptedImap } from "../kit/scripted_imap.ts";
import { runTool, startTool } from "../kit/tool.ts";

const SECRET = { env: { TOUCAN_PASSWORD: "s3cret" } };
const PLAIN = ["--tls", "none", "--auth-without-tls"];

/** Runs `mail read` on a scripted server. */
async function read(script: ImapScript, words: readonly string[], path = "", cwd?: string) {
  await using server = scriptedImap(script);
  const url = `imap://ada@${formatAddress(server.address)}${path}`;
  const result = await runTool("mail", ["read", url, ...PLAIN, ...words], { ...SECRET, cwd });
  return { ...result, lines: server.lines };
}

Deno.test("mail read imap: the options of folders are those of IMAP, and fit together", async () => {
  const table: readonly (readonly [url: string, words: readonly string[], error: RegExp])[] = [
    ["pop3://h", ["--folder", "a"], /--folder requires a URL of imap, not of pop3/],
    ["pop3s://h", ["--search", "ALL"], /--search requires a URL of imap, not of pop3/],
    ["pop3://h", ["--idle"], /--idle requires a URL of imap/],
    ["pop3://h", ["1", "--mark-seen"], /--mark-seen requires a URL of imap/],
    ["imap://h/a", ["--folder", "b"], /the URL has another folder than --folder/],
    ["imap://h", ["--count", "2"], /--count requires --idle/],
    ["imap://h", ["3", "--idle"], /--idle cannot be combined with the number of a message/],
    ["imap://h", ["all", "--save", "x/", "--delete", "--mark-seen"], /--mark-seen|--delete/],
    ["imap://h/a?b", [], /invalid URL/],
    ["imap://h/%0d", [], /control characters/],
    ["imaps://h", ["--tls", "starttls"], /requires implicit TLS/],
    ["imap://127.0.0.1:1", [], /requires a user name\nhint: specify the user/],
  ];
  for (const [url, words, error] of table) {
    const { code, stderr } = await runTool("mail", ["read", url, ...words], SECRET);
    assertEquals(code, 2, stderr);
    assertMatch(stderr, error);
  }
});

Deno.test("mail read imap: the folder is that of --folder or the URL, and is changed only when it has to be", async () => {
  const opened = async (words: readonly string[], path = "") =>
    (await read({}, words, path)).lines.filter((line) => /^(?:SELECT|EXAMINE)/.test(line));
  assertEquals(await opened([]), ['EXAMINE "INBOX"']);
  assertEquals(await opened([], "/Archive/2026"), ['EXAMINE "Archive/2026"']);
  assertEquals(await opened([], "/Entw%C3%BCrfe"), ['EXAMINE "Entw&APw-rfe"']);
  assertEquals(await opened(["--folder", 'a "b"']), ['EXAMINE "a \\"b\\""']);
  assertEquals(await opened(["7", "--mark-seen"]), ['SELECT "INBOX"']);
});

Deno.test("mail read imap: texts of a server reach the terminal escaped, also its refusals", async () => {
  const mail = "Subject: \x1b]0;title\x07x\r\nFrom: \x1b[31m@example.com\r\n\r\n\x1b[2Jhello\r\n";
  for (const words of [[], ["7"], ["7", "--json"]]) {
    const { code, stdout } = await read({ mails: { 7: mail } }, words);
    assertEquals(code, 0);
    assert(!stdout.includes("\x1b"), stdout);
  }
  const refused = await read({ changes: { EXAMINE: "TAG NO \x1b[2Jnot here\r\n" } }, []);
  assertEquals(refused.code, 1);
  assertMatch(
    refused.stderr,
    /rejected folder INBOX: \\x1b\[2Jnot here\nhint: folders of the server: INBOX, Entwürfe\n/,
  );
});

Deno.test("mail read imap: a message is deleted only once it is saved, and marked only when asked", async () => {
  await withFolder(async (folder) => {
    const kept = await read({}, ["all", "--save", "mail/"], "", folder);
    assertEquals(kept.code, 0, kept.stderr);
    assert(!kept.lines.some((line) => /STORE|EXPUNGE/.test(line)));
    await Deno.writeTextFile(`${folder}/file`, "");
    const failed = await read({}, ["7", "--save", "file/x.eml", "--delete"], "", folder);
    assertEquals(failed.code, 5, failed.stderr);
    assert(!failed.lines.some((line) => /STORE|EXPUNGE/.test(line)));
    const cut = await read(
      {
        changes: {
          "UID FETCH": (wire, tag, rest) => {
            if (/SIZE/.test(rest)) return wire.say(`* 1 FETCH (UID 7 RFC822.SIZE 500)\r\n${tag} OK\r\n`);
            return wire.say("* 1 FETCH (UID 7 BODY[] {500}\r\nSubject: x\r\n").then(() => wire.close());
          },
        },
      },
      ["7", "--save", "cut.eml", "--delete"],
      "",
      folder,
    );
    assertEquals(cut.code, 3, cut.stderr);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["file", "mail"]);
    const moved = await read({}, ["all", "--save", "all.mbox", "--as", "mbox", "--delete", "--json"], "", folder);
    assertEquals(moved.code, 0, moved.stderr);
    assertMatch(moved.stdout, /"saved":.*\n\{"event":"deleted","numbers":\[7\]\}\n$/);
    assertEquals(moved.lines.slice(-3), ["UID STORE 7 +FLAGS.SILENT (\\Deleted)", "UID EXPUNGE 7", "LOGOUT"]);
  });
});

Deno.test("mail read imap: --new reads each message once, again after UIDVALIDITY has changed, apart for each search", async () => {
  await withFolder(async (folder) => {
    // The state is kept by the address of the server, which has to stay.
    let validity = 3;
    await using server = scriptedImap({
      changes: {
        EXAMINE: (wire, tag) => wire.say(`* 1 EXISTS\r\n* OK [UIDVALIDITY ${validity}] x\r\n${tag} OK\r\n`),
      },
    });
    const url = `imap://ada@${formatAddress(server.address)}`;
    const fresh = async (...words: string[]) => {
      const args = ["read", url, ...PLAIN, "all", "--new", "--state", "s.json", "--json", ...words];
      const { code, stdout, stderr } = await runTool("mail", args, { ...SECRET, cwd: folder });
      assertEquals(code, 0, stderr);
      return stdout.split("\n").length - 1;
    };
    assertEquals([await fresh(), await fresh()], [1, 0]);
    assertEquals([await fresh("--search", "UNSEEN"), await fresh("--search", "UNSEEN")], [1, 0]);
    validity = 4;
    assertEquals([await fresh(), await fresh()], [1, 0]);
  });
});

Deno.test("mail read imap --idle: saves what arrives, and remembers it at once; a signal ends it", async () => {
  await withFolder(async (folder) => {
    const mails: Record<number, string> = { 7: "Subject: before\r\n\r\nx\r\n" };
    let next = 8;
    const waiting = Promise.withResolvers<void>();
    await using server = scriptedImap({
      mails,
      changes: {
        IDLE: async (wire, tag) => {
          await wire.say("+ idling\r\n");
          if (next < 10) {
            mails[next] = `Subject: later ${next}\r\n\r\nx\r\n`;
            await wire.say(`* ${next++ - 6} EXISTS\r\n`);
          } else waiting.resolve();
          if (await wire.line() === "DONE") await wire.say(`${tag} OK done\r\n`);
        },
      },
    });
    const url = `imap://ada@${formatAddress(server.address)}`;
    const words = ["--idle", "--new", "--state", "s.json", "--save", "mail/"];
    await using tool = await startTool("mail", ["read", url, ...PLAIN, ...words], { ...SECRET, cwd: folder });
    await waiting.promise;
    tool.process.kill("SIGINT");
    assertEquals(await tool.code, 130, tool.stderr());
    assertEquals([...Deno.readDirSync(`${folder}/mail`)].length, 3);
    assertMatch(await Deno.readTextFile(`${folder}/s.json`), /"highest": 9/);
  });
});
