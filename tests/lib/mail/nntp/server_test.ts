import { assertEquals, assertMatch } from "@std/assert";
import { LoginLimit } from "../../../../lib/core/mod.ts";
import { MailFaults, type NntpServerOptions, serveNntp } from "../../../../lib/mail/mod.ts";
import { memoryStore } from "../../../../lib/mail/store/memory/memory_store.ts";
import { rawExchange } from "../../../kit/raw.ts";

const octets = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const MESSAGES = [
  [
    "ada@example.com",
    "Message-ID: <1@x>\r\nSubject: one\r\nFrom: a@x\r\nDate: Sat, 28 Nov 2026 12:00:00 +0000\r\n\r\nhello\r\n",
  ],
  [
    "bob@example.com",
    "Message-ID: <2@x>\r\nSubject: two\r\n\tfolded\r\nFrom: b@x\r\nReferences: <1@x>\r\n\r\n.\r\n..dots\r\nend",
  ],
  ["ada@example.com", "Subject: no id\r\nFrom: \xc3\xa4@x\r\n\r\nLF\n.\nonly\n"],
] as const;

/** Serves three messages, with a fixed id for what has none. */
async function served(options: Partial<NntpServerOptions> = {}) {
  const store = memoryStore();
  for (const [to, text] of MESSAGES) await store.add({ from: "a@x", to: [to] }, [octets(text)]);
  const traced: string[] = [];
  const faults: string[] = [];
  const server = serveNntp("127.0.0.1:0", store.account().inbox, {
    trace: ({ direction, text }) => void traced.push(`${direction} ${text}`),
    onFault: ({ error }) => void faults.push(error.code),
    post: (envelope, pieces) => store.add(envelope, pieces),
    ...options,
  });
  return { store, server, traced, faults, [Symbol.asyncDispose]: () => server.shutdown() };
}

const HELLO = "200 Toucan NNTP server ready, posting allowed\r\n";
const BYE = "205 Connection closing\r\n";
const ADA = "211 2 1 3 mail.com.example.ada\r\n";
const ALL = "211 3 1 3 toucan.inbox\r\n";
const fieldsOf = (group: string) => `Path: toucan.localhost!not-for-mail\r\nNewsgroups: ${group}\r\n`;
const TO_ADA = fieldsOf("mail.com.example.ada");
const TO_BOB = fieldsOf("mail.com.example.bob");
const ONE = `${TO_ADA}${MESSAGES[0][1]}`;
const TWO = `${TO_BOB}${MESSAGES[1][1]}`;
const xrefOf = (number: number, group: string) =>
  `Xref: toucan.localhost toucan.inbox:${number} mail.com.example.${group}:${number}`;
const OVER_ONE = `one\ta@x\tSat, 28 Nov 2026 12:00:00 +0000\t<1@x>\t\t${ONE.length}\t1\t${xrefOf(1, "ada")}\r\n`;
const OVER_TWO = `two folded\tb@x\t\t<2@x>\t<1@x>\t${TWO.length}\t3\t${xrefOf(2, "bob")}\r\n`;

for (
  const [what, sent, heard] of [
    [
      "capabilities",
      "CAPABILITIES\r\nMODE READER\r\nmode x\r\n",
      "101 Capability list follows\r\nVERSION 2\r\nIMPLEMENTATION Toucan\r\nREADER\r\nPOST\r\nOVER MSGID\r\nHDR\r\nNEWNEWS\r\n" +
      "LIST ACTIVE ACTIVE.TIMES HEADERS NEWSGROUPS OVERVIEW.FMT\r\nAUTHINFO USER SASL\r\nSASL PLAIN\r\n.\r\n" +
      "200 Posting allowed\r\n501 Use MODE READER\r\n",
    ],
    [
      "groups",
      "GROUP mail.com.example.ada\r\nGROUP Toucan.Inbox\r\nGROUP none\r\nGROUP\r\nGROUP a b\r\n",
      `${ADA}${ALL}411 No such newsgroup\r\n501 Use GROUP name\r\n501 Use GROUP name\r\n`,
    ],
    [
      "LISTGROUP",
      "LISTGROUP\r\nLISTGROUP mail.com.example.ada\r\nLISTGROUP toucan.inbox 2-\r\nLISTGROUP toucan.inbox 9-3\r\nLISTGROUP none\r\nSTAT\r\n",
      `412 No newsgroup selected\r\n211 2 1 3 mail.com.example.ada list follows\r\n1\r\n3\r\n.\r\n` +
      "211 3 1 3 toucan.inbox list follows\r\n2\r\n3\r\n.\r\n211 3 1 3 toucan.inbox list follows\r\n.\r\n411 No such newsgroup\r\n223 1 <1@x>\r\n",
    ],
    [
      "NEXT and LAST",
      "NEXT\r\nGROUP mail.com.example.ada\r\nLAST\r\nNEXT\r\nNEXT\r\nLAST\r\n",
      `412 No newsgroup selected\r\n${ADA}422 No previous article in this group\r\n223 3 <ID@toucan.invalid> retrieved\r\n` +
      "421 No next article in this group\r\n223 1 <1@x> retrieved\r\n",
    ],
    ["ARTICLE by number", "GROUP toucan.inbox\r\nARTICLE 1\r\n", `${ALL}220 1 <1@x>\r\n${ONE}.\r\n`],
    [
      "ARTICLE by message id, with dots and without a line end",
      "ARTICLE <2@x>\r\n",
      `220 0 <2@x>\r\n${TWO.replace("\n.\r\n..dots", "\n..\r\n...dots")}\r\n.\r\n`,
    ],
    [
      "ARTICLE without a message id, and with LF",
      "GROUP toucan.inbox\r\nARTICLE 3\r\n",
      `${ALL}220 3 <ID@toucan.invalid>\r\n${TO_ADA}Message-ID: <ID@toucan.invalid>\r\nSubject: no id\r\nFrom: \xc3\xa4@x\r\n\r\nLF\r\n..\r\nonly\r\n.\r\n`,
    ],
    [
      "HEAD, BODY and STAT",
      "GROUP toucan.inbox\r\nHEAD 1\r\nBODY\r\nSTAT\r\nSTAT 2\r\nHEAD <none@x>\r\nBODY 9\r\nSTAT x\r\nSTAT 1 2\r\n",
      `${ALL}221 1 <1@x>\r\n${
        ONE.slice(0, ONE.indexOf("\r\n\r\n"))
      }\r\n.\r\n222 1 <1@x>\r\nhello\r\n.\r\n223 1 <1@x>\r\n223 2 <2@x>\r\n` +
      "430 No article with that message-id\r\n423 No article with that number\r\n501 Invalid article number or message-id\r\n501 Too many arguments\r\n",
    ],
    [
      "articles without a group",
      "ARTICLE\r\nSTAT 1\r\nSTAT <1@x>\r\n",
      "412 No newsgroup selected\r\n".repeat(2) + "223 0 <1@x>\r\n",
    ],
    [
      "OVER",
      "OVER\r\nGROUP toucan.inbox\r\nOVER 1-2\r\nXOVER 3-\r\nOVER\r\nOVER 7-9\r\nOVER <2@x>\r\nOVER x\r\n",
      `412 No newsgroup selected\r\n${ALL}224 Overview information follows\r\n1\t${OVER_ONE}2\t${OVER_TWO}.\r\n` +
      `224 Overview information follows\r\n3\tno id\t\xc3\xa4@x\t\t<ID@toucan.invalid>\t\tSIZE\t3\t${
        xrefOf(3, "ada")
      }\r\n.\r\n` +
      `224 Overview information follows\r\n1\t${OVER_ONE}.\r\n423 No articles in that range\r\n` +
      `224 Overview information follows\r\n0\t${OVER_TWO}.\r\n501 Invalid article number or message-id\r\n`,
    ],
    [
      "HDR",
      "GROUP toucan.inbox\r\nHDR subject 1-2\r\nXHDR References 1-2\r\nHDR :lines 2\r\nHDR Message-ID <2@x>\r\nHDR\r\nHDR a:b 1\r\nHDR Subject 9\r\n",
      `${ALL}225 Headers follow\r\n1 one\r\n2 two folded\r\n.\r\n221 Header follows\r\n1 \r\n2 <1@x>\r\n.\r\n225 Headers follow\r\n2 3\r\n.\r\n` +
      "225 Headers follow\r\n0 <2@x>\r\n.\r\n501 Use HDR field [range|message-id]\r\n501 Use HDR field [range|message-id]\r\n423 No articles in that range\r\n",
    ],
    [
      "LIST",
      "LIST\r\nLIST ACTIVE mail.*,!*bob\r\nLIST NEWSGROUPS *.ada\r\nLIST ACTIVE [a]\r\nLIST FOO\r\nLIST HEADERS\r\nLIST HEADERS x\r\nLIST ACTIVE none\r\n",
      "215 List of newsgroups follows\r\ntoucan.inbox 3 1 y\r\nmail.com.example.ada 3 1 y\r\nmail.com.example.bob 2 2 y\r\n.\r\n" +
      "215 List of newsgroups follows\r\nmail.com.example.ada 3 1 y\r\n.\r\n215 List of newsgroups follows\r\nmail.com.example.ada\tMessages to ada@example.com\r\n.\r\n" +
      "501 Invalid wildmat\r\n501 Unknown variant of LIST\r\n215 Metadata items supported\r\n:\r\n:bytes\r\n:lines\r\n.\r\n501 Use LIST HEADERS [MSGID|RANGE]\r\n" +
      "215 List of newsgroups follows\r\n.\r\n",
    ],
    [
      "HDR of fields that a message lacks",
      "GROUP toucan.inbox\r\nHDR Newsgroups 1-2\r\nHDR path <1@x>\r\nXHDR Xref 2\r\n",
      `${ALL}225 Headers follow\r\n1 mail.com.example.ada\r\n2 mail.com.example.bob\r\n.\r\n` +
      "225 Headers follow\r\n0 toucan.localhost!not-for-mail\r\n.\r\n" +
      `221 Header follows\r\n2 ${xrefOf(2, "bob").replace("Xref: ", "")}\r\n.\r\n`,
    ],
    [
      "OVERVIEW.FMT",
      "LIST OVERVIEW.FMT\r\n",
      "215 Order of fields in overview database\r\nSubject:\r\nFrom:\r\nDate:\r\nMessage-ID:\r\nReferences:\r\nBytes:\r\nLines:\r\nXref:full\r\n.\r\n",
    ],
    [
      "NEWNEWS and NEWGROUPS",
      "NEWNEWS *.bob 20200101 000000 GMT\r\nNEWNEWS * 20990101 000000\r\nNEWGROUPS 200101 000000 GMT\r\nNEWGROUPS 20200101\r\nNEWNEWS * 20200101 000000 CET\r\n",
      "230 List of new articles follows\r\n<2@x>\r\n.\r\n230 List of new articles follows\r\n.\r\n231 List of new newsgroups follows\r\ntoucan.inbox 3 1 y\r\n" +
      "mail.com.example.ada 3 1 y\r\nmail.com.example.bob 2 2 y\r\n.\r\n501 Use NEWGROUPS yyyymmdd hhmmss [GMT]\r\n501 Use NEWNEWS wildmat yyyymmdd hhmmss [GMT]\r\n",
    ],
    [
      "unknown commands",
      "FOO\r\nconstructor\r\n__proto__\r\nIHAVE <1@x>\r\nSTARTTLS\r\nSTARTTLS x\r\n\r\n",
      "500 Unknown command\r\n".repeat(4) +
      "580 Can not initiate TLS negotiation\r\n501 STARTTLS takes no arguments\r\n500 Unknown command\r\n",
    ],
    [
      "a hundred articles and groups that do not exist",
      "STAT <none@x>\r\nGROUP none\r\n".repeat(100),
      "430 No article with that message-id\r\n411 No such newsgroup\r\n".repeat(100),
    ],
    ["keywords in any case", "group TOUCAN.inbox\r\nstat 1\r\n", `${ALL}223 1 <1@x>\r\n`],
    [
      "credentials that are not needed",
      "AUTHINFO USER a\r\nAUTHINFO PASS b\r\nAUTHINFO USER a\r\n",
      "381 Password required\r\n281 Authentication accepted\r\n502 Already authenticated\r\n",
    ],
  ] as const
) {
  Deno.test(`nntp server: ${what}`, async () => {
    await using at = await served();
    const { id = "", size = 0 } = at.store.messages[2] ?? {};
    const madeId = `${encodeURIComponent(id)}@toucan.invalid`;
    const made = (text: string) =>
      text.replaceAll("ID@toucan.invalid", madeId).replace(
        "SIZE",
        `${size + `${TO_ADA}Message-ID: <${madeId}>\r\n`.length}`,
      );
    assertEquals(await rawExchange(at.server.port, `${sent}QUIT\r\n`), `${HELLO}${made(heard)}${BYE}`);
    assertEquals(at.faults, []);
  });
}

for (
  const [what, sent, heard] of [
    ["a bare LF", "DATE\nQUIT\r\n", "501 Bare <LF> received; lines end with <CR><LF>\r\n"],
    ["a bare CR", "GROUP a\rb\r\n", "501 Bare <CR> received; lines end with <CR><LF>\r\n"],
    ["a line without end", "x".repeat(20_000), "501 Line too long (limit: 12288 bytes)\r\n"],
    ["an HTTP request", "POST / HTTP/1.1\r\nHost: x\r\n\r\n", "400 HTTP is not supported on an NNTP port\r\n"],
    ["50 errors", "FOO\r\n".repeat(60), `${"500 Unknown command\r\n".repeat(50)}400 Too many errors\r\n`],
  ] as const
) {
  Deno.test(`nntp server: ends the connection after ${what}`, async () => {
    await using at = await served();
    assertEquals(await rawExchange(at.server.port, sent), `${HELLO}${heard}`);
  });
}

Deno.test("nntp server: commands need a login, passwords are masked in the trace, and failures are limited", async () => {
  const logins = new LoginLimit({ burst: 4, interval: 60_000 });
  await using at = await served({ login: (user, password) => user === "ada" && password === "secret", logins });
  const login = "AUTHINFO USER ada\r\nAUTHINFO PASS secret\r\n";
  assertEquals(
    await rawExchange(
      at.server.port,
      `GROUP toucan.inbox\r\nPOST\r\nAUTHINFO PASS x\r\nAUTHINFO FOO\r\n${login}GROUP toucan.inbox\r\nQUIT\r\n`,
    ),
    `${HELLO}480 Authentication required\r\n480 Authentication required\r\n482 AUTHINFO USER must come first\r\n` +
      `501 Use AUTHINFO USER, AUTHINFO PASS or AUTHINFO SASL\r\n381 Password required\r\n281 Authentication accepted\r\n${ALL}${BYE}`,
  );
  for (
    const sasl of [`AUTHINFO SASL PLAIN ${btoa("\0ada\0secret")}`, `AUTHINFO SASL PLAIN\r\n${btoa("\0ada\0secret")}`]
  ) {
    assertMatch(await rawExchange(at.server.port, `${sasl}\r\nQUIT\r\n`), /\r\n281 Authentication accepted\r\n205/);
  }
  assertMatch(
    await rawExchange(
      at.server.port,
      "AUTHINFO SASL PLAIN\r\n*\r\nAUTHINFO SASL X\r\nAUTHINFO SASL PLAIN x\r\nQUIT\r\n",
    ),
    /383 =\r\n481 .*\r\n503 .*\r\n482 .*\r\n205/,
  );
  const wrong = "AUTHINFO USER ada\r\nAUTHINFO PASS wrong\r\n";
  assertEquals(
    await rawExchange(at.server.port, wrong.repeat(4)),
    `${HELLO}${"381 Password required\r\n481 Authentication failed\r\n".repeat(3)}`,
  );
  assertMatch(
    await rawExchange(at.server.port, `${wrong}${login}QUIT\r\n`),
    /481 Authentication failed[\s\S]*481 Too many failed logins, try again in /,
  );
  assertEquals(at.traced.filter((line) => /secret|wrong|AGFk/.test(line)), []);
  assertEquals(at.traced.includes("< AUTHINFO PASS ********"), true);
});

Deno.test("nntp server: passwords are refused without TLS beyond loopback", async () => {
  await using at = await served({ login: () => true, authWithoutTls: false });
  const text = await rawExchange(at.server.port, "CAPABILITIES\r\nAUTHINFO USER a\r\nQUIT\r\n");
  assertEquals(
    text.slice(HELLO.length),
    "101 Capability list follows\r\nVERSION 2\r\nIMPLEMENTATION Toucan\r\nAUTHINFO\r\n.\r\n483 Encryption required for authentication\r\n" +
      BYE,
  );
});

const POSTED = "From: Ada <ada@example.com>\r\nNewsgroups: mail.com.example.bob,comp.test\r\nSubject: hi\r\n";

Deno.test("nntp server: a posted article is stored whole, with the fields of an injecting agent", async () => {
  await using at = await served();
  const sent =
    `POST\r\n${POSTED}Path: old!x\r\n\r\n..dot\r\nend\r\n.\r\nGROUP comp.test\r\nPOST\r\n${POSTED}Message-ID: <m@x>\r\nDate: Sat, 28 Nov 2026 12:00:00 +0000\r\n\r\nx\r\n.\r\nQUIT\r\n`;
  const heard = await rawExchange(at.server.port, sent);
  assertMatch(
    heard,
    /^200 .*\r\n340 Send article to be posted\r\n240 Article posted <[\w-]+@toucan\.localhost>\r\n211 1 4 4 comp\.test\r\n340 .*\r\n240 Article posted <m@x>\r\n205 .*\r\n$/,
  );
  const [first, second] = at.store.messages.slice(3);
  assertEquals([first?.from, first?.to], ["ada@example.com", ["bob@example.com", "comp.test@news.invalid"]]);
  const text = async (id = "") => new TextDecoder().decode(await at.store.read(id));
  assertMatch(
    await text(first?.id),
    /^Path: toucan\.localhost!\.POSTED\.127\.0\.0\.1!old!x\r\nMessage-ID: <[\w-]+@toucan\.localhost>\r\nDate: .* \+0000\r\nInjection-Date: .* \+0000\r\nInjection-Info: toucan\.localhost; posting-host="127\.0\.0\.1"\r\nFrom: Ada <ada@example\.com>\r\nNewsgroups: [^\r]*\r\nSubject: hi\r\n\r\n\.dot\r\nend\r\n$/,
  );
  assertMatch(
    await text(second?.id),
    /^Path: toucan\.localhost!\.POSTED\.127\.0\.0\.1!not-for-mail\r\nInjection-Date: [^\r]*\r\nInjection-Info: [^\r]*\r\nFrom: /,
  );
});

for (
  const [what, article, reply] of [
    ["no empty line", `${POSTED}`, "441 Posting failed: Header and body are not separated by an empty line"],
    ["no Subject", "From: a@x\r\nNewsgroups: x.y\r\n\r\n", "441 Posting failed: Missing Subject header field"],
    ["no From", "Newsgroups: x.y\r\nSubject: a\r\n\r\n", "441 Posting failed: Missing From header field"],
    [
      "an invalid group",
      "From: a@x\r\nSubject: a\r\nNewsgroups: a..b\r\n\r\n",
      "441 Posting failed: Invalid name in Newsgroups header field",
    ],
    [
      "two groups fields",
      `${POSTED}Newsgroups: x\r\n\r\n`,
      "441 Posting failed: More than one newsgroups header field",
    ],
    ["Xref", `${POSTED}Xref: a b:1\r\n\r\n`, "441 Posting failed: Header field xref is not permitted"],
    ["an invalid message id", `${POSTED}Message-ID: x\r\n\r\n`, "441 Posting failed: Invalid Message-ID header field"],
    ["a known message id", `${POSTED}Message-ID: <1@x>\r\n\r\n`, "441 Posting failed: duplicate message-id"],
    ["a bare CR", `${POSTED}\r\na\rb\r\n`, "441 Posting failed: bare <CR> in the article"],
    ["an LF beside a dot", `${POSTED}\r\na\n.\r\nb\r\n`, "441 Posting failed: bare <LF> in the article"],
    [
      "too many bytes",
      `${POSTED}\r\n${"x".repeat(70)}\r\n`.padEnd(3000, "line\r\n"),
      "441 Posting failed: article too large (limit: 1.00 KiB)",
    ],
  ] as const
) {
  Deno.test(`nntp server: refuses an article with ${what}`, async () => {
    await using at = await served({ maxArticle: 1024 });
    const heard = await rawExchange(
      at.server.port,
      `POST\r\n${article}${article.endsWith("\r\n") ? "" : "\r\n"}.\r\nDATE\r\nQUIT\r\n`,
    );
    assertEquals(heard.split("\r\n").slice(1, 3), ["340 Send article to be posted", reply]);
    assertMatch(heard, /\r\n111 \d{14}\r\n205/);
    assertEquals(at.store.count, 3);
  });
}

Deno.test("nntp server: an article that is cut, endless, or without room is not stored", async () => {
  await using at = await served({ maxArticle: 1024 });
  assertEquals((await rawExchange(at.server.port, `POST\r\n${POSTED}\r\nhalf`, { end: true })).split("\r\n").length, 3);
  const endless = await rawExchange(at.server.port, `POST\r\n${POSTED}\r\n${"x\r\n".repeat(500_000)}`);
  assertMatch(endless, /441 Posting failed: article too large/);
  assertEquals(at.store.count, 3);
  await using full = await served({ hasRoom: () => false });
  assertEquals(
    await rawExchange(full.server.port, "POST\r\nQUIT\r\n"),
    `${HELLO}440 Posting not permitted: insufficient storage\r\n${BYE}`,
  );
  await using closed = await served({ post: undefined });
  assertEquals(
    await rawExchange(closed.server.port, "POST\r\nQUIT\r\n"),
    `201 Toucan NNTP server ready, posting prohibited\r\n440 Posting not permitted\r\n${BYE}`,
  );
  await using broken = await served({ post: () => Promise.reject(new Error("disk")) });
  assertMatch(
    await rawExchange(broken.server.port, `POST\r\n${POSTED}\r\nx\r\n.\r\nQUIT\r\n`),
    /441 Posting failed: local error\r\n205/,
  );
  assertEquals(broken.faults, ["client-failed"]);
});

Deno.test("nntp server: numbers last while messages are added and removed", async () => {
  await using at = await served();
  await at.store.remove(at.store.messages[2]?.id ?? "");
  await at.store.add({ from: "", to: ["ada@example.com", "ADA@example.com", "new@example.com"] }, [
    octets("Subject: new\r\n\r\n"),
  ]);
  assertEquals(
    await rawExchange(
      at.server.port,
      "LISTGROUP mail.com.example.ada\r\nLAST\r\nARTICLE 3\r\nGROUP mail.com.example.new\r\nQUIT\r\n",
    ),
    `${HELLO}211 2 1 4 mail.com.example.ada list follows\r\n1\r\n4\r\n.\r\n422 No previous article in this group\r\n` +
      `423 No article with that number\r\n211 1 4 4 mail.com.example.new\r\n${BYE}`,
  );
  for (const { id } of at.store.messages) await at.store.remove(id);
  assertEquals(
    await rawExchange(at.server.port, "GROUP mail.com.example.ada\r\nSTAT\r\nOVER 1-9\r\nSTAT <1@x>\r\nQUIT\r\n"),
    `${HELLO}211 0 5 4 mail.com.example.ada\r\n420 Current article number is invalid\r\n423 No articles in that range\r\n430 No article with that message-id\r\n${BYE}`,
  );
});

Deno.test("nntp server: simulated failures", async () => {
  const faults = new MailFaults({
    fail: ["nntp-group:411:ada@*", "nntp-group:400", "nntp-over:503", "nntp-post:drop", "nntp-date:close"],
  });
  await using at = await served({ faults });
  assertEquals(await rawExchange(at.server.port, "XOVER 1\r\nDATE\r\n"), `${HELLO}503 simulated failure\r\n`);
  assertEquals(
    await rawExchange(at.server.port, "GROUP toucan.inbox\r\nQUIT\r\n"),
    `${HELLO}400 simulated failure\r\n`,
  );
  assertEquals(
    await rawExchange(at.server.port, `POST\r\n${POSTED}\r\nx\r\n.\r\nQUIT\r\n`),
    `${HELLO}340 Send article to be posted\r\n`,
  );
  assertEquals(at.store.count, 4);
  faults.set({ fail: ["nntp-connect:400"] });
  assertEquals(await rawExchange(at.server.port, "QUIT\r\n"), "400 simulated failure\r\n");
  faults.set({ fail: ["nntp-connect:close"] });
  assertEquals(await rawExchange(at.server.port, "QUIT\r\n"), "");
});
