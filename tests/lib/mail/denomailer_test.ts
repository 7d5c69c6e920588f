import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/mod.ts";
import { parseMail } from "../../kit/postal_mime.ts";
import {
  type ClientOptions,
  type MailSink,
  mailSink,
  type Preprocessor,
  quotedPrintableEncode,
  type ResolvedSendConfig,
  SMTPClient,
} from "../../../lib/mail/internal.ts";

// The examples are those of denomailer's documentation (https://deno.land/x/denomailer), on a server of our own.

const PLAIN = { allowUnsecure: true, noStartTLS: true };

async function withClient(
  options: Partial<ClientOptions>,
  use: (client: SMTPClient, sink: MailSink) => Promise<void>,
): Promise<void> {
  await using sink = await mailSink({ refuse: ["refused@example.com"] });
  const connection = { hostname: "127.0.0.1", port: sink.port, auth: { username: "example", password: "password" } };
  const client = new SMTPClient({ connection, debug: PLAIN, ...options });
  try {
    await use(client, sink);
  } finally {
    await client.close();
  }
}

async function parsed(sink: MailSink, index = -1) {
  return await parseMail(await sink.store.read(sink.store.messages.at(index)?.id ?? "") ?? new Uint8Array());
}

const QUICK = { from: "me@example.com", to: "you@example.com", subject: "example", content: "...", html: "<p>...</p>" };

Deno.test("mail denomailer: the quick start", () =>
  withClient({}, async (client, sink) => {
    await client.send(QUICK);
    const mail = await parsed(sink);
    assertEquals([mail.from?.address, mail.subject, mail.text?.trim(), mail.html?.trim()], [
      "me@example.com",
      "example",
      "...",
      "<p>...</p>",
    ]);
  }));

Deno.test("mail denomailer: nearly all options", () =>
  withClient({}, async (client, sink) => {
    await client.send({
      to: "abc@example.com",
      cc: ["abc2@example.com", "abc <abc3@example.com>", { name: "abc", mail: "abc4@example.com" }],
      bcc: { abc: "abc5@example.com", other: "abc6@example.com" },
      from: "me <abc@example.com>",
      replyTo: "<abc@example.com>",
      subject: "example",
      content: "auto",
      html: "<p>Hello World</p>",
      internalTag: "newsletter",
      priority: "low",
    });
    const mail = await parsed(sink);
    assertEquals([mail.text?.trim(), mail.from?.name, mail.cc?.map(({ name }) => name)], ["Hello World", "me", [
      "",
      "abc",
      "abc",
    ]]);
    assertEquals(sink.store.messages[0]?.to.length, 6);
    const headers = Object.fromEntries(mail.headers.map(({ key, value }) => [key, value]));
    assertEquals([headers["x-priority"], headers.importance, headers["reply-to"], headers.bcc ?? "none"], [
      "5",
      "low",
      "abc@example.com",
      "none",
    ]);
  }));

Deno.test("mail denomailer: every way to write a mailbox", () =>
  withClient({}, async (client, sink) => {
    const ways = ["name@example.de", "<name@example.de>", "NAME <name@example.de>", { mail: "name@example.de" }, {
      mail: "name@example.de",
      name: "NAME",
    }];
    for (const to of ways) await client.send({ ...QUICK, to });
    await client.send({ ...QUICK, to: ways });
    await client.send({ ...QUICK, to: { P1: "p1@example.de", P2: "p2@example.de" } });
    assertEquals(sink.store.messages.map(({ to }) => to), [
      ...Array(6).fill(["name@example.de"]),
      ["p1@example.de", "p2@example.de"],
    ]);
  }));

Deno.test("mail denomailer: attachments, mimeContent, date and headers", () =>
  withClient({}, async (client, sink) => {
    await client.send({
      ...QUICK,
      date: "12 Mar 2022 10:38:05 GMT",
      attachments: [
        { encoding: "text", content: "Hi", contentType: "text/plain", filename: "text.txt" },
        { encoding: "base64", content: "45dasjZ0", contentType: "image/png", filename: "img.png" },
        { content: new Uint8Array([0, 244, 123]), encoding: "binary", contentType: "image/jpeg", filename: "bin.png" },
        { content: "Hello\rWorld!", filename: "plain.txt" },
      ],
      relatedAttachments: [{
        content: Uint8Array.of(1).buffer,
        filename: "r.png",
        contentType: "image/png",
        contentID: "rel",
      }],
      mimeContent: [{
        mimeType: "application/markdown",
        content: quotedPrintableEncode("# Title\n\nHällo World! ="),
        transferEncoding: "quoted-printable",
      }],
      inReplyTo: "<a@b>",
      references: "<a@b> <c@d>",
      headers: { "X-Custom": "yes" },
    });
    const mail = await parsed(sink);
    const contents = new Map(mail.attachments.map(({ filename, mimeType, content }) => {
      return [filename ?? mimeType, content instanceof ArrayBuffer ? new Uint8Array(content) : content];
    }));
    const bytes = (text: string) => new TextEncoder().encode(text);
    assertEquals(contents.get("text.txt"), bytes("Hi"));
    assertEquals(contents.get("img.png"), Uint8Array.fromBase64("45dasjZ0"));
    assertEquals(contents.get("bin.png"), Uint8Array.of(0, 244, 123));
    assertEquals(contents.get("plain.txt"), bytes("Hello\rWorld!"));
    assertEquals(contents.get("r.png"), Uint8Array.of(1));
    assertEquals(mail.date, "2022-03-12T10:38:05.000Z");
    const source = new TextDecoder().decode(await sink.store.read(sink.store.messages[0]?.id ?? ""));
    for (const text of ["application/markdown", "X-Custom: yes", "In-Reply-To: <a@b>", "References: <a@b> <c@d>"]) {
      assertStringIncludes(source, text);
    }
  }));

Deno.test("mail denomailer: a pool, and preprocessors that filter", () => {
  const filterBurnerMails = (mail: ResolvedSendConfig): ResolvedSendConfig => {
    return { ...mail, to: mail.to.filter((to) => !to.mail.endsWith("@burner.example")) };
  };
  const options = { pool: { size: 2, timeout: 60000 }, client: { preprocessors: [filterBurnerMails] } };
  return withClient(options, async (client, sink) => {
    const to = ["you@example.com", "me@burner.example"];
    await Promise.all(Array.from({ length: 10 }, (_, i) => client.send({ ...QUICK, to, subject: `${i}` })));
    assertEquals([sink.store.count, new Set(sink.store.messages.flatMap(({ to }) => to))], [
      10,
      new Set(["you@example.com"]),
    ]);
  });
});

Deno.test("mail denomailer: STARTTLS is required, and no password is sent without it", async () => {
  await using sink = await mailSink({ startTls: true });
  const connection = { hostname: "127.0.0.1", port: sink.port, auth: { username: "example", password: "password" } };
  assertEquals(
    assertThrows(() => new SMTPClient({ connection, debug: { noStartTLS: true } }), UsageError).code,
    "not-secure",
  );
  const client = new SMTPClient({ connection });
  await assertRejects(() => client.send(QUICK), Error, "self-signed");
  await client.close();
  assertEquals(sink.store.count, 0);
});

Deno.test("mail denomailer: faults of the original are fixed", () =>
  withClient({}, async (client, sink) => {
    // CR and LF in a subject injected headers.
    await assertRejects(() => client.send({ ...QUICK, subject: "a\r\nBcc: eve@example.com" }), UsageError);
    // One invalid Bcc dropped the recipients and disclosed the Bcc.
    const wrong = { ...QUICK, bcc: ["no address", "eve@example.com"] };
    await assertRejects(() => client.send(wrong), UsageError);
    const warnings: string[] = [];
    const { port } = sink;
    const lenient = new SMTPClient({
      connection: { hostname: "127.0.0.1", port },
      debug: PLAIN,
      client: { warning: "log", onWarning: (text) => void warnings.push(text) },
    });
    await lenient.send(wrong);
    await assertRejects(
      () => lenient.send({ ...wrong, bcc: ["x@example.com\r\nRCPT TO:<eve@example.com>"] }),
      UsageError,
    );
    await lenient.close();
    assertEquals([warnings.length, sink.store.count], [1, 1]);
    assertEquals(sink.store.messages[0]?.to, ["you@example.com", "eve@example.com"]);
    const source = new TextDecoder().decode(await sink.store.read(sink.store.messages[0]?.id ?? ""));
    assert(/^Message-ID: </m.test(source) && !/bcc/i.test(source));
  }));

Deno.test("mail denomailer: an error if all recipients are rejected, not if some are", () =>
  withClient({}, async (client, sink) => {
    const report = await client.send({ ...QUICK, to: ["you@example.com", "refused@example.com"] });
    assertEquals([report.accepted, sink.store.count], [1, 1]);
    await assertRejects(() => client.send({ ...QUICK, to: "refused@example.com" }), Error, "550 5.1.1");
  }));

Deno.test("mail denomailer: a mail without a body, or with an invalid part, is an error", () =>
  withClient({}, async (client, sink) => {
    const { content: _content, html: _html, ...bare } = QUICK;
    for (
      const change of [
        {},
        { content: "x", date: "never" },
        { content: "x", attachments: [{ filename: "a", encoding: "base64" as const, content: "!" }] },
        { mimeContent: [{ mimeType: "text/x", transferEncoding: "base64" as const, content: "!" }] },
      ]
    ) await assertRejects(() => client.send({ ...bare, ...change }), UsageError);
    assertEquals(sink.store.count, 0);
  }));

Deno.test("mail denomailer: quoted-printable wraps lines, and preserves trailing white space", () => {
  assertEquals(quotedPrintableEncode("a \nb\t"), "a=20\r\nb=09");
  assert(quotedPrintableEncode("ä".repeat(200)).split("\r\n").every((line) => line.length <= 76));
});

const CONNECTION = { hostname: "127.0.0.1" };
// As code without types may have it.
const untyped = (options: object): ClientOptions => JSON.parse(JSON.stringify(options));

for (
  const [what, options] of [
    ["an option that is none", { connection: CONNECTION, worker: true }],
    ["a field of the connection that is none", { connection: { ...CONNECTION, username: "x" } }],
    ["a way to authenticate that is none", { connection: { ...CONNECTION, auth: { username: "x", token: "y" } } }],
    ["a log", { connection: CONNECTION, debug: { log: true } }],
    ["line ends encoded", { connection: CONNECTION, debug: { encodeLB: true } }],
    ["a log of warnings without onWarning", { connection: CONNECTION, client: { warning: "log" } }],
    ["warnings of another kind", { connection: CONNECTION, client: { warning: "print" } }],
    ["a filter", { connection: CONNECTION, client: { mailFilter: 1 } }],
    ["a pool of size 0", { connection: CONNECTION, pool: { size: 0 } }],
    ["a pool that is too large", { connection: CONNECTION, pool: { size: 1000 } }],
    ["a pool with workers", { connection: CONNECTION, pool: { workers: 2 } }],
  ] as const
) {
  Deno.test(`mail denomailer: ${what} is an error, not ignored`, () => {
    const error = assertThrows(() => new SMTPClient(untyped(options)), UsageError);
    assertEquals(error.code, "not-supported");
  });
}

Deno.test("mail denomailer: unsupported fields of a mail are an error", () =>
  withClient({}, async (client, sink) => {
    const attachment = { filename: "a", content: "x" };
    for (
      const change of [
        { rawSubject: true },
        { priority: "urgent" },
        { attachments: [{ ...attachment, encoding: "hex" }] },
        { attachments: [{ ...attachment, path: "/etc/passwd" }] },
        { mimeContent: [{ mimeType: "text/x", content: "x", transferEncoding: "uuencode" }] },
        { mimeContent: [{ mimeType: "text/x", content: "x", relatedAttachments: [] }] },
      ]
    ) {
      const error = await assertRejects(
        () => client.send(JSON.parse(JSON.stringify({ ...QUICK, ...change }))),
        UsageError,
      );
      assertEquals(error.code, "not-supported");
    }
    assertEquals(sink.store.count, 0);
    await client.send({ ...QUICK, cc: undefined, attachments: [], priority: undefined });
    assertEquals(sink.store.count, 1);
  }));

Deno.test("mail denomailer: preprocessors get lists, headers and every option", () => {
  const ports: number[] = [];
  const preprocessor: Preprocessor = (mail, { connection, pool, client, debug }) => {
    ports.push(connection.port);
    assertEquals([pool, client.warning, debug.noStartTLS, debug.log], [undefined, "error", true, false]);
    mail.attachments.push({ filename: "added.txt", content: "added" });
    mail.mimeContent.push({ mimeType: "text/x-added", content: "added" });
    mail.bcc.push({ mail: "archive@example.com", name: "" });
    return { ...mail, headers: { ...mail.headers, "X-Date": mail.date } };
  };
  return withClient({ client: { preprocessors: [preprocessor] } }, async (client, sink) => {
    await client.send(QUICK);
    const mail = await parsed(sink);
    assertEquals(mail.attachments.map(({ filename, mimeType }) => filename ?? mimeType).toSorted(), [
      "added.txt",
      "text/x-added",
    ]);
    assertEquals(sink.store.messages[0]?.to, ["you@example.com", "archive@example.com"]);
    assertEquals(ports, [sink.port]);
  });
});
