import { assert, assertEquals, assertMatch } from "@std/assert";
import { selfSigned } from "../../lib/core/mod.ts";
import { DOVECOT, startDovecot } from "../kit/dovecot.ts";
import { withFolder } from "../kit/folder.ts";
import { type ServedImap, servedImap } from "../kit/imap_served.ts";
import { mimeCorpus } from "../kit/mime_corpus.ts";
import { MIME_ROWS } from "../kit/mime_messages.ts";
import { peerTest } from "../kit/peer.ts";
import { fetchItems, type ImapValue, RawImap } from "../kit/raw_imap.ts";
import { startTool } from "../kit/tool.ts";
import { Terminal } from "../kit/tmux.ts";
import { until } from "../kit/wait.ts";

const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** Runs a program, and returns what it wrote; fails when it does. */
async function output(program: string, args: readonly string[], options: Deno.CommandOptions = {}): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], stdin: "null", ...options });
  const { code, stdout, stderr } = await command.output();
  const text = latin1(stdout);
  assertEquals(code, 0, `${program}: ${text.slice(-2000)}\n${latin1(stderr).slice(-2000)}`);
  return text;
}

/** Returns the messages of a folder as texts. */
async function texts({ account }: ServedImap, name = "INBOX"): Promise<string[]> {
  const folder = account.folder(name);
  assert(folder, name);
  return await Promise.all(folder.messages.map(async ({ uid }) => latin1(await folder.read(uid) ?? new Uint8Array())));
}

const message = (number: number, body = `Text ${number}.`) =>
  `From: Ada <ada@example.com>\nTo: bob@example.com\nSubject: Message ${number}\nMessage-ID: <${number}@example.com>\n` +
  `Date: Mon, 2 Feb 2026 10:00:0${number % 10} +0000\n\n${body}\n`;

/** Goes through the commands of imaplib, and prints what they have returned. */
const IMAPLIB = `
import imaplib, json, sys, time
m = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]))
out = {"capabilities": sorted(m.capabilities)}
def done(name, answer):
    out[name] = [answer[0], [x.decode("latin1") if isinstance(x, bytes) else [y.decode("latin1") for y in x] if x else x for x in answer[1]]]
done("login", m.login('ada', 'secret'))
done("create", m.create('"Old mail/2026"'))
done("list", m.list())
done("subscribe", m.subscribe('"Old mail/2026"'))
done("lsub", m.lsub())
done("append", m.append('INBOX', '(\\\\Seen $Label)', imaplib.Time2Internaldate(1770000000), b"Subject: =?utf-8?q?=C3=BCber?=\\r\\n\\r\\nW\\xc3\\xb6rter\\r\\n"))
done("select", m.select('INBOX'))
m.literal = "\\u00dcBER".encode()
done("search", m.uid('SEARCH', 'CHARSET', 'UTF-8', 'SUBJECT'))
done("unseen", m.search(None, 'UNSEEN', 'FROM', '"ada"'))
done("fetch", m.fetch('1', '(UID RFC822.SIZE INTERNALDATE ENVELOPE BODY.PEEK[TEXT])'))
done("whole", m.fetch('2', '(RFC822)'))
done("store", m.store('1', '+FLAGS', '(\\\\Deleted)'))
done("copy", m.copy('2', '"Old mail/2026"'))
done("status", m.status('"Old mail/2026"', '(MESSAGES UIDNEXT UNSEEN)'))
done("expunge", m.expunge())
done("noop", m.noop())
done("namespace", m.namespace())
done("close", m.close())
done("rename", m.rename('"Old mail/2026"', '"Old mail/2027"'))
done("delete", m.delete('"Old mail/2027"'))
try:
    m.select('"../x"')
except Exception as e:
    out["refused"] = str(e)
done("logout", m.logout())
print(json.dumps(out))
`;

peerTest("imap: Python's imaplib lists, adds, searches, fetches, marks, copies and deletes", ["python3"], async () => {
  await using served = await servedImap([message(1)]);
  const found = JSON.parse(await output("/usr/bin/python3", ["-c", IMAPLIB, String(served.port)]));
  const text = "W\u00c3\u00b6rter\r\n";
  const whole = `Subject: =?utf-8?q?=C3=BCber?=\r\n\r\n${text}`;
  const { login, select, append, capabilities, ...rest } = found;
  assertEquals([login[0], select, append[0]], ["OK", ["OK", ["2"]], "OK"]);
  assert(capabilities.includes("UIDPLUS"));
  assertEquals(rest, {
    create: ["OK", ["Create completed"]],
    list: ["OK", [
      '(\\HasNoChildren) "/" INBOX',
      '(\\HasNoChildren) "/" "Old mail/2026"',
    ]],
    subscribe: ["OK", ["Subscribe completed"]],
    lsub: ["OK", ['() "/" INBOX', '() "/" "Old mail/2026"']],
    search: ["OK", ["2"]],
    unseen: ["OK", ["1"]],
    fetch: ["OK", [[
      rest.fetch[1][0][0],
      "Text 1.\r\n",
    ], ")"]],
    whole: ["OK", [[`2 (RFC822 {${whole.length}}`, whole], ")"]],
    store: ["OK", ["1 (FLAGS (\\Deleted \\Recent))"]],
    copy: ["OK", [rest.copy[1][0]]],
    status: ["OK", ['"Old mail/2026" (MESSAGES 1 UIDNEXT 2 UNSEEN 0)']],
    expunge: ["OK", ["1"]],
    noop: ["OK", ["Noop completed"]],
    namespace: ["OK", ['(("" "/")) NIL NIL']],
    close: ["OK", ["Close completed"]],
    rename: ["OK", ["Rename completed"]],
    delete: ["OK", ["Delete completed"]],
    logout: ["BYE", ["Logging out"]],
  });
  assertMatch(
    rest.fetch[1][0][0],
    /^1 \(UID 1 RFC822\.SIZE 148 INTERNALDATE "[^"]+" ENVELOPE \("Mon, 2 Feb 2026 10:00:01 \+0000" "Message 1" .* BODY\[TEXT\] \{9\}$/,
  );
  assertMatch(rest.copy[1][0], /^\[COPYUID \d+ 2 1\] Copy completed$/);
  assertEquals(await texts(served), [whole]);
  assertEquals([...served.account.inbox.messages[0]?.flags ?? []].sort(), ["$Label", "\\Seen"]);
  assertEquals(served.account.inbox.messages[0]?.mail.received, 1770000000_000);
  assertEquals(served.faults, []);
});

peerTest("imap: curl fetches, searches and adds messages", ["curl"], async () => {
  await using served = await servedImap([message(1), message(2)]);
  const curl = (...args: readonly string[]) => output("curl", ["-sS", "-m", "60", "-u", "ada:secret", ...args]);
  const url = `imap://127.0.0.1:${served.port}`;
  assertEquals(await curl(`${url}/INBOX;UID=2`), (await texts(served))[1]);
  assertEquals(await curl(`${url}/INBOX;UID=1;SECTION=TEXT`), "Text 1.\r\n");
  assertEquals(await curl(`${url}/INBOX?SUBJECT%20%22message%202%22`), "* SEARCH 2\r\n");
  assertEquals(await curl(`${url}/`), '* LIST (\\HasNoChildren) "/" INBOX\r\n');
  assertEquals(
    await curl(`${url}/INBOX`, "-X", "STORE 1 +FLAGS \\Flagged"),
    "* 1 FETCH (FLAGS (\\Flagged \\Seen))\r\n",
  );
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/m.eml`, "Subject: new\r\n\r\nbody\r\n");
    await curl("-T", `${folder}/m.eml`, `${url}/INBOX`);
  });
  assertEquals((await texts(served))[2], "Subject: new\r\n\r\nbody\r\n");
});

peerTest("imap: curl requires TLS, by STARTTLS and from the first byte", ["curl"], async () => {
  await withFolder(async (folder) => {
    const tls = await selfSigned();
    await Deno.writeTextFile(`${folder}/ca.pem`, tls.cert);
    for (const [scheme, implicitTls] of [["imap", false], ["imaps", true]] as const) {
      await using served = await servedImap([message(1)], { tls, implicitTls, authWithoutTls: false });
      const url = `${scheme}://localhost:${served.port}/INBOX;UID=1`;
      const words = ["-sS", "-m", "60", "-u", "ada:secret", "--ssl-reqd", "--cacert", `${folder}/ca.pem`, url];
      assertEquals(await output("curl", words), (await texts(served))[0]);
    }
  });
});

peerTest("imap: mbsync copies mail and flags in both directions", ["mbsync"], async () => {
  await withFolder(async (folder) => {
    await using served = await servedImap([1, 2, 3].map((number) => message(number)));
    const { inbox } = served.account;
    const entwürfe = await served.account.create("Entwürfe/2026");
    await entwürfe.append([new TextEncoder().encode("Subject: draft\r\nMessage-ID: <d@x>\r\n\r\nd\r\n")]);
    await Deno.mkdir(`${folder}/mail`);
    const lines = [
      ...["IMAPAccount a", "Host 127.0.0.1", `Port ${served.port}`, "User ada", "Pass secret", "SSLType None"],
      ...["AuthMechs LOGIN", "", "IMAPStore far", "Account a", "", "MaildirStore near", `Path ${folder}/mail/`],
      ...[
        `Inbox ${folder}/mail/INBOX`,
        "SubFolders Verbatim",
        "",
        "Channel c",
        "Far :far:",
        "Near :near:",
        "Patterns *",
      ],
      ...["Create Both", "Expunge Both", "Sync All", `SyncState ${folder}/`],
    ];
    await Deno.writeTextFile(`${folder}/rc`, `${lines.join("\n")}\n`);
    const sync = () => output("mbsync", ["-c", `${folder}/rc`, "-a"], { env: { HOME: folder } });
    const files = async (name: string) => {
      const found: string[] = [];
      for (const part of ["new", "cur"]) {
        for await (const entry of Deno.readDir(`${folder}/mail/${name}/${part}`)) found.push(`${part}/${entry.name}`);
      }
      return found.sort();
    };
    await sync();
    const got = await Promise.all(
      (await files("INBOX")).map((file) => Deno.readTextFile(`${folder}/mail/INBOX/${file}`)),
    );
    const plain = (text: string) => text.replaceAll("\r\n", "\n").replace(/^X-TUID:.*\n/m, "");
    assertEquals(got.map(plain).sort(), (await texts(served)).map(plain).sort());
    assertEquals((await files("Entw&APw-rfe/2026")).length, 1);
    // A message of the client, and flags on both sides.
    await Deno.writeTextFile(`${folder}/mail/INBOX/new/1.local`, message(4));
    await inbox.setFlags(1, new Set(["\\Flagged"]));
    await inbox.remove([3]);
    const [second] = (await files("INBOX")).filter((file) => file.includes(",U=2"));
    assert(second);
    await Deno.rename(
      `${folder}/mail/INBOX/${second}`,
      `${folder}/mail/INBOX/cur/${second.slice(4).replace(/:2,.*$/, "")}:2,RS`,
    );
    await sync();
    assertEquals(inbox.messages.map(({ uid, flags }) => [uid, ...[...flags].sort()]), [
      [1, "\\Flagged"],
      [2, "\\Answered", "\\Seen"],
      [4],
    ]);
    const names = await files("INBOX");
    assertEquals(names.length, 3);
    assert(names.some((name) => /,U=1:2,F$/.test(name)), names.join(" "));
    const before = [...inbox.messages];
    await sync();
    assertEquals([...inbox.messages], before);
    assertEquals(served.faults, []);
  });
});

peerTest("imap: offlineimap copies all folders", ["offlineimap"], async () => {
  await withFolder(async (folder) => {
    await using served = await servedImap([message(1), message(2)]);
    const archive = await served.account.create("Archive");
    await served.account.inbox.copy([1], archive);
    const lines = [
      ...["[general]", "accounts = a", `metadata = ${folder}/meta`, "[Account a]", "localrepository = near"],
      ...["remoterepository = far", "[Repository near]", "type = Maildir", `localfolders = ${folder}/mail`],
      ...["[Repository far]", "type = IMAP", "remotehost = 127.0.0.1", `remoteport = ${served.port}`],
      ...["remoteuser = ada", "remotepass = secret", "ssl = no", "starttls = no", "auth_mechanisms = PLAIN, LOGIN"],
    ];
    await Deno.writeTextFile(`${folder}/rc`, `${lines.join("\n")}\n`);
    await output("offlineimap", ["-o", "-1", "-u", "basic", "-c", `${folder}/rc`], { env: { HOME: folder } });
    const count = async (name: string) => {
      let found = 0;
      for (const part of ["new", "cur"]) {
        for await (const _ of Deno.readDir(`${folder}/mail/${name}/${part}`)) found++;
      }
      return found;
    };
    assertEquals([await count("INBOX"), await count("Archive")], [2, 1]);
    assertEquals(served.faults, []);
  });
});

peerTest("imap: fetchmail fetches new messages and deletes them", ["fetchmail"], async () => {
  await withFolder(async (folder) => {
    await using served = await servedImap([message(1), message(2)]);
    const rc =
      `poll 127.0.0.1 service ${served.port} protocol IMAP auth password user ada password secret sslproto '' ` +
      `fetchall no keep no rewrite mda "cat >> ${folder}/got; echo ---- >> ${folder}/got"\n`;
    await Deno.writeTextFile(`${folder}/rc`, rc, { mode: 0o600 });
    await output("fetchmail", [
      "-f",
      `${folder}/rc`,
      "--nodetach",
      "--nosyslog",
      "-i",
      `${folder}/ids`,
      "--pidfile",
      `${folder}/pid`,
    ], {
      env: { HOME: folder, FETCHMAILHOME: folder },
    });
    const got = (await Deno.readTextFile(`${folder}/got`)).split("----\n").filter((text) => text !== "");
    assertEquals(got.length, 2);
    for (const [i, text] of got.entries()) {
      assert(text.includes(`Subject: Message ${i + 1}\n`) && text.endsWith(`\n\nText ${i + 1}.\n`), text);
    }
    assertEquals(served.account.inbox.count, 0);
  });
});

for (const program of ["mutt", "neomutt"]) {
  peerTest(`imap: ${program} shows the mailbox, opens a message and sees what arrives`, [program, "tmux"], async () => {
    await withFolder(async (folder) => {
      await using served = await servedImap([message(1, "First text."), message(2, "Second text.")]);
      const lines = [
        ...["set imap_user=ada", "set imap_pass=secret", `set folder=imap://127.0.0.1:${served.port}/`],
        ...["set spoolfile=+INBOX", "set ssl_starttls=no", "set ssl_force_tls=no", "set mail_check=1", "set timeout=1"],
        ...["set imap_idle=yes", "set sleep_time=0", "set header_cache=", "set wait_key=no", "set quit=yes"],
      ];
      await Deno.writeTextFile(`${folder}/rc`, `${lines.join("\n")}\n`);
      await using terminal = await Terminal.open([program, "-n", "-F", `${folder}/rc`], {
        TERM: "screen",
        HOME: folder,
      }, folder);
      await terminal.shows(/Message 1[^]*Message 2/);
      await terminal.press("Enter");
      await terminal.shows(/(?:First|Second) text\./);
      await terminal.type("i$");
      const { inbox } = served.account;
      await until("a message is marked as read", () => inbox.messages.some(({ flags }) => flags.has("\\Seen")));
      await inbox.append([new TextEncoder().encode(message(3).replaceAll("\n", "\r\n"))]);
      await terminal.shows(/Message 3/);
      await terminal.type("q");
      assertEquals(served.faults, []);
    });
  });
}

const NO_COLON = "Dovecot takes lines without a colon for a header";
const LINE_END = "Dovecot gives the line end in front of a boundary to a header that no empty line ends";

/** Why the structure of a message is another one than Dovecot's, also within a message. */
const DIFFERENT: ReadonlyMap<string, string> = new Map([
  ["a text without a header", NO_COLON],
  ["a header that ends without an empty line", NO_COLON],
  ["a message within, encoded", NO_COLON],
  ["what only begins like a boundary", "Dovecot takes a line that begins like a boundary for one"],
  [
    "a boundary in sections, with another one that begins like it",
    "Dovecot takes a line that begins like a boundary for one",
  ],
  ["a name with blanks and brackets", "Dovecot cuts a value that is not between quotes at a blank"],
  ["a path of Windows", "Dovecot drops backslashes"],
  ["a type without a slash", "Dovecot reports an empty subtype"],
  ["a field in front of a blank", "Dovecot takes a first line that is indented for part of no field"],
  ["a parameter whose line is not indented", "Dovecot takes the line for a field"],
  ["a type without a semicolon behind it", "Dovecot reports an empty type"],
  ["an encoding between quotes", "Dovecot ignores it"],
  ["an encoding with a semicolon", "Dovecot ignores it"],
  ["bytes as they are", "Dovecot replaces NUL"],
  ["a part without content", "Dovecot gives the empty line to the boundary"],
  ["a part without an empty line", "Dovecot gives the line end to the boundary"],
  ["alternatives", "Dovecot takes the line end in front of a boundary for the end of the part"],
  ["nothing (within a message)", LINE_END],
  ["a header alone (within a message)", LINE_END],
  ["a header cut in the line (within a message)", LINE_END],
  ["msg_14.txt", "Dovecot reports an empty type for one without a slash"],
  ["msg_19.txt", NO_COLON],
  ["msg_29.txt", "Dovecot does not encode a piece of a value that is joined with encoded ones (RFC 2231)"],
  ["msg_33.txt", "Dovecot does not find the boundary in an encoded parameter (RFC 2231)"],
  ["msg_35.txt", NO_COLON],
  ["msg_38.txt", NO_COLON],
]);

/** Messages of which a structure is more than one level. */
const NESTED: readonly (readonly [name: string, source: string])[] = [
  [
    "messages in messages",
    'Subject: a\nFrom: =?utf-8?q?=C3=A4?= <a@x>, "b, c" <b@y>\nSender: s@x\nReply-To: r@x (Reply Er)\nTo: G: c@x, d@x;, e@x\n' +
    "Cc: undisclosed-recipients:;\nBcc: <@r1,@r2:f@x>\nIn-Reply-To: <1@x>\nMessage-ID: <2@x>\nDate: Mon, 2 Feb 2026 10:00:00 +0100\n" +
    'Content-Type: multipart/mixed; boundary="a b"; x*0=1; x*1=2\nContent-Language: de, en\n\npre\n--a b\n' +
    "Content-Type: message/rfc822\nContent-Description: inner\n\nSubject: =?utf-8?q?=C3=A4?=\nFrom: root\n" +
    'Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html; charset="utf-8"\nContent-ID: <i@x>\n\n<p>\n--b--\n' +
    "--a b\nContent-Type: application/x-a; name*=utf-8''%C3%A4; name=a\nContent-Transfer-Encoding: base64\n" +
    'Content-Disposition: attachment; filename="a b.bin"; size=3\nContent-MD5: abc==\nContent-Location: http://x/y\n\nYWJj\n--a b--\nafter\n',
  ],
  [
    "a digest",
    "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\n1\n--b\nContent-Type: text/plain\n\n2\n--b--\n",
  ],
  ["a message that is a message", "Content-Type: message/rfc822\n\nSubject: in\nContent-Type: image/png\n\nx\n"],
  ["repeated fields", "From: a@x\nFrom: b@x\nSubject: one\nSubject: two\nTo: a@x\nTo: b@x\n\nx\n"],
];

peerTest("imap: BODYSTRUCTURE, BODY and ENVELOPE are Dovecot's, and so are all sections", [
  ...DOVECOT,
  "python3",
], async () => {
  await using dovecot = await startDovecot({ more: ["mail_fsync = never"] });
  await using served = await servedImap();
  using theirs = await RawImap.login(dovecot.ports.imap);
  using ours = await RawImap.login(served.port);
  const rows = [...NESTED, ...MIME_ROWS.map(({ name, source }) => [name, source] as const)]
    .filter(([, source]) => source !== "");
  for (const [, source] of rows) {
    for (const client of [theirs, ours]) await client.append("INBOX", source.replace(/(?<!\r)\n/g, "\r\n"));
  }
  for (const client of [theirs, ours]) await client.ok("SELECT INBOX");
  const wrong: string[] = [];
  for (const [i, [name]] of rows.entries()) {
    const items =
      "RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY BODY.PEEK[HEADER.FIELDS (SUBJECT CONTENT-TYPE)] BODY.PEEK[TEXT]";
    const [found, expected] = await Promise.all([ours, theirs].map(async (client) => {
      const map = fetchItems((await client.ok(`FETCH ${i + 1} (${items})`))[0] ?? "");
      const numbers = partNumbers(map.get("BODY") ?? null);
      const sections = numbers.flatMap((number) => [number, `${number}.MIME`, `${number}.HEADER`, `${number}.TEXT`]);
      const peeks = sections.map((section) => `BODY.PEEK[${section}]`).join(" ");
      const values = fetchItems((await client.ok(`FETCH ${i + 1} (${peeks})`))[0] ?? "");
      for (const section of sections) map.set(section, values.get(`BODY[${section}]`) ?? "");
      return [...map].map(([key, value]) => [key, /^BODY(?:STRUCTURE)?$/.test(key) ? lower(value) : value]);
    }));
    const same = JSON.stringify(found) === JSON.stringify(expected);
    if (same !== !DIFFERENT.has(name)) wrong.push(`${name}\n${diff(found, expected)}`);
  }
  // All of the corpora, whole.
  const corpus = mimeCorpus();
  assert(corpus.length > 200);
  const whole = await Promise.all([ours, theirs].map(async (client) => {
    await client.ok("CREATE corpus");
    for (const [, text] of corpus) await client.append("corpus", text);
    await client.ok("SELECT corpus");
    const lines = await client.ok("FETCH 1:* (RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY)");
    return lines.slice(0, -1).map((line) =>
      [...fetchItems(line)].map(([key, value]) => [key, /^BODY(?:STRUCTURE)?$/.test(key) ? lower(value) : value])
    );
  }));
  assertEquals(whole.map((found) => found.length), [corpus.length, corpus.length]);
  for (const [i, [name]] of corpus.entries()) {
    const [found, expected] = whole.map((of) => of[i]);
    if (DIFFERENT.has(name) || DIFFERENT.has(name.replace(WITHIN, ""))) continue;
    if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push(`${name}\n${diff(found, expected)}`);
  }
  assertEquals(wrong, []);
});

const WITHIN = / \(within a message\)$/;

type Items = readonly (readonly unknown[])[] | undefined;

function diff(found: Items, expected: Items): string {
  const lines = (found ?? []).flatMap(([key, value], i) => {
    const other = expected?.[i];
    const same = JSON.stringify([key, value]) === JSON.stringify(other);
    return same ? [] : [`  ours   ${JSON.stringify([key, value])}\n  theirs ${JSON.stringify(other)}`];
  });
  return lines.join("\n");
}

/** Types, encodings and names of parameters mean the same in any letters' case. */
function lower(value: ImapValue): ImapValue {
  if (!Array.isArray(value)) return lowerText(value);
  if (!Array.isArray(value[0])) {
    const [type, subtype, params, id, description, encoding, ...rest]: ImapValue[] = value;
    const isMessage = `${lowerText(type ?? null)}/${lowerText(subtype ?? null)}` === "message/rfc822";
    const more = isMessage ? rest.map((one, i) => i === 2 ? lower(one) : one) : rest;
    const kind = [lowerText(type ?? null), lowerText(subtype ?? null), names(params ?? null)];
    return value.length < 7 ? value : [...kind, id ?? null, description ?? null, lowerText(encoding ?? null), ...more];
  }
  const end = value.findIndex((part) => !Array.isArray(part));
  const [subtype = null, params, ...rest] = value.slice(end);
  if (end < 0 || typeof subtype !== "string") return value;
  const more = params === undefined ? [] : [names(params), ...rest];
  return [...value.slice(0, end).map(lower), lowerText(subtype), ...more];
}

function lowerText(value: ImapValue): ImapValue {
  return typeof value === "string" ? value.toLowerCase() : value;
}

function names(params: ImapValue): ImapValue {
  return Array.isArray(params) ? params.map((one, i) => i % 2 === 0 ? lowerText(one) : one) : params;
}

/** The numbers of the parts of a BODY. */
function partNumbers(body: ImapValue, prefix = ""): string[] {
  if (!Array.isArray(body)) return [];
  if (!Array.isArray(body[0])) {
    const number = prefix === "" ? "1" : prefix;
    const isMessage = body[0] === "message" && Array.isArray(body[8]);
    if (!isMessage) return [number];
    const inner: ImapValue = body[8] ?? null;
    const innerIsMultipart = Array.isArray(inner) && Array.isArray(inner[0]);
    return [number, ...innerIsMultipart ? partNumbers(inner, number) : partNumbers(inner, `${number}.1`)];
  }
  return body.filter((part) => Array.isArray(part)).flatMap((part, i) => {
    const number = prefix === "" ? `${i + 1}` : `${prefix}.${i + 1}`;
    return Array.isArray(part) && Array.isArray(part[0])
      ? [number, ...partNumbers(part, number)]
      : partNumbers(part, number);
  });
}

peerTest(
  "imap: mail sink --imap shows what SMTP brought, and its maildir keeps flags, folders and UIDs after kill -9",
  ["curl"],
  async () => {
    await withFolder(async (folder) => {
      const start = async () => {
        const words = ["sink", "--port", "0", "--smtp-only", "--imap", "0", "--dir", `${folder}/Maildir`];
        const tool = await startTool("mail", words);
        const [, smtp = ""] = await tool.stderrMatch(/listening on smtp:\/\/(\S+)\n/);
        const [, imap = ""] = await tool.stderrMatch(/listening on imap:\/\/(\S+)\n/);
        return { tool, smtp, port: Number(imap.split(":").at(-1)) };
      };
      const first = await start();
      await Deno.writeTextFile(`${folder}/m.eml`, message(1).replaceAll("\n", "\r\n"));
      using client = await RawImap.login(first.port);
      await client.ok("SELECT INBOX");
      await client.write("a IDLE\r\n");
      await client.line();
      for (let i = 0; i < 2; i++) {
        await output("curl", [
          ...[
            "-sS",
            "-m",
            "60",
            "--mail-from",
            "a@x",
            "--mail-rcpt",
            "b@x",
            "-T",
            `${folder}/m.eml`,
            `smtp://${first.smtp}`,
          ],
        ]);
        assertEquals([await client.line(), await client.line()], [`* ${i + 1} EXISTS`, `* ${i + 1} RECENT`]);
      }
      await client.write("DONE\r\n");
      assertEquals(await client.line(), "a OK Idle completed");
      await client.ok("STORE 2 +FLAGS (\\Flagged $Label)");
      await client.ok("CREATE Entw&APw-rfe/a.b");
      await client.ok("COPY 2 Entw&APw-rfe/a.b");
      await client.ok("MOVE 1 Entw&APw-rfe/a.b");
      await client.append("INBOX", "Subject: added\n\nadded\n", "(\\Seen) ");
      const items = "FETCH 1:* (UID FLAGS RFC822.SIZE BODY.PEEK[])";
      const look = async (other: RawImap) => {
        const seen: string[] = [];
        for (const name of ["INBOX", "Entw&APw-rfe/a.b"]) {
          seen.push(...(await other.ok(`EXAMINE ${name}`)).filter((line) => /EXISTS|UIDVALIDITY/.test(line)));
          seen.push(...(await other.ok(items)).map((line) => line.replace(" \\Recent", "")));
        }
        return seen;
      };
      const before = await look(client);
      first.tool.process.kill("SIGKILL");
      await first.tool.code;
      const second = await start();
      using again = await RawImap.login(second.port);
      assertEquals(await look(again), before);
      assertMatch((await again.ok('LIST "" *'))[1] ?? "", /"\/" Entw&APw-rfe\/a\.b$/);
      second.tool.process.kill("SIGTERM");
      assertEquals(await second.tool.code, 0);
    });
  },
);
