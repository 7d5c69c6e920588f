import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { NegativeError, NetworkError, UsageError } from "../../../lib/core/mod.ts";
import { connectImap } from "../../../lib/mail/imap/client/connect.ts";
import type { ImapClientOptions } from "../../../lib/mail/imap/client/options.ts";
import { ImapRefusedError } from "../../../lib/mail/imap/client/refusal.ts";
import { ImapSource } from "../../../lib/mail/imap/client/source.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { IMAP_CAPABILITIES, scriptedImap } from "../../kit/scripted_imap.ts";

const AUTH = { user: "ada", secret: "se cret", withoutTls: true };
const PLAIN: ImapClientOptions = { tls: "none", auth: AUTH };
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("imap client: lists, reads, marks, moves and deletes messages", async () => {
  await using server = scriptedImap({ mails: { 7: "Subject: a\r\n\r\none\r\n", 9: "Subject: b\r\n\r\ntwo\r\n" } });
  await using client = await connectImap(server.address, PLAIN);
  assertEquals(await client.folders(), [
    { name: "INBOX", delimiter: "/", attributes: ["\\HasNoChildren"] },
    { name: "Entwürfe", delimiter: "/", attributes: [] },
  ]);
  const folder = await client.open("Entwürfe", { readOnly: false });
  assertEquals([folder.name, folder.uidValidity, folder.uidNext, folder.exists, folder.readOnly], [
    ...["Entwürfe", 3, 10, 2, false],
  ]);
  assertEquals(await client.search("UNSEEN"), [7, 9]);
  const [first, second] = await client.fetch([9, 7, 8, 7], { flags: true, size: true });
  assertEquals([first?.uid, first?.size, second?.uid], [7, 19, 9]);
  assertEquals(text(await client.read(9)), "Subject: b\r\n\r\ntwo\r\n");
  assertEquals(text(await client.read(9, { section: "HEADER" })), "Subject: b\r\n\r\n");
  await client.setFlags([7, 9], "add", ["\\Seen", "$Label"]);
  await client.move([7], "Archive");
  assertEquals(folder.exists, 1);
  await client.remove([9]);
  await client.close();
  assertEquals(server.lines, [
    `AUTHENTICATE PLAIN ${btoa("\0ada\0se cret")}`,
    ...[
      "CAPABILITY",
      'LIST "" "*"',
      'SELECT "Entw&APw-rfe"',
      "UID SEARCH UNSEEN",
      "UID FETCH 7:9 (UID FLAGS RFC822.SIZE)",
    ],
    ...[
      "UID FETCH 9 (UID BODY.PEEK[])",
      "UID FETCH 9 (UID BODY.PEEK[HEADER])",
      "UID STORE 7,9 +FLAGS.SILENT (\\Seen $Label)",
    ],
    ...['UID MOVE 7 "Archive"', "UID STORE 9 +FLAGS.SILENT (\\Deleted)", "UID EXPUNGE 9", "LOGOUT"],
  ]);
});

Deno.test("imap client: logs in by what the server offers, and masks the password", async () => {
  const literal = "LITERAL+ ";
  const table:
    readonly (readonly [capabilities: string, auth: Partial<typeof AUTH>, lines: readonly string[] | string])[] = [
      ["IMAP4rev1 AUTH=PLAIN", {}, ["AUTHENTICATE PLAIN", "CAPABILITY"]],
      ["IMAP4rev1", {}, ['LOGIN "ada" "se cret"', "CAPABILITY"]],
      ["IMAP4rev1", { user: 'a"d\\a' }, ['LOGIN "a\\"d\\\\a" "se cret"', "CAPABILITY"]],
      [`IMAP4rev1 ${literal}`, { secret: "grün" }, ['LOGIN "ada" {5+}', "", "CAPABILITY"]],
      ["IMAP4rev1", { secret: "grün" }, ['LOGIN "ada" {5}', "", "CAPABILITY"]],
      ["IMAP4rev1 LOGINDISABLED", {}, "auth-missing"],
      ["IMAP4rev1 LOGINDISABLED AUTH=GSSAPI", {}, "auth-missing"],
      ["IMAP4rev1", { withoutTls: false }, "auth-without-tls"],
      ["IMAP4rev1", { secret: "a\0b" }, "injection"],
    ];
  for (const [capabilities, auth, lines] of table) {
    const trace: string[] = [];
    let literalBytes = "";
    await using server = scriptedImap({
      capabilities,
      changes: {
        AUTHENTICATE: async (wire, tag) => {
          await wire.say("+ \r\n");
          assertEquals(await wire.line(), btoa("\0ada\0se cret"));
          await wire.say(`${tag} OK [CAPABILITY IMAP4rev1] done\r\n`.replace("[CAPABILITY IMAP4rev1] ", ""));
        },
        LOGIN: async (wire, tag, rest) => {
          if (rest.endsWith("{5}")) await wire.say("+ go on\r\n");
          if (rest.endsWith("}")) literalBytes = await wire.line() ?? "";
          await wire.say(`${tag} OK done\r\n`);
        },
      },
    });
    const connecting = connectImap(server.address, {
      ...{ tls: "none", auth: { ...AUTH, ...auth } },
      trace: ({ text }) => trace.push(text),
    });
    if (typeof lines === "string") {
      const error = await assertRejects(() => connecting);
      assert(error instanceof NetworkError || error instanceof UsageError);
      assertEquals(error.code, lines);
      continue;
    }
    await (await connecting).close();
    assertEquals(server.lines, [...lines.filter((line) => line !== ""), "LOGOUT"]);
    if (lines.includes("")) assertEquals(literalBytes, "grün");
    assert(!trace.some((line) => /se cret|gr.+n|AGFkY/.test(line)), trace.join("\n"));
  }
});

Deno.test("imap client: a rejected login masks the password that the server repeats", async () => {
  const no = "TAG NO [AUTHENTICATIONFAILED] not secret but ada\x1b[31m\r\n";
  for (const capabilities of ["IMAP4rev1", "IMAP4rev1 AUTH=PLAIN SASL-IR"]) {
    await using server = scriptedImap({ capabilities, changes: { LOGIN: no, AUTHENTICATE: no } });
    const auth = { ...AUTH, secret: "secret" };
    const error = await assertRejects(() => connectImap(server.address, { tls: "none", auth }), ImapRefusedError);
    assertEquals([error.code, error.responseCode], ["auth-refused", "AUTHENTICATIONFAILED"]);
    assertEquals(
      error.message.replace(/^\S+ /, ""),
      "rejected the login: [AUTHENTICATIONFAILED] not ******** but ada\\x1b[31m",
    );
  }
});

Deno.test("imap client: STARTTLS is required, verified, and what came before it is forgotten", async () => {
  const authority = await makeCertificate({ authority: true, names: [] });
  const tls = await makeCertificate({ issuer: authority });
  const trust = { caCerts: [authority.cert] };
  await using server = scriptedImap({
    tls,
    changes: {
      greeting: "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED AUTH=CRAM-MD5 X-BEFORE] ready\r\n",
      // After the login the capabilities are those of its answer.
      AUTHENTICATE: "TAG OK [CAPABILITY IMAP4rev1 X-AFTER] done\r\n",
    },
  });
  const client = await connectImap(server.address, { trust, auth: { user: "ada", secret: "s" } });
  assertEquals([...client.capabilities], ["IMAP4REV1", "X-AFTER"]);
  assert(client.security);
  await client.close();
  assertEquals(server.lines, ["STARTTLS", "CAPABILITY", `AUTHENTICATE PLAIN ${btoa("\0ada\0s")}`, "LOGOUT"]);
  // The certificate is not trusted by default.
  await assertRejects(() => connectImap(server.address, { auth: AUTH }), NetworkError, "certificate");

  const table: readonly (readonly [what: string, code: string, changes: Parameters<typeof scriptedImap>[0]])[] = [
    ["not offered", "starttls-missing", {}],
    ["refused", "starttls-refused", { capabilities: "IMAP4rev1 STARTTLS", changes: { STARTTLS: "TAG NO no\r\n" } }],
    ["unknown", "starttls-refused", { capabilities: "IMAP4rev1 STARTTLS", changes: { STARTTLS: "TAG BAD no\r\n" } }],
    ["preauthenticated", "preauth-without-tls", { changes: { greeting: "* PREAUTH ready\r\n" } }],
    ["bytes behind it", "starttls-injection", {
      ...{ capabilities: "IMAP4rev1 STARTTLS" },
      changes: { STARTTLS: "TAG OK go\r\n* CAPABILITY IMAP4rev1 X\r\n" },
    }],
  ];
  for (const [what, code, script] of table) {
    await using other = scriptedImap(script);
    const error = await assertRejects(() => connectImap(other.address, { trust, auth: AUTH, timeout: 2000 }));
    assert(error instanceof NetworkError || error instanceof ImapRefusedError, what);
    assertEquals(error.code, code, what);
    assert(!other.lines.some((line) => /^(LOGIN|AUTH)/.test(line)), what);
  }
});

Deno.test("imap client: a connection that is authenticated already needs no login", async () => {
  await using server = scriptedImap({ changes: { greeting: "* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n" } });
  await using client = await connectImap(server.address, { tls: "none", auth: { ...AUTH, withoutTls: false } });
  assertEquals((await client.open()).exists, 1);
  assertEquals(server.lines, ['EXAMINE "INBOX"']);
});

Deno.test("imap client: servers without MOVE, UIDPLUS and IDLE", async () => {
  let deleted = "7";
  await using server = scriptedImap({
    capabilities: "IMAP4rev1",
    changes: {
      "UID SEARCH": (wire, tag) => wire.say(`* SEARCH ${deleted}\r\n${tag} OK done\r\n`),
      NOOP: "* 2 EXISTS\r\nTAG OK done\r\n",
    },
  });
  await using client = await connectImap(server.address, PLAIN);
  await client.open("INBOX", { readOnly: false });
  await client.move([7], "Archive");
  assertEquals(server.lines.slice(3), [
    ...['UID COPY 7 "Archive"', "UID SEARCH DELETED", "UID STORE 7 +FLAGS.SILENT (\\Deleted)", "EXPUNGE"],
  ]);
  deleted = "5 7";
  const error = await assertRejects(() => client.remove([7]), NegativeError);
  assertEquals([error.code, server.lines.at(-1)], ["cannot-expunge", "UID SEARCH DELETED"]);
  assertEquals(await client.wait({ poll: 1 }), true);
});

Deno.test("imap client: IDLE ends when messages arrive, is sent again in time, and ends with the signal", async () => {
  let idles = 0;
  let exists = 1;
  const stop = new AbortController();
  await using server = scriptedImap({
    changes: {
      IDLE: async (wire, tag) => {
        await wire.say("+ idling\r\n* OK still here\r\n");
        if (++idles === 3) await wire.say(`* ${++exists} EXISTS\r\n`);
        if (idles === 4) stop.abort();
        if (await wire.line() === "DONE") await wire.say(`${tag} OK done\r\n`);
      },
    },
  });
  await using client = await connectImap(server.address, PLAIN);
  await client.open();
  assertEquals([await client.wait({ refresh: 1 }), idles], [true, 3]);
  assertEquals([await client.wait({ signal: stop.signal }), idles], [false, 4]);
  // The session goes on.
  assertEquals(await client.search(), [7]);
});

Deno.test("imap client: a server that offers IDLE and rejects it is asked by NOOP", async () => {
  await using server = scriptedImap({ changes: { IDLE: "TAG NO not here\r\n", NOOP: "* 2 EXISTS\r\nTAG OK\r\n" } });
  await using client = await connectImap(server.address, PLAIN);
  await client.open();
  assertEquals(await client.wait({ poll: 1 }), true);
  assertEquals(server.lines.slice(-2), ["IDLE", "NOOP"]);
});

Deno.test("imap client: what cannot be sent is rejected before anything is", async () => {
  await using server = scriptedImap();
  await using client = await connectImap(server.address, PLAIN);
  const noFolder = await assertRejects(() => client.search(), UsageError);
  assertEquals(noFolder.code, "no-folder");
  await client.open("INBOX", { readOnly: false });
  const before = server.lines.length;
  const table: readonly (readonly [code: string, work: () => Promise<unknown>])[] = [
    ["injection", () => client.open("a\r\nLOGOUT")],
    ["injection", () => client.folders("a\0")],
    ["injection", () => client.setFlags([1], "add", ["a) b"])],
    ["injection", () => client.fetch([1], { header: ["a)\r\n"] })],
    ["invalid-search", () => client.search("TEXT {3}")],
    ["invalid-search", () => client.search("")],
    ["invalid-number", () => client.fetch([0], {})],
    ["invalid-number", () => client.remove([2 ** 32])],
    ["usage", () => client.read(7, { section: "1] BODY[" })],
  ];
  for (const [code, work] of table) assertEquals((await assertRejects(work, UsageError)).code, code);
  assertEquals(server.lines.length, before);
});

Deno.test("imap source: messages, headers in portions, and arrivals each once", async () => {
  const mails: Record<number, string> = {};
  for (let uid = 2; uid <= 302; uid += 2) mails[uid] = `Subject: ${uid}\r\n\r\n${uid}\r\n`;
  await using server = scriptedImap({
    mails,
    changes: {
      // The last message has arrived after the folder was opened.
      EXAMINE: "* 151 EXISTS\r\n* OK [UIDVALIDITY 3] ok\r\n* OK [UIDNEXT 301] ok\r\nTAG OK done\r\n",
      IDLE: async (wire, tag) => {
        await wire.say("+ idling\r\n");
        mails[304] = "Subject: 304\r\n\r\n";
        await wire.say("* 152 EXISTS\r\n");
        if (await wire.line() === "DONE") await wire.say(`${tag} OK done\r\n`);
      },
    },
  });
  const client = await connectImap(server.address, PLAIN);
  await using source = new ImapSource({ client, folder: await client.open() });
  const all = await source.list();
  assertEquals([all.length, all[0]?.uid, all[0]?.number, all[0]?.flags], [151, "3:2", 2, []]);
  for (const mail of all) assertEquals(text(await source.head(mail)), `Subject: ${mail.number}\r\n\r\n`);
  assertEquals(server.lines.filter((line) => /HEADER.FIELDS/.test(line)).length, 2);
  assertEquals((await source.list({ from: 299 })).map(({ number }) => number), [300, 302]);
  assertEquals((await source.list({ from: 1000 })).length, 0);
  assertEquals((await source.list({ newest: 3, to: 8 })).map(({ number }) => number), [4, 6, 8]);
  // 302 was listed already.
  const stop = new AbortController();
  const found: number[] = [];
  for await (const { number } of source.arrivals(stop.signal)) {
    found.push(number);
    stop.abort();
  }
  assertEquals(found, [304]);
});

Deno.test("imap client: options of a call on a server that lacks what it needs", async () => {
  await using server = scriptedImap({
    capabilities: `${IMAP_CAPABILITIES} ESEARCH`,
    changes: {
      "UID SEARCH": '* ESEARCH (TAG "x") UID ALL 1:3,7\r\nTAG OK done\r\n',
      EXAMINE: "TAG NO [NONEXISTENT] Mailbox does not exist\r\n",
      SELECT: "* 0 EXISTS\r\nTAG OK done\r\n",
    },
  });
  const client = await connectImap(server.address, PLAIN);
  const missing = await assertRejects(() => client.open("nowhere"), ImapRefusedError);
  assertEquals(missing.code, "no-such-folder");
  const error = await assertRejects(() => client.open("INBOX", { readOnly: false }));
  assertInstanceOf(error, NetworkError);
  assertEquals([error.code, client.closed], ["imap-invalid-response", true]);
  await client.close();
});
