import { assertEquals, assertRejects } from "@std/assert";
import { concat, type ToucanError, UsageError } from "../../../../lib/core/mod.ts";
import {
  connectNntp,
  listMails,
  mailSink,
  type NntpClient,
  type NntpClientOptions,
  NntpRefusedError,
  openMailSource,
  readMails,
  serveNntp,
} from "../../../../lib/mail/mod.ts";
import { makeCertificate } from "../../../kit/certificates.ts";
import { type Mischief, scriptedSmtp } from "../../../kit/scripted_smtp.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (text: string) => new TextEncoder().encode(text);
const plain: NntpClientOptions = { tls: "none", timeout: 5000 };

async function* chunks(...pieces: readonly string[]) {
  for (const piece of pieces) yield bytes(piece);
}

const ARTICLE =
  "From: ada@example.com\r\nNewsgroups: misc.test\r\nSubject: hi\r\nMessage-ID: <m@x>\r\n\r\n.dot\r\n..\r\nend\r\n";

for (const tls of ["starttls", "implicit", "opportunistic", "none"] as const) {
  Deno.test(`nntp client: posts, lists and reads articles (${tls})`, async () => {
    const keys = await makeCertificate();
    await using sink = await mailSink();
    const server = serveNntp("127.0.0.1:0", sink.store.account().inbox, {
      ...(tls === "none" ? {} : { tls: keys, implicitTls: tls === "implicit" }),
      login: (user, password) => user === "ada" && password === "secret",
      post: (envelope, pieces) => sink.store.add(envelope, pieces),
    });
    await using _server = server;
    for (const mechanism of ["PLAIN", "USER", undefined] as const) {
      const auth = { user: "ada", secret: "secret", withoutTls: tls === "none", mechanism };
      await using client = await connectNntp(`localhost:${server.port}`, {
        ...{ tls, auth, trust: { caCerts: [keys.cert] } },
      });
      assertEquals([client.security !== undefined, client.mayPost], [tls !== "none", true]);
      if (mechanism) continue;
      assertEquals((await client.post(chunks(ARTICLE.slice(0, 40), ARTICLE.slice(40)))).code, 240);
      const error = await assertRejects(() => client.post(chunks(ARTICLE)), NntpRefusedError);
      assertEquals([error.code, error.reply], ["posting-refused", {
        code: 441,
        text: "Posting failed: duplicate message-id",
      }]);
      assertEquals((await client.groups()).map(({ name }) => name), ["toucan.inbox", "misc.test"]);
      assertEquals((await client.descriptions("misc.*")).get("misc.test"), "Messages to misc.test@news.invalid");
      assertEquals(await client.group("misc.test"), { name: "misc.test", low: 1, high: 1, count: 1 });
      const [overview] = await client.over({ from: 1, to: Infinity });
      assertEquals([overview?.subject, overview?.messageId, overview?.lines], ["hi", "<m@x>", 3]);
      assertEquals(await client.over({ from: 5, to: 9 }), []);
      const article = await client.article(1);
      assertEquals(text(article).endsWith(ARTICLE), true);
      assertEquals(text(await client.article("<m@x>")), text(article));
      assertEquals(text(concat([await client.head(1), await client.body(1)])), text(article));
      assertEquals(await client.stat(1), "<m@x>");
      const pieces: Uint8Array[] = [];
      await client.articleTo(1, {
        write: (piece) => Promise.resolve(void pieces.push(piece.slice())),
        end: () => Promise.resolve(),
      });
      assertEquals(text(concat(pieces)), text(article));
      for (const which of [9, "<none@x>"]) {
        assertEquals((await assertRejects(() => client.article(which), NntpRefusedError)).code, "no-such-article");
      }
      assertEquals((await assertRejects(() => client.group("none"), NntpRefusedError)).code, "no-such-group");
      for (const name of ["a\r\nPOST", "a b", "", "a*"]) await assertRejects(() => client.group(name), UsageError);
      for (const name of ["<a@b>\r\nQUIT", "x", -1, 1.5]) await assertRejects(() => client.article(name), UsageError);
      assertEquals(client.closed, false);
    }
    const wrong = { user: "ada", secret: "wrong", withoutTls: true };
    const refused = await assertRejects(() =>
      connectNntp(`localhost:${server.port}`, { tls, auth: wrong, trust: { caCerts: [keys.cert] } })
    );
    assertEquals((refused as ToucanError).code, "auth-refused");
  });
}

const CAPABILITIES = "101 list\r\nVERSION 2\r\nREADER\r\nPOST\r\nOVER\r\n.\r\n";

/** Starts a server with these replies to some commands. */
function scripted(changes: Readonly<Record<string, Mischief>>) {
  const answers: Readonly<Record<string, Mischief>> = {
    greeting: "200 hello\r\n",
    CAPABILITIES,
    GROUP: "211 3 1 3 misc.test\r\n",
    QUIT: "205 bye\r\n",
    ...changes,
  };
  return scriptedSmtp(async (wire) => {
    const answer = async (word: string, line: string) => {
      const how = answers[word] ?? "500 what\r\n";
      if (typeof how === "string") await wire.say(how);
      else await how(wire, line);
    };
    await answer("greeting", "");
    for (let line = await wire.line(); line !== null; line = await wire.line()) {
      const word = line.split(" ")[0] ?? "";
      await answer(word, line);
      if (word === "QUIT") return;
    }
  });
}

const cut: Mischief = (wire) => wire.close();
const over = (client: NntpClient) => client.over({ from: 1, to: 3 });
const endless = (line: string): Mischief => async (wire) => {
  await wire.say("220 1 <a@b>\r\n");
  while (true) await wire.say(line.repeat(1000));
};

for (
  const [what, changes, use, code] of [
    ["no greeting", { greeting: cut }, undefined, "connection-cut"],
    ["another protocol", { greeting: "SSH-2.0-x\r\n" }, undefined, "nntp-invalid-reply"],
    ["400 as greeting", { greeting: "400 busy\r\n" }, undefined, "server-refused"],
    ["502 as greeting", { greeting: "502 no\r\n" }, undefined, "server-refused"],
    ["a greeting without end", { greeting: "2".repeat(5000) }, undefined, "line-too-long"],
    ["endless capabilities", { CAPABILITIES: `101 x\r\n${"X\r\n".repeat(300)}` }, undefined, "nntp-reply-too-long"],
    [
      "a cut in capabilities",
      { CAPABILITIES: async (wire) => (await wire.say("101 x\r\nVERSION 2\r\n"), wire.close()) },
      undefined,
      "connection-cut",
    ],
    ["a bare LF", { CAPABILITIES: "101 x\n.\n" }, undefined, "bare-lf"],
    ["an unsolicited reply", { greeting: "200 a\r\n200 b\r\n" }, undefined, "unexpected-reply"],
    [
      "an invalid reply to GROUP",
      { GROUP: "211 a b c\r\n" },
      (client) => client.group("misc.test"),
      "nntp-invalid-reply",
    ],
    [
      "a reply of another command",
      { GROUP: "220 1 <a@b>\r\n" },
      (client) => client.group("misc.test"),
      "nntp-invalid-reply",
    ],
    [
      "an article outside the range",
      { OVER: "224 x\r\n9\ta\tb\tc\t<d@e>\t\t1\t1\r\n.\r\n" },
      over,
      "nntp-invalid-listing",
    ],
    ["an article twice", { OVER: "224 x\r\n1\ta\r\n1\ta\r\n.\r\n" }, over, "nntp-invalid-listing"],
    ["an invalid overview", { OVER: "224 x\r\nx\ta\r\n.\r\n" }, over, "nntp-invalid-listing"],
    ["too many overviews", { OVER: `224 x\r\n${"1\ta\r\n".repeat(4)}.\r\n` }, over, "nntp-invalid-listing"],
    ["a long line in an overview", { OVER: `224 x\r\n1\t${"a".repeat(70_000)}\r\n.\r\n` }, over, "line-too-long"],
    ["text behind a listing", { OVER: "224 x\r\n.\r\n224 y\r\n" }, over, "unexpected-reply"],
    [
      "a cut in an overview",
      { OVER: async (wire) => (await wire.say("224 x\r\n1\ta\r\n"), wire.close()) },
      over,
      "connection-cut",
    ],
    ["neither OVER nor XOVER", {}, over, "over-missing"],
    [
      "an endless article",
      { ARTICLE: endless("x\r\n") },
      (client) => client.article(1, { limit: 10_000 }),
      "message-endless",
    ],
    [
      "an article without line ends",
      { ARTICLE: endless("x") },
      (client) => client.article(1, { limit: 10_000 }),
      "message-endless",
    ],
    [
      "a cut in an article",
      { ARTICLE: async (wire) => (await wire.say("220 1 <a@b>\r\nx\r\n"), wire.close()) },
      (client) => client.article(1),
      "connection-cut",
    ],
    [
      "text behind an article",
      { ARTICLE: "220 1 <a@b>\r\nx\r\n.\r\n200 y\r\n" },
      (client) => client.article(1),
      "unexpected-reply",
    ],
    ["no message id", { STAT: "223 1 x\r\n" }, (client) => client.stat(1), "nntp-invalid-reply"],
    ["a login that is required", { GROUP: "480 who\r\n" }, (client) => client.group("misc.test"), "auth-required"],
    [
      "posting that is not permitted",
      { POST: "440 no\r\n" },
      (client) => client.post(chunks(ARTICLE)),
      "posting-refused",
    ],
    [
      "a cut instead of a reply to an article",
      {
        POST: async (wire) => {
          await wire.say("340 go\r\n");
          await wire.until(".");
          wire.close();
        },
      },
      (client) => client.post(chunks(ARTICLE)),
      "connection-cut",
    ],
    ["a message with a bare CR", { POST: "340 go\r\n" }, (client) => client.post(chunks("a\rb")), "bare-cr"],
  ] satisfies readonly (readonly [
    string,
    Readonly<Record<string, Mischief>>,
    ((client: NntpClient) => Promise<unknown>) | undefined,
    string,
  ])[]
) {
  Deno.test(`nntp client: ${what} is an error (${code})`, async () => {
    await using server = scripted(changes);
    const error = await assertRejects(async () => {
      await using client = await connectNntp(server.address, plain);
      await use?.(client);
    });
    assertEquals((error as ToucanError).code, code);
  });
}

for (
  const [what, changes, options, code] of [
    ["STARTTLS that is not offered", {}, {}, "starttls-missing"],
    ["a server without CAPABILITIES", { CAPABILITIES: "500 what\r\n", MODE: "200 ok\r\n" }, {}, "starttls-missing"],
    [
      "STARTTLS that is refused",
      { CAPABILITIES: "101 x\r\nREADER\r\nSTARTTLS\r\n.\r\n", STARTTLS: "580 no\r\n" },
      {},
      "starttls-refused",
    ],
    [
      "bytes behind STARTTLS",
      { CAPABILITIES: "101 x\r\nREADER\r\nSTARTTLS\r\n.\r\n", STARTTLS: "382 go\r\n281 in\r\n" },
      {},
      "starttls-injection",
    ],
    [
      "a password without TLS",
      { CAPABILITIES: "101 x\r\nREADER\r\nAUTHINFO USER\r\n.\r\n" },
      { tls: "none" },
      "auth-without-tls",
    ],
  ] satisfies readonly (readonly [string, Readonly<Record<string, Mischief>>, NntpClientOptions, string])[]
) {
  Deno.test(`nntp client: ${what} sends no password`, async () => {
    await using server = scripted(changes);
    const auth = { user: "ada", secret: "secret" };
    const error = await assertRejects(() =>
      connectNntp(server.address, { ...plain, tls: "starttls", ...options, auth })
    );
    assertEquals((error as ToucanError).code, code);
    assertEquals(server.lines.filter((line) => /AUTHINFO|secret/.test(line)), []);
  });
}

Deno.test("nntp client: logs in when a command requires it, and falls back to XOVER and HEAD", async () => {
  let loggedIn = false;
  const traced: string[] = [];
  await using server = scripted({
    CAPABILITIES: "500 what\r\n",
    MODE: "200 ok\r\n",
    AUTHINFO: (wire, line) => wire.say(line.includes("PASS") ? (loggedIn = true, "281 in\r\n") : "381 more\r\n"),
    GROUP: (wire) => wire.say(loggedIn ? "211 2 1 2 misc.test\r\n" : "480 who\r\n"),
    HEAD: (wire, line) => wire.say(line === "HEAD 1" ? "221 1 <1@x>\r\nSubject: one\r\n.\r\n" : "423 gone\r\n"),
    STAT: "223 1 <1@x>\r\n",
  });
  const { host, port } = server.address;
  await using source = await openMailSource(`nntp://ada:secret@${host}:${port}/misc.test`, {
    ...plain,
    auth: { user: "ada", secret: "secret", withoutTls: true },
    trace: ({ text }) => void traced.push(text),
  });
  const listed = await Array.fromAsync(listMails(source));
  assertEquals(listed.map(({ mail, content }) => [mail.number, mail.uid, content.subject]), [[1, "<1@x>", "one"]]);
  assertEquals(traced.filter((line) => line.includes("secret")), []);
});

Deno.test("nntp client: a group of two billion articles is listed in few commands", async () => {
  await using server = scripted({ GROUP: "211 2147483647 1 2147483647 misc.test\r\n", OVER: "423 none\r\n" });
  const { host, port } = server.address;
  await using source = await openMailSource(`nntp://${host}:${port}/misc.test`, plain);
  assertEquals(await source.list({ newest: 10 }), []);
  assertEquals(server.lines.filter((line) => line.startsWith("OVER")).length < 3000, true);
});

Deno.test("nntp source: articles by number, by message id, and missing ones", async () => {
  await using sink = await mailSink();
  for (const n of [1, 2, 3]) {
    await sink.store.add({ from: "", to: ["ada@example.com"] }, [
      bytes(`Message-ID: <${n}@x>\r\nSubject: \x1b[31m${n}\r\n\r\n${n}\r\n`),
    ]);
  }
  await using server = serveNntp("127.0.0.1:0", sink.store.account().inbox);
  await using source = await openMailSource(`nntp://${server.address}/mail.com.example.ada`, plain);
  const outcomes = await Array.fromAsync(readMails(source, {
    selections: [{ kind: "range", from: 2, to: 9 }, { kind: "id", id: "<1@x>" }, { kind: "id", id: "<none@x>" }, {
      kind: "range",
      from: 7,
      to: 7,
    }],
  }));
  assertEquals(
    outcomes.map(({ mail, error }) => [mail.number, mail.uid, error?.code]),
    [[7, undefined, "no-such-message"], [0, "<none@x>", "no-such-message"], [2, "<2@x>", undefined], [
      3,
      "<3@x>",
      undefined,
    ], [0, "<1@x>", undefined]],
  );
  assertEquals((await Array.fromAsync(listMails(source, { limit: 1 }))).map(({ mail }) => mail.number), [3]);
  assertEquals((await source.newsgroups?.())?.map(({ name, low, high }) => [name, low, high]), [[
    "mail.com.example.ada",
    1,
    3,
  ], ["toucan.inbox", 1, 3]]);
});
