import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { ToucanError } from "../../lib/core/mod.ts";
import {
  connectNntp,
  listMails,
  type MailSink,
  mailSink,
  type NntpClientOptions,
  NntpRefusedError,
  openMailSource,
  postArticle,
  serveNntp,
} from "../../lib/mail/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { INN, startInn } from "../kit/inn.ts";
import { peerTest } from "../kit/peer.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const ARTICLE = {
  ...{ from: "Ada <ada@example.com>", newsgroups: ["misc.test"], subject: "Grüße", text: ".dot\n..\n.\nend\n" },
};

for (const tls of ["starttls", "none"] as const) {
  peerTest(`nntp ← INN: posts, lists and reads articles (${tls})`, INN, async () => {
    const keys = await makeCertificate();
    await using inn = await startInn({ tls: keys });
    const auth = { user: inn.user, secret: inn.password, withoutTls: tls === "none" };
    const options: NntpClientOptions = { tls, auth, trust: { caCerts: [keys.cert] } };
    const server = `localhost:${inn.port}`;
    const first = await postArticle(server, { ...ARTICLE, messageId: "<1@example.com>" }, options);
    assertEquals([first.accepted, first.recipients[0]?.reply.code, first.tls], [
      1,
      240,
      tls === "none" ? undefined : "authority",
    ]);
    const again = await postArticle(server, { ...ARTICLE, messageId: "<1@example.com>" }, options);
    assertEquals([again.accepted, again.recipients[0]?.reply.code], [0, 441]);
    const answer = {
      ...ARTICLE,
      messageId: "<2@example.com>",
      references: "<1@example.com>",
      inReplyTo: "<1@example.com>",
    };
    assertEquals((await postArticle(server, answer, options)).accepted, 1);
    await using client = await connectNntp(server, options);
    assertEquals((await client.groups("misc.*")).map(({ name }) => name), ["misc.test"]);
    assertEquals((await client.descriptions()).get("misc.test"), "Tests of all kinds.");
    const group = await client.group("misc.test");
    assertEquals([group.low, group.high, group.count], [1, 2, 2]);
    const overviews = await client.over({ from: 1, to: Infinity });
    assertEquals(overviews.map(({ number, messageId, references }) => [number, messageId, references]), [
      [1, "<1@example.com>", ""],
      [2, "<2@example.com>", "<1@example.com>"],
    ]);
    const article = text(await client.article(1));
    assertMatch(article, /\r\n\r\n\.dot\r\n\.\.\r\n\.\r\nend\r\n$/);
    assertEquals(text(await client.article("<1@example.com>")), article);
    assertEquals(text(await client.head(1)) + text(await client.body(1)), article);
    assertEquals(await client.stat(2), "<2@example.com>");
    assertEquals((await assertRejects(() => client.article(9), NntpRefusedError)).code, "no-such-article");
    assertEquals((await assertRejects(() => client.group("misc.none"), NntpRefusedError)).code, "no-such-group");
    await using source = await openMailSource(`nntp://${server}/misc.test`, options);
    const listed = await Array.fromAsync(listMails(source, { limit: 1 }));
    assertEquals(listed.map(({ mail, content }) => [mail.number, content.subject]), [[2, "Grüße"]]);
  });
}

peerTest("nntp ← INN: a wrong password, and a server without TLS, are refused", INN, async () => {
  await using inn = await startInn();
  const auth = { user: inn.user, secret: "wrong", withoutTls: true };
  const wrong = await assertRejects(() => connectNntp(`localhost:${inn.port}`, { tls: "none", auth }));
  assertEquals((wrong as ToucanError).code, "auth-refused");
  const plain = await assertRejects(() => connectNntp(`localhost:${inn.port}`, { auth }));
  assertEquals((plain as ToucanError).code, "starttls-refused");
});

async function serving(use: (sink: MailSink, port: number, cert: string) => Promise<void>) {
  const keys = await makeCertificate();
  await using sink = await mailSink();
  const messages = [
    "Subject: one\r\nFrom: a@example.com\r\nMessage-ID: <1@x>\r\n\r\nhello\r\n.dot\r\n",
    "Subject: two\r\nFrom: b@example.com\r\n\r\nworld\r\n",
  ];
  for (const message of messages) {
    sink.store.add({ from: "a@example.com", to: ["bob@example.com"] }, [new TextEncoder().encode(message)]);
  }
  await using server = serveNntp("127.0.0.1:0", sink.store.account().inbox, { post: sink.access.keep, tls: keys });
  await use(sink, server.port, keys.cert);
}

const NNTPLIB = `
import nntplib, ssl, sys, io, warnings
port, cert = int(sys.argv[1]), sys.argv[2]
s = nntplib.NNTP("localhost", port, readermode=True)
s.starttls(ssl.create_default_context(cafile=cert))
s.login("ada", "any")
print(s.nntp_version, "STARTTLS" in s.getcapabilities())
print([g.group for g in s.list()[1]])
print(s.descriptions("mail.*")[1])
resp, count, first, last, name = s.group("mail.com.example.bob")
print(count, first, last, name)
print([(n, o["subject"], o[":lines"]) for n, o in s.over((1, 9))[1]])
print(s.xhdr("subject", "1-2")[1])
print(s.article(1)[1].lines)
print(s.head("<1@x>")[1].lines, s.body("<1@x>")[1].lines)
print(s.stat(2)[1:2], s.last()[1], s.next()[1])
print(s.post(io.BytesIO(b"From: a@x\\nNewsgroups: misc.test\\nSubject: p\\nMessage-ID: <p@x>\\n\\n.dot\\nend\\n"))[:3])
print(s.article("<p@x>")[1].lines[-2:])
try:
    s.post(io.BytesIO(b"From: a@x\\n\\nend\\n"))
except nntplib.NNTPTemporaryError as e:
    print(e)
print(s.quit())
`;

peerTest(
  "nntp → Python nntplib: STARTTLS, login, lists, articles and posting",
  ["python3"],
  () =>
    serving(async (sink, port, cert) => {
      const folder = await Deno.makeTempDir();
      await Deno.writeTextFile(`${folder}/cert.pem`, cert);
      const { stdout, stderr } = await new Deno.Command("/usr/bin/python3", {
        args: ["-W", "ignore", "-c", NNTPLIB, `${port}`, `${folder}/cert.pem`],
      }).output();
      await Deno.remove(folder, { recursive: true });
      assertEquals([text(stdout).trim().split("\n"), text(stderr)], [[
        "2 False",
        "['toucan.inbox', 'mail.com.example.bob']",
        "{'mail.com.example.bob': 'Messages to bob@example.com'}",
        "2 1 2 mail.com.example.bob",
        "[(1, 'one', '2'), (2, 'two', '1')]",
        "[('1', 'one'), ('2', 'two')]",
        "[b'Path: toucan.localhost!not-for-mail', b'Newsgroups: mail.com.example.bob', b'Subject: one', b'From: a@example.com', b'Message-ID: <1@x>', b'', b'hello', b'.dot']",
        "[b'Path: toucan.localhost!not-for-mail', b'Newsgroups: mail.com.example.bob', b'Subject: one', b'From: a@example.com', b'Message-ID: <1@x>'] [b'hello', b'.dot']",
        "(2,) 1 2",
        "240",
        "[b'.dot', b'end']",
        "441 Posting failed: Missing Newsgroups header field",
        "205 Connection closing",
      ], ""]);
      assertEquals(sink.store.messages[2]?.to, ["misc.test@news.invalid"]);
    }),
);
