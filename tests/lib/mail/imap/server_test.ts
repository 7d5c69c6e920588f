import { assert, assertEquals, assertMatch } from "@std/assert";
import { selfSigned } from "../../../../lib/core/mod.ts";
import { mailSink, serveImap } from "../../../../lib/mail/mod.ts";
import { MailFaults } from "../../../../lib/mail/sink/faults.ts";
import { withFolder } from "../../../kit/folder.ts";
import { type ServedImap, servedImap } from "../../../kit/imap_served.ts";
import { fetchItems, RawImap } from "../../../kit/raw_imap.ts";

const message = (number: number) =>
  `From: Ada <ada@example.com>\nTo: bob@example.com\nSubject: Message ${number}\nDate: Mon, 2 Feb 2026 23:30:00 -0500\n\nText ${number}.\n`;
const three = [1, 2, 3].map(message);
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Adds a message to the inbox. */
async function deliver({ account }: ServedImap, text = "Subject: new\r\n\r\nnew\r\n"): Promise<number> {
  return (await account.inbox.append([bytesOf(text)])).uid;
}

Deno.test("imap server: commands need a login, and a selected mailbox", async () => {
  await using served = await servedImap(three);
  using client = await RawImap.connect(served.port);
  for (const command of ["SELECT INBOX", 'LIST "" *', "FETCH 1 FLAGS", "IDLE", "NAMESPACE", "APPEND INBOX {9000}"]) {
    const [reply] = await client.send(command);
    assertMatch(reply ?? "", /^BAD (?:Please log in first|\[TOOBIG\])/, command);
  }
  assertEquals(await client.send("LOGIN ada wrong"), ["NO [AUTHENTICATIONFAILED] Invalid user name or password"]);
  assertEquals(await client.send("AUTHENTICATE CRAM-MD5"), ["NO Unsupported authentication mechanism"]);
  assertMatch((await client.ok("LOGIN ada secret"))[0] ?? "", /^OK \[CAPABILITY IMAP4rev1 .*\] Logged in$/);
  assertEquals(await client.send("LOGIN ada secret"), ["BAD Already logged in"]);
  for (const command of ["FETCH 1 FLAGS", "CLOSE", "UNSELECT", "CHECK", "EXPUNGE", "SEARCH ALL"]) {
    assertEquals(await client.send(command), ["BAD No mailbox is selected"], command);
  }
});

Deno.test("imap server: LOGIN and AUTHENTICATE in each of their forms", async () => {
  await using served = await servedImap();
  const plain = btoa("\0ada\0secret");
  const table: readonly (readonly [lines: readonly string[], replies: readonly RegExp[]])[] = [
    [['a LOGIN "ada" "secret"'], [/^a OK/]],
    [["a LOGIN {3}", "ada {6}", "secret"], [/^\+ /, /^\+ /, /^a OK/]],
    [["a LOGIN {3+}\r\nada {6+}\r\nsecret"], [/^a OK/]],
    [["a login ada secret"], [/^a OK/]],
    [['a LOGIN "a\\da" secret'], [/^a BAD Invalid user name/]],
    [[`a AUTHENTICATE PLAIN ${plain}`], [/^a OK/]],
    [["a AUTHENTICATE PLAIN", plain], [/^\+ $/, /^a OK/]],
    [["a AUTHENTICATE PLAIN", "*"], [/^\+ $/, /^a BAD Authentication canceled/]],
    [["a AUTHENTICATE PLAIN", "!"], [/^\+ $/, /^a BAD Invalid response/]],
    [[`a AUTHENTICATE PLAIN ${btoa("\0ada\0no")}`], [/^a NO \[AUTHENTICATIONFAILED\]/]],
  ];
  for (const [lines, replies] of table) {
    using client = await RawImap.connect(served.port);
    for (const [i, reply] of replies.entries()) {
      const line = lines[i];
      if (line !== undefined) await client.write(`${line}\r\n`);
      assertMatch(await client.line() ?? "(closed)", reply, lines.join(" / "));
    }
  }
});

Deno.test("imap server: failed logins are limited", async () => {
  await using served = await servedImap();
  using client = await RawImap.connect(served.port);
  for (let i = 0; i < 10; i++) await client.send("LOGIN ada wrong");
  using other = await RawImap.connect(served.port);
  const tooMany = ["NO [UNAVAILABLE] Too many failed logins; try again later"];
  assertEquals(await other.send("LOGIN ada secret"), tooMany);
  assertEquals(await client.send("LOGIN ada secret"), tooMany);
});

Deno.test("imap server: passwords require TLS where it is said, and STARTTLS starts it", async () => {
  const keyPair = await selfSigned();
  await using served = await servedImap(three, { tls: keyPair, authWithoutTls: false });
  using client = await RawImap.connect(served.port);
  assertMatch((await client.send("CAPABILITY"))[0] ?? "", /STARTTLS LOGINDISABLED$/);
  assertEquals(await client.send("LOGIN ada secret"), ["NO [PRIVACYREQUIRED] Login requires TLS"]);
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: served.port });
  await conn.read(new Uint8Array(1000));
  await conn.write(bytesOf("a STARTTLS\r\n"));
  const buffer = new Uint8Array(1000);
  const count = await conn.read(buffer) ?? 0;
  assertEquals(new TextDecoder().decode(buffer.subarray(0, count)), "a OK Begin TLS negotiation now\r\n");
  using tls = await Deno.startTls(conn, { hostname: "localhost", caCerts: [keyPair.cert] });
  await tls.write(bytesOf("b CAPABILITY\r\nc LOGIN ada secret\r\nd SELECT INBOX\r\ne LOGOUT\r\n"));
  const text = await new Response(tls.readable).text();
  assertMatch(text, /^\* CAPABILITY [^\r]* AUTH=PLAIN\r\nb OK[^]*\* 3 EXISTS[^]*e OK Logout completed\r\n$/);
  assert(!text.includes("STARTTLS"));
  // What was sent behind STARTTLS without waiting is not read as sent under TLS.
  using injecting = await RawImap.connect(served.port);
  await injecting.write("a STARTTLS\r\nb CAPABILITY\r\n");
  assertEquals(await injecting.line(), "a OK Begin TLS negotiation now");
  assertEquals(await injecting.line(), null);
});

Deno.test("imap server: message numbers change only when the client is told", async () => {
  await using served = await servedImap(three);
  const { inbox } = served.account;
  using client = await RawImap.login(served.port);
  await client.ok("SELECT INBOX");
  await inbox.remove([1]);
  await deliver(served);
  // FETCH, STORE and SEARCH tell of new messages and flags, never of removed ones.
  assertEquals(await client.send("FETCH 2 (UID)"), [
    "* 2 FETCH (UID 2)",
    "* 4 EXISTS",
    "* 4 RECENT",
    "OK Fetch completed",
  ]);
  assertEquals(await client.send("FETCH 1 (UID BODY.PEEK[])"), [
    "NO [EXPUNGEISSUED] Some of the messages no longer exist",
  ]);
  assertEquals(await client.send("STORE 1:2 +FLAGS (\\Flagged)"), [
    "* 2 FETCH (FLAGS (\\Flagged \\Recent))",
    "NO [EXPUNGEISSUED] Some of the messages no longer exist",
  ]);
  assertEquals(await client.send("SEARCH ALL"), ["* SEARCH 2 3 4", "OK Search completed"]);
  assertEquals(await client.send("UID SEARCH ALL"), ["* SEARCH 2 3 4", "* 1 EXPUNGE", "OK Search completed"]);
  assertEquals(await client.send("SEARCH ALL"), ["* SEARCH 1 2 3", "OK Search completed"]);
  await inbox.remove([2, 4]);
  assertEquals(await client.send("NOOP"), ["* 3 EXPUNGE", "* 1 EXPUNGE", "OK Noop completed"]);
  assertEquals(await client.send("FETCH 2 FLAGS"), ["BAD Invalid message number"]);
  assertEquals(await client.send("UID FETCH 1:* FLAGS"), ["* 1 FETCH (UID 3 FLAGS (\\Recent))", "OK Fetch completed"]);
  // A message that came and went meanwhile was never there.
  await inbox.remove([await deliver(served)]);
  assertEquals(await client.send("NOOP"), ["OK Noop completed"]);
});

Deno.test("imap server: flags that another client changes are told, those of one's own are not told twice", async () => {
  await using served = await servedImap(three);
  using one = await RawImap.login(served.port);
  using other = await RawImap.login(served.port);
  await one.ok("SELECT INBOX");
  await other.ok("EXAMINE INBOX");
  assertEquals(await one.send("STORE 2 FLAGS.SILENT (\\Seen $a)"), ["OK Store completed"]);
  assertEquals(await one.send("NOOP"), ["OK Noop completed"]);
  assertEquals(await other.send("NOOP"), ["* 2 FETCH (UID 2 FLAGS ($a \\Seen))", "OK Noop completed"]);
  assertEquals(await other.send("STORE 2 FLAGS ()"), ["NO [READ-ONLY] The mailbox was opened by EXAMINE"]);
  assertEquals(await other.send("EXPUNGE"), ["NO [READ-ONLY] The mailbox was opened by EXAMINE"]);
  // Reading marks a message, except by EXAMINE.
  await other.ok("FETCH 3 BODY[]");
  assertEquals(served.account.inbox.get(3)?.flags.size, 0);
  const [line = ""] = await one.ok("FETCH 3 BODY[TEXT]");
  assertEquals(line, "* 3 FETCH (BODY[TEXT] {9}\r\nText 3.\r\n FLAGS (\\Seen \\Recent))");
  assertEquals(await one.send("NOOP"), ["OK Noop completed"]);
});

Deno.test("imap server: a message is recent in one session", async () => {
  await using served = await servedImap(three);
  const recent = async (client: RawImap, command: string) =>
    (await client.ok(command)).find((line) => line.endsWith(" RECENT"));
  using one = await RawImap.login(served.port);
  using other = await RawImap.login(served.port);
  assertEquals(await recent(other, "EXAMINE INBOX"), "* 3 RECENT");
  assertEquals(await recent(one, "SELECT INBOX"), "* 3 RECENT");
  assertEquals(await recent(other, "SELECT INBOX"), "* 0 RECENT");
  await deliver(served);
  assertEquals(await recent(other, "NOOP"), "* 1 RECENT");
  assertEquals(await recent(one, "NOOP"), "* 3 RECENT");
  assertEquals(await one.send("SEARCH NEW"), ["* SEARCH 1 2 3", "OK Search completed"]);
});

Deno.test("imap server: IDLE tells at once what has changed", async () => {
  await using served = await servedImap(three);
  const { inbox } = served.account;
  using client = await RawImap.login(served.port);
  await client.ok("SELECT INBOX");
  await client.write("a IDLE\r\n");
  assertEquals(await client.line(), "+ idling");
  const uid = await deliver(served);
  assertEquals([await client.line(), await client.line()], ["* 4 EXISTS", "* 4 RECENT"]);
  await inbox.setFlags(uid, ["\\Seen"]);
  assertEquals(await client.line(), "* 4 FETCH (UID 4 FLAGS (\\Seen \\Recent))");
  await inbox.remove([1]);
  assertEquals(await client.line(), "* 1 EXPUNGE");
  await inbox.remove([uid]);
  assertEquals(await client.line(), "* 3 EXPUNGE");
  await client.write("done\r\n");
  assertEquals(await client.line(), "a OK Idle completed");
  await client.write("b IDLE\r\nc NOOP\r\n");
  assertEquals([await client.line(), await client.line()], ["+ idling", "b BAD Expected DONE"]);
});

Deno.test("imap server: IDLE tells what changes while it begins", async () => {
  let round = 0;
  // A message comes in some steps of the event loop's queue after the reply: each round one step later.
  await using served = await servedImap([], {
    trace: async ({ text }) => {
      if (text !== "+ idling") return;
      for (let step = 0; step < round; step++) await undefined;
      await deliver(served);
    },
  });
  using client = await RawImap.login(served.port);
  await client.ok("SELECT INBOX");
  for (; round < 40; round++) {
    await client.write(`${round} IDLE\r\n`);
    while (await client.line() !== `* ${round + 1} EXISTS`);
    await client.write("DONE\r\n");
    while (await client.line() !== `${round} OK Idle completed`);
  }
});

Deno.test("imap server: APPEND stores a message whole or not at all", async () => {
  await using served = await servedImap([], { messageSize: 1000 });
  const { inbox } = served.account;
  using client = await RawImap.login(served.port);
  await client.ok("SELECT INBOX");
  const appended = await client.append("INBOX", "Subject: a\n\nb\n", '(\\Seen) "01-Feb-2026 10:00:00 +0000" ');
  assertEquals(appended, [`* 1 EXISTS`, `* 1 RECENT`, `OK [APPENDUID ${inbox.uidValidity} 1] Append completed`]);
  assertEquals(new TextDecoder().decode(await inbox.read(1)), "Subject: a\r\n\r\nb\r\n");
  assertEquals([inbox.get(1)?.mail.received, ...inbox.get(1)?.flags ?? []], [Date.UTC(2026, 1, 1, 10), "\\Seen"]);
  const table: readonly (readonly [command: string, reply: string])[] = [
    ["APPEND none {3+}\r\nabc", "NO [TRYCREATE] Mailbox does not exist"],
    ["APPEND ../x {3+}\r\nabc", "NO [CANNOT] Invalid mailbox name"],
    ["APPEND INBOX {0+}\r\n", "NO Empty message"],
    ["APPEND INBOX {1001}", "NO [TOOBIG] Literal too large"],
    ["APPEND INBOX {4294967296}", "NO [TOOBIG] Literal too large"],
    ["APPEND INBOX {99999999999999999999}", "NO [TOOBIG] Literal too large"],
    ["APPEND INBOX (\\Recent) {3+}\r\nabc", "BAD Invalid flag \\Recent"],
    ["APPEND INBOX {3+}\r\nabc x", "BAD Unexpected text after the arguments"],
    ['APPEND INBOX "yesterday" {3+}\r\nabc', "BAD Invalid date and time"],
  ];
  for (const [command, reply] of table) assertEquals(await client.send(command), [reply], command);
  // One that is not waited for cannot be refused.
  assertEquals(await client.send("APPEND INBOX {4294967296+}"), ["* BYE [TOOBIG] Literal too large", "(closed)"]);
  // A connection that is cut within a message leaves nothing.
  using cut = await RawImap.login(served.port);
  await cut.write("a APPEND INBOX {100+}\r\nSubject: half");
  cut[Symbol.dispose]();
  using last = await RawImap.login(served.port);
  assertMatch((await last.ok("SELECT INBOX"))[2] ?? "", /^\* 1 EXISTS$/);
});

Deno.test("imap server: folders are made, renamed, listed, subscribed and deleted", async () => {
  await using served = await servedImap(three);
  using client = await RawImap.login(served.port);
  const table: readonly (readonly [command: string, replies: readonly string[]])[] = [
    ["CREATE a/b/", ["OK Create completed"]],
    ["CREATE a/b", ["NO [ALREADYEXISTS] Mailbox already exists"]],
    ["CREATE inbox", ["NO [ALREADYEXISTS] Mailbox already exists"]],
    ['CREATE "Entw&APw-rfe"', ["OK Create completed"]],
    ['LIST "" %', [
      '* LIST (\\HasNoChildren) "/" INBOX',
      '* LIST (\\HasNoChildren) "/" Entw&APw-rfe',
      '* LIST (\\Noselect \\HasChildren) "/" a',
      "OK List completed",
    ]],
    ["LIST a/ %", ['* LIST (\\HasNoChildren) "/" a/b', "OK List completed"]],
    ['LIST "" ""', ['* LIST (\\Noselect) "/" ""', "OK List completed"]],
    ['LIST "" "Entw&APw-*"', ['* LIST (\\HasNoChildren) "/" Entw&APw-rfe', "OK List completed"]],
    ["SUBSCRIBE a/b", ["OK Subscribe completed"]],
    ["SUBSCRIBE none", ["NO [NONEXISTENT] Mailbox does not exist"]],
    ['LSUB "" a*', ['* LSUB () "/" a/b', "OK Lsub completed"]],
    ['LSUB "" %', ['* LSUB (\\Noselect) "/" a', "OK Lsub completed"]],
    ["UNSUBSCRIBE a/b", ["OK Unsubscribe completed"]],
    ["RENAME a/b a/b/c", ["NO [CANNOT] A mailbox cannot be moved below itself"]],
    ["RENAME a/b c", ["OK Rename completed"]],
    ["RENAME none d", ["NO [NONEXISTENT] Mailbox does not exist"]],
    ["RENAME INBOX old", ["OK Rename completed"]],
    ["STATUS old (MESSAGES UNSEEN)", ["* STATUS old (MESSAGES 3 UNSEEN 3)", "OK Status completed"]],
    ["STATUS INBOX (MESSAGES)", ["* STATUS INBOX (MESSAGES 0)", "OK Status completed"]],
    ['CREATE "Sent Items"', ["OK Create completed"]],
    ["CREATE c/Trash", ["OK Create completed"]],
    ["CREATE drafts", ["OK Create completed"]],
    ['LIST (SPECIAL-USE) "" *', [
      '* LIST (\\HasNoChildren \\Sent) "/" "Sent Items"',
      '* LIST (\\HasNoChildren \\Drafts) "/" drafts',
      "OK List completed",
    ]],
    ['LIST "" c* RETURN (SPECIAL-USE)', [
      '* LIST (\\HasChildren) "/" c',
      '* LIST (\\HasNoChildren) "/" c/Trash',
      "OK List completed",
    ]],
    ["DELETE INBOX", ["NO [CANNOT] INBOX cannot be deleted"]],
    ["DELETE old", ["OK Delete completed"]],
    ["DELETE old", ["NO [NONEXISTENT] Mailbox does not exist"]],
    ["SELECT old", ["NO [NONEXISTENT] Mailbox does not exist"]],
  ];
  for (const [command, replies] of table) {
    const found = await client.send(command);
    assertEquals(command.startsWith('LSUB "" %') ? found.filter((line) => !line.endsWith("INBOX")) : found, [
      ...replies,
    ], command);
  }
  for (
    const name of ["..", "../x", "a/..", "a//b", "/a", '""', '"&AAA-"', "a&b", '"x\ty"', '"\xfc"', '"*"']
  ) {
    for (const command of ["CREATE", "DELETE", "SELECT", "SUBSCRIBE", "RENAME c"]) {
      const [reply = ""] = await client.send(`${command} ${name}`);
      assertMatch(reply, /^(?:NO \[CANNOT\]|BAD) /, `${command} ${name}`);
    }
  }
});

Deno.test("imap server: COPY and MOVE tell the new UIDs", async () => {
  await using served = await servedImap(three);
  const to = await served.account.create("to");
  using client = await RawImap.login(served.port);
  await client.ok("SELECT INBOX");
  await client.ok("STORE 1 FLAGS.SILENT (\\Flagged)");
  const validity = to.uidValidity;
  assertEquals(await client.send("COPY 1,3 to"), [`OK [COPYUID ${validity} 1,3 1:2] Copy completed`]);
  assertEquals(await client.send("UID MOVE 2:3,9 to"), [
    `* OK [COPYUID ${validity} 2:3 3:4] Moved`,
    "* 3 EXPUNGE",
    "* 2 EXPUNGE",
    "OK Move completed",
  ]);
  assertEquals(await client.send("UID COPY 99 to"), ["OK No messages found"]);
  assertEquals(await client.send("COPY 1 none"), ["NO [TRYCREATE] Mailbox does not exist"]);
  assertEquals([...to.get(1)?.flags ?? []], ["\\Flagged"]);
  assertEquals([to.count, served.account.inbox.count], [4, 1]);
  await client.ok("SELECT to");
  await client.ok("STORE 1:3 FLAGS.SILENT (\\Deleted)");
  assertEquals(await client.send("UID EXPUNGE 2"), ["* 2 EXPUNGE", "OK Expunge completed"]);
  await client.ok("UNSELECT");
  assertEquals(to.count, 3);
  await client.ok("SELECT to");
  await client.ok("CLOSE");
  assertEquals(to.count, 1);
});

Deno.test("imap server: SEARCH by each kind of key", async () => {
  const encoded = "Subject: =?utf-8?q?=C3=9Cber?=\nFrom: =?utf-8?q?J=C3=BCrgen?= <j@x>\nX-A: yes\n" +
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n" +
    "Content-Transfer-Encoding: base64\n\nR3LDvMOfZSBhdXMgS8O2bG4=\n--b\nContent-Type: message/rfc822\n\nSubject: inner\n\ninner text\n" +
    "--b\nContent-Type: application/pdf\n\nbinary\n--b--\n";
  await using served = await servedImap([...three, encoded]);
  const { inbox } = served.account;
  await inbox.setFlags(1, ["\\Seen", "\\Answered"]);
  await inbox.setFlags(2, ["\\Flagged", "$Label"]);
  await inbox.append([bytesOf("Subject: old\r\n\r\nold\r\n")], {
    received: Date.UTC(2020, 0, 15, 12),
    flags: ["\\Deleted", "\\Draft"],
  });
  using client = await RawImap.login(served.port);
  await client.ok("SELECT INBOX");
  const table: readonly (readonly [keys: string, numbers: string])[] = [
    ["ALL", "1 2 3 4 5"],
    ["SEEN", "1"],
    ["UNSEEN UNDELETED", "2 3 4"],
    ["ANSWERED", "1"],
    ["DRAFT", "5"],
    ["FLAGGED", "2"],
    ["KEYWORD $label", "2"],
    ["UNKEYWORD $Label", "1 3 4 5"],
    ["RECENT", "1 2 3 4 5"],
    ["OLD", ""],
    ["NEW", "2 3 4 5"],
    ["BEFORE 16-Jan-2020", "5"],
    ["ON 15-Jan-2020", "5"],
    ["SINCE 16-Jan-2020", "1 2 3 4"],
    // The day of the sender, whatever it was here.
    ["SENTON 2-Feb-2026", "1 2 3"],
    ["SENTBEFORE 2-Feb-2026", ""],
    ["SENTSINCE 3-Feb-2026", ""],
    ["FROM ada@", "1 2 3"],
    ['SUBJECT "message 2"', "2"],
    ["TO bob", "1 2 3"],
    ["CC x", ""],
    ["BCC x", ""],
    ["HEADER X-A yes", "4"],
    ['HEADER X-A ""', "4"],
    ["TEXT Text", "1 2 3 4"],
    ["BODY inner", "4"],
    ["BODY binary", ""],
    ["LARGER 300", "4"],
    ["SMALLER 30", "5"],
    ["2:3", "2 3"],
    ["UID 4:*", "4 5"],
    ["NOT 1:4", "5"],
    ["OR FLAGGED (SEEN ANSWERED)", "1 2"],
    ["NOT (OR SEEN FLAGGED) SUBJECT message", "3"],
  ];
  for (const [keys, numbers] of table) {
    assertEquals((await client.ok(`SEARCH ${keys}`))[0], `* SEARCH ${numbers}`.trimEnd(), keys);
  }
  const results: readonly (readonly [command: string, result: string])[] = [
    ["SEARCH RETURN () ALL", "ALL 1:5"],
    ["UID SEARCH RETURN (COUNT ALL MAX MIN) NOT 2", "UID MIN 1 MAX 5 ALL 1,3:5 COUNT 4"],
    ["SEARCH RETURN (MIN MAX COUNT ALL) OLD", "COUNT 0"],
    ["UID SEARCH RETURN (MIN) OLD", "UID"],
  ];
  for (const [command, result] of results) {
    const [line = ""] = await client.ok(command);
    assertEquals(line.replace(/^(\* ESEARCH) \(TAG "t\d+"\)/, "$1"), `* ESEARCH ${result}`, command);
  }
  const literal = (keys: string, text: string) => {
    const size = bytesOf(text).length;
    const bytes = Array.from(bytesOf(text), (byte) => String.fromCharCode(byte)).join("");
    return client.send(`SEARCH CHARSET UTF-8 ${keys} {${size}+}\r\n${bytes}`);
  };
  assertEquals((await literal("SUBJECT", "über"))[0], "* SEARCH 4");
  assertEquals((await literal("FROM", "JÜRGEN"))[0], "* SEARCH 4");
  assertEquals((await literal("BODY", "grüße aus köln"))[0], "* SEARCH 4");
  assertEquals(await client.send("SEARCH CHARSET KOI8-R ALL"), ["NO [BADCHARSET (US-ASCII UTF-8)] Unknown charset"]);
});

Deno.test("imap server: hostile lines end the connection, and nothing else", async () => {
  await using served = await servedImap(three);
  const table: readonly (readonly [sent: string, reply: RegExp])[] = [
    ["a NOOP\n", /^\* BYE Bare LF/],
    ["a NO\rOP\r\n", /^\* BYE Bare CR/],
    ["a".repeat(10_000), /^\* BYE \[TOOBIG\]/],
    ["POST / HTTP/1.1\r\nHost: x\r\n\r\na LOGIN ada secret\r\n", /^\* BYE This is not an HTTP server/],
    ["a LOGIN ada {10000}\r\n", /^a BAD \[TOOBIG\]/],
    ["a LOGIN ada {10000+}\r\n", /^\* BYE \[TOOBIG\]/],
    ["a APPEND INBOX {9000}\r\n", /^a BAD \[TOOBIG\]/],
    [`a LOGIN${" {1+}\r\nx".repeat(200)}\r\n`, /^(?:\* BYE \[TOOBIG\]|a BAD)/],
    ["\0\0\0\r\n", /^\* BAD Invalid tag/],
    [`a SEARCH ${"(".repeat(5000)}\r\n`, /^a BAD Too many levels/],
    [`a FETCH ${"1,".repeat(3000)}1 FLAGS\r\n`, /^a BAD/],
  ];
  for (const [sent, reply] of table) {
    using client = await RawImap.connect(served.port);
    await client.write(sent);
    assertMatch(await client.line() ?? "(closed)", reply, sent.slice(0, 40));
  }
  // Many failures in a row.
  using client = await RawImap.connect(served.port);
  await client.write("a FOO\r\n".repeat(1000));
  let last: string | null = "";
  for (let line = await client.line(); line !== null; line = await client.line()) last = line;
  assertEquals(last, "* BYE Too many failures");
  using good = await RawImap.login(served.port);
  for (let i = 0; i < 150; i++) assertMatch((await good.send("STATUS none (MESSAGES)"))[0] ?? "", /^NO /);
  assertMatch((await good.ok("SELECT INBOX"))[2] ?? "", /^\* 3 EXISTS$/);
});

Deno.test("imap server: a client that does not read costs no memory, and the others go on", async () => {
  const large = `Subject: large\n\n${`${"x".repeat(70)}\n`.repeat(20_000)}`;
  await using served = await servedImap([large]);
  using slow = await RawImap.login(served.port);
  await slow.ok("SELECT INBOX");
  // Pipelined: about 140 MB of responses.
  await slow.write("a FETCH 1 BODY.PEEK[]\r\n".repeat(100));
  using other = await RawImap.login(served.port);
  await other.ok("SELECT INBOX");
  const [line = ""] = await other.ok("FETCH 1 BODY.PEEK[TEXT]<10.5>");
  assertEquals(fetchItems(line).get("BODY[TEXT]<10>"), "xxxxx");
  const first = await slow.line();
  assert(first && first.length > large.length);
});

Deno.test("imap server: pipelined commands are answered in order", async () => {
  await using served = await servedImap(three);
  using client = await RawImap.connect(served.port);
  await client.write(
    "a LOGIN ada secret\r\nb SELECT INBOX\r\nc FETCH 1 UID\r\nd APPEND INBOX {5+}\r\na: b\n\r\ne NOOP\r\nf LOGOUT\r\n",
  );
  const tags: string[] = [];
  for (let line = await client.line(); line !== null; line = await client.line()) {
    if (!line.startsWith("*")) tags.push(line.slice(0, 4));
  }
  assertEquals(tags, ["a OK", "b OK", "c OK", "d OK", "e OK", "f OK"]);
});

Deno.test("imap server: a shutdown says so to idle clients", async () => {
  await using served = await servedImap(three);
  using client = await RawImap.login(served.port);
  await client.ok("SELECT INBOX");
  await client.write("a IDLE\r\n");
  await client.line();
  await served[Symbol.asyncDispose]();
  assertEquals(await client.line(), "* BYE Server shutting down");
  assertEquals(await client.line(), null);
});

Deno.test("imap server: 500 idle clients are told of one message", async () => {
  await using served = await servedImap();
  const clients = await Promise.all(Array.from({ length: 500 }, () => RawImap.login(served.port)));
  await Promise.all(clients.map(async (client) => {
    await client.ok("SELECT INBOX");
    await client.write("a IDLE\r\n");
    await client.line();
  }));
  await deliver(served);
  assertEquals(new Set(await Promise.all(clients.map((client) => client.line()))), new Set(["* 1 EXISTS"]));
  for (const client of clients) client[Symbol.dispose]();
});

Deno.test("imap server: the trace shows commands and replies, and no secret", async () => {
  const lines: string[] = [];
  await using served = await servedImap(three, { trace: ({ direction, text }) => lines.push(`${direction} ${text}`) });
  using client = await RawImap.connect(served.port);
  await client.send("LOGIN ada wrong-secret");
  await client.send("LOGIN {3+}\r\nada {6+}\r\nsecret");
  await client.send("SELECT INBOX");
  await client.send("FETCH 1 BODY.PEEK[TEXT]");
  using other = await RawImap.connect(served.port);
  await other.write(`a AUTHENTICATE PLAIN ${btoa("\0ada\0secret")}\r\nb LOGOUT\r\n`);
  await other.line();
  const text = lines.join("\n");
  for (const secret of ["wrong-secret", "secret", btoa("\0ada\0secret")]) assert(!text.includes(secret), text);
  for (const line of ["< t1 LOGIN ********", "> t3 OK [READ-WRITE] Select completed", "> * 1 FETCH (BODY[TEXT])"]) {
    assert(lines.includes(line), `${line}\n${text}`);
  }
});

Deno.test("imap server: simulated failures of commands", async () => {
  const table: readonly (readonly [fail: string, command: string, replies: readonly string[]])[] = [
    ["imap-login:no", "LOGIN ada secret", ["NO simulated failure"]],
    ["imap-login:no:bob@*", "LOGIN ada wrong", ["NO [AUTHENTICATIONFAILED] Invalid user name or password"]],
    ["imap-capability:bad", "CAPABILITY", ["BAD simulated failure"]],
    ["imap-noop:bye", "NOOP", ["* BYE simulated failure", "(closed)"]],
    ["imap-noop:close", "NOOP", ["(closed)"]],
    ["imap-login:drop", "LOGIN ada secret", ["(closed)"]],
  ];
  for (const [fail, command, replies] of table) {
    await using served = await servedImap(three, { faults: new MailFaults({ fail: [fail] }) });
    using client = await RawImap.connect(served.port);
    assertEquals(await client.send(command), [...replies], fail);
  }
  await using served = await servedImap([], { faults: new MailFaults({ fail: ["imap-append:drop", "imap-idle:no"] }) });
  using client = await RawImap.login(served.port);
  assertEquals(await client.send("IDLE"), ["NO simulated failure"]);
  // The command is carried out, and its reply is lost.
  assertEquals(await client.send("APPEND INBOX {6+}\r\na: b\r\n"), ["(closed)"]);
  assertEquals(served.account.inbox.count, 1);
  await using greeting = await servedImap([], { faults: new MailFaults({ fail: ["imap-connect:bye"] }) });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: greeting.port });
  assertEquals(await new Response(conn.readable).text(), "* BYE simulated failure\r\n");
});

Deno.test("imap server: mutated commands are answered, and the server reports no failure", async () => {
  await using served = await servedImap(three);
  const seeds: readonly string[] = [
    ...[
      "SELECT INBOX",
      "FETCH 1:* (FLAGS BODY.PEEK[1.HEADER.FIELDS (From To)]<0.100>)",
      "UID FETCH 1:* BODYSTRUCTURE",
      "CHECK",
    ],
    ...[
      "SEARCH OR (FROM ada NOT SEEN) UID 1:3 SINCE 1-Feb-2026",
      "STORE 1:2 +FLAGS (\\Deleted $x)",
      "COPY 1:* a/b",
      "CREATE a/b",
    ],
    ...[
      "APPEND INBOX (\\Seen) {6+}\r\na: b\r\n",
      'LIST "" "*"',
      "STATUS INBOX (MESSAGES UNSEEN)",
      "EXPUNGE",
      "RENAME a/b c",
      "DELETE c",
    ],
    ...[
      "MOVE 1 a/b",
      "NOOP",
      "UNSELECT",
      "EXAMINE a/b",
      "SUBSCRIBE a/b",
      'LSUB "" %',
      "NAMESPACE",
      "UID STORE 1:* FLAGS ()",
    ],
  ];
  // A linear congruential generator: the same commands in each run.
  let state = 4315;
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) % 0x80000000;
    return Math.floor(state / 0x80000000 * below);
  };
  let client = await RawImap.login(served.port);
  try {
    for (let i = 0; i < 3000; i++) {
      let command = seeds[random(seeds.length)] ?? "";
      for (let count = random(3); count > 0; count--) {
        const at = random(command.length);
        const piece = '()[]{}"\\*%:,<>~&0123 abcxyz\x80\xff'.charAt(random(28));
        command = command.slice(0, at) + piece + command.slice(at + random(2));
      }
      // The client would have to send the literal that it announces.
      if (/\{\d+\+?\}$/.test(command) || (command.includes("{") && !command.includes("{6+}\r\na: b"))) continue;
      const replies = await client.send(command);
      assertMatch(replies.at(-1) ?? "", /^(?:OK|NO|BAD) |^\(closed\)$/, command);
      if (replies.at(-1) !== "(closed)") continue;
      client[Symbol.dispose]();
      client = await RawImap.login(served.port);
    }
  } finally {
    client[Symbol.dispose]();
  }
  assertEquals(served.faults, []);
});

Deno.test("imap server: a mailbox of 20,000 messages is searched while other clients are answered", async () => {
  await using served = await servedImap();
  const text = bytesOf(`Subject: many\r\n\r\n${"word ".repeat(100)}\r\n`);
  for (let i = 0; i < 20_000; i++) await served.account.inbox.append([text]);
  using client = await RawImap.login(served.port);
  using other = await RawImap.login(served.port);
  await client.ok("SELECT INBOX");
  await other.ok("SELECT INBOX");
  let found = false;
  const searched = client.ok("SEARCH BODY nothing").then(([line]) => {
    found = true;
    return line;
  });
  await other.ok("NOOP");
  await other.ok("FETCH 20000 FLAGS");
  assert(!found, "the search ended before another client was answered");
  assertEquals(await searched, "* SEARCH");
  assertEquals((await client.ok("UID SEARCH NOT 2:19999"))[0], "* SEARCH 1 20000");
  assertEquals((await client.ok("FETCH 1:* FLAGS")).length, 20_001);
});

Deno.test("imap server: messages of a maildir whose lines end with LF have CR LF", async () => {
  await withFolder(async (folder) => {
    for (const part of ["new", "cur", "tmp"]) await Deno.mkdir(`${folder}/Maildir/${part}`, { recursive: true });
    await Deno.writeTextFile(`${folder}/Maildir/new/1.M1.host`, "Subject: a\n\nb\nc\n");
    await using sink = await mailSink({ directory: `${folder}/Maildir` });
    const server = serveImap("127.0.0.1:0", sink.access);
    using client = await RawImap.login(server.port);
    await client.ok("SELECT INBOX");
    assertEquals(await client.ok("FETCH 1 (RFC822.SIZE BODY BODY.PEEK[HEADER])"), [
      '* 1 FETCH (RFC822.SIZE 20 BODY ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 2) ' +
      "BODY[HEADER] {14}\r\nSubject: a\r\n\r\n)",
      "OK Fetch completed",
    ]);
    assertEquals(
      (await client.ok("FETCH 1 BODY.PEEK[]"))[0],
      "* 1 FETCH (BODY[] {20}\r\nSubject: a\r\n\r\nb\r\nc\r\n)",
    );
    assertEquals((await client.ok("SEARCH LARGER 19"))[0], "* SEARCH 1");
  });
});

Deno.test("imap server: with mailboxes each recipient has a folder tree of its own", async () => {
  await using sink = await mailSink({ mailboxes: true, credentials: { user: "owner", password: "secret" } });
  const server = serveImap("127.0.0.1:0", sink.access);
  await sink.store.add({ from: "a@x", to: ["bob@x.test", "ann@x.test"] }, [bytesOf("Subject: both\r\n\r\nboth\r\n")]);
  const seen = async (user: string) => {
    using client = await RawImap.login(server.port, user);
    const exists = (await client.ok("SELECT INBOX")).find((line) => line.endsWith(" EXISTS"));
    const folders = (await client.ok('LIST "" *')).filter((line) => line.startsWith("*")).length;
    return [exists, folders];
  };
  using bob = await RawImap.login(server.port, "BOB@x.test");
  await bob.ok("CREATE own");
  await bob.ok("SELECT INBOX");
  await bob.ok("STORE 1 +FLAGS.SILENT (\\Deleted)");
  await bob.ok("EXPUNGE");
  assertEquals(await seen("bob@x.test"), ["* 0 EXISTS", 2]);
  assertEquals(await seen("ann@x.test"), ["* 1 EXISTS", 1]);
  // The user of the sink has all messages.
  assertEquals(await seen("owner"), ["* 1 EXISTS", 1]);
  using wrong = await RawImap.connect(server.port);
  assertEquals(await wrong.send("LOGIN ann@x.test wrong"), ["NO [AUTHENTICATIONFAILED] Invalid user name or password"]);
});
