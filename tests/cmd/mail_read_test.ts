import { assert, assertEquals, assertMatch } from "@std/assert";
import { mailSink, type MailSinkOptions, sendMail, servePop3 } from "../../lib/mail/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { runTool } from "../kit/tool.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const MESSAGES = [
  "From: Ada L <ada@example.com>\r\nTo: bob@example.com\r\nSubject: one \x1b[31m\r\nDate: Sat, 3 Jan 2026 01:02:03 +0100\r\n\r\nhello\x1b[2J\r\n.dot\r\n",
  "From: eve@example.com\r\nSubject: =?utf-8?q?zw=C3=B6lf?=\r\nContent-Type: text/html\r\n\r\n<p>hello <b>you</b><script>x</script>\r\n",
  "From: eve@example.com\r\nSubject: three\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n" +
  'Content-Disposition: attachment; filename="../../a.txt"\r\n\r\nAAA\r\n--b--\r\n',
];

/** Runs `mail read` on a sink that has the messages. */
async function reading(
  use: (read: (...words: string[]) => ReturnType<typeof runTool>, count: () => number) => Promise<void>,
  options: MailSinkOptions = {},
): Promise<void> {
  await using sink = await mailSink(options);
  for (const message of MESSAGES) await sink.store.add({ from: "", to: [] }, [bytes(message)]);
  const server = servePop3("127.0.0.1:0", sink.access);
  const url = `pop3://ada:x@${server.address}`;
  await use(
    (...words) => runTool("mail", ["read", url, "--tls", "none", "--auth-without-tls", ...words]),
    () => sink.store.count,
  );
}

const URL = "pop3://ada:x@127.0.0.1:1";
for (
  const [words, message] of [
    [[], /URL/],
    [["127.0.0.1"], /invalid URL: use pop3:\/\/HOST/],
    [["http://127.0.0.1"], /unsupported URL scheme "http" \(supported: [a-z0-9, ]+\)\nhint: toucan get downloads/],
    [["smtp://127.0.0.1"], /unsupported URL scheme "smtp" .*\nhint: toucan mail send -S smtp:\/\/HOST sends mail\n/],
    [["pop://127.0.0.1"], /unsupported URL scheme "pop" .*\nhint: use pop3:\/\/HOST\n/],
    [["pop3://"], /invalid URL/],
    [["pop3://127.0.0.1:0"], /a port is a number from 1 to 65535/],
    [["pop3://127.0.0.1/1"], /it has a path/],
    [["pop3://a%0d%0aDELE:x@127.0.0.1"], /control characters/],
    [["pop3://127.0.0.1:1"], /POP3 requires a user name\nhint: specify the user with --user/],
    [[URL, "0"], /invalid message "0": use a number, a range such as 5-9 or 5-, last, all, or a message id\n$/],
    [[URL, "9-5"], /invalid message "9-5"/],
    [[URL, "first"], /invalid message "first"/],
    [[URL, "--delete"], /--delete requires --save/],
    [[URL, "--new"], /--new requires --state/],
    [[URL, "--state", "x"], /--state requires --new/],
    [[URL, "3", "--new", "--state", "/no/such/state"], /--new cannot be combined with the number of a message/],
    [[URL, "--save", "x", "--as", "zip"], /eml, maildir or mbox/],
    [["pop3s://ada:x@127.0.0.1:1", "--tls", "none"], /requires implicit TLS, not none/],
    [[URL, "--tls", "none", "--cacert", "x"], /--cacert requires TLS/],
    [["pop3://ada@127.0.0.1:1"], /the password of ada is missing/],
    [[URL, "-o", "x"], /use --save FILE/],
  ] as const
) {
  Deno.test(`mail read: usage error: ${JSON.stringify(words).slice(0, 90)}`, async () => {
    const { code, stdout, stderr } = await runTool("mail", ["read", ...words]);
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr, message);
  });
}

Deno.test("mail read: a list, and messages as text, safe on a terminal", () =>
  reading(async (read) => {
    const list = await read();
    assertEquals([list.code, list.stderr], [0, ""]);
    const [first = "", second = "", third] = list.stdout.split("\n");
    assertMatch(first, /^ {3}1 {2}2026-01-03 00:02 +\d+ B {2}Ada L +one \\x1b\[31m$/);
    assertMatch(second, /zwölf$/);
    assertMatch(third ?? "", /three$/);
    const shown = await read("1", "2-");
    assertEquals(shown.code, 0, shown.stderr);
    assert(!shown.stdout.includes("\x1b"));
    assertEquals(
      shown.stdout,
      "Message: 1\nFrom: Ada L <ada@example.com>\nTo: bob@example.com\nDate: 2026-01-03T00:02:03.000Z\n" +
        "Subject: one \\x1b[31m\n\nhello\\x1b[2J\n.dot\n\n" +
        "Message: 2\nFrom: eve@example.com\nSubject: zwölf\n\nhello you\n\n" +
        "Message: 3\nFrom: eve@example.com\nSubject: three\n\ntext\n[attachment: ../../a.txt, text/plain, 3 B]\n",
    );
    assertEquals((await read("--limit", "1")).stdout.trim().split("\n").length, 1);
    assertMatch((await read("last")).stdout, /Subject: three/);
    assertEquals((await read("2", "--raw")).stdout, MESSAGES[1]);
  }));

Deno.test("mail read: messages that are missing, refused, too large, or several for one file", () =>
  reading(async (read, count) => {
    const missing = await read("9");
    assertEquals([missing.code, missing.stdout], [1, ""]);
    assertMatch(missing.stderr, /^toucan mail: there is no message 9 in pop3:\/\/ada@127\.0\.0\.1:\d+\n$/);
    assertEquals((await read("9", "1")).code, 6);
    const large = await read("all", "--max-size", "10");
    assertEquals(large.code, 1);
    assertMatch(large.stderr, /message 1 has \d+ B, more than 10 B\nhint: use --max-size to read it\n/);
    await withFolder(async (folder) => {
      const several = await read("all", "--save", `${folder}/one.eml`, "--delete");
      assertEquals([several.code, count()], [2, 3]);
      assertMatch(several.stderr, /3 messages cannot be saved as one file\nhint: end the path with \//);
      assertEquals([...Deno.readDirSync(folder)], []);
    });
  }));

Deno.test("mail read: each format, new messages only, and deletions after a safe copy", () =>
  withFolder((folder) =>
    reading(async (read, count) => {
      const names = (path: string) => [...Deno.readDirSync(`${folder}/${path}`)].map(({ name }) => name);
      const maildir = ["--save", `${folder}/md`, "--as", "maildir", "--new", "--state", `${folder}/seen`];
      assertEquals((await read(...maildir, "--limit", "2")).code, 0);
      assertEquals(names("md/new").length, 2);
      assertEquals((await read(...maildir)).code, 0);
      assertEquals(names("md/new").length, 3);
      const none = await read(...maildir);
      assertEquals([none.code, none.stderr, names("md/new").length], [0, "no new messages\n", 3]);
      const files = names("md/new").map((name) => Deno.readTextFileSync(`${folder}/md/new/${name}`));
      assertEquals(files.sort(), [...MESSAGES].sort());
      assertEquals((await read("--save", `${folder}/eml/`)).code, 0);
      assertEquals((await read("--save", `${folder}/eml/`)).code, 0);
      assertEquals(names("eml").length, 3);
      assertEquals((await read("1", "--save", `${folder}/one.eml`)).code, 0);
      assertEquals(await Deno.readTextFile(`${folder}/one.eml`), MESSAGES[0]);
      const attached = await read("--attachments", `${folder}/files`);
      assertEquals([attached.code, attached.stdout], [0, `3  ${folder}/files/a.txt\n`]);
      // Nothing is deleted that could not be saved.
      await Deno.writeTextFile(`${folder}/not-an-mbox`, "precious");
      const refused = await read("all", "--save", `${folder}/not-an-mbox`, "--as", "mbox", "--delete");
      assertEquals([refused.code, count()], [5, 3], refused.stderr);
      assertEquals((await read("2-", "--save", `${folder}/mbox`, "--as", "mbox", "--delete")).code, 0);
      assertEquals(count(), 1);
      assertEquals(Deno.readTextFileSync(`${folder}/mbox`).match(/^From eve@example\.com /gm)?.length, 2);
    })
  ));

Deno.test("mail read: TLS is required, a password stays secret, and a wrong one is exit 1", async () => {
  const keyPair = await makeCertificate();
  const credentials = { user: "ada", password: "s3cret" };
  await using sink = await mailSink({ keyPair, credentials });
  const secure = servePop3("127.0.0.1:0", { ...sink.access, ...sink.access.security(false) });
  const plain = servePop3("127.0.0.1:0", sink.access);
  const auth = { user: "ada", secret: "s3cret" };
  await sendMail(sink.address, { from: "a@b.example", to: "c@d.example", text: "x" }, {
    trust: { pin: keyPair.pin },
    auth,
  });
  const env = { TOUCAN_PASSWORD: "s3cret" };
  const read = (address: string, ...words: string[]) =>
    runTool("mail", ["read", `pop3://ada@${address}`, ...words], { env });
  const good = await read(secure.address, "--pin", keyPair.pin, "--trace");
  assertEquals(good.code, 0, good.stderr);
  assertMatch(good.stderr, /> STLS\n[^]*> AUTH PLAIN \*{8}\n/);
  assert(!good.stderr.includes("s3cret") && !good.stderr.includes(btoa("\0ada\0s3cret")));
  const stripped = await read(plain.address, "--pin", keyPair.pin);
  assertEquals([stripped.code, stripped.stdout], [3, ""]);
  assertMatch(
    stripped.stderr,
    /does not offer TLS.*\nhint: use --tls implicit for TLS from the first byte, or --tls none/,
  );
  const untrusted = await read(secure.address);
  assertEquals(untrusted.code, 3);
  const unprotected = await read(plain.address, "--tls", "none");
  assertEquals(unprotected.code, 3);
  assertMatch(unprotected.stderr, /hint: use TLS, or allow it with --auth-without-tls/);
  const wrong = await runTool("mail", ["read", `pop3://ada:wrong@${secure.address}`, "--pin", keyPair.pin]);
  assertEquals(wrong.code, 1);
  assertMatch(wrong.stderr, /rejected the login: \[AUTH\] Authentication failed\n/);
});
