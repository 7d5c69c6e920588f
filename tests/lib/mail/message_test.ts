import { assert, assertEquals, assertNotMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { concat, SystemError, UsageError } from "../../../lib/core/mod.ts";
import { parseMail } from "../../kit/postal_mime.ts";
import {
  buildMail,
  type BuiltMail,
  mailFromJson,
  type MailMessage,
  mailsFromLines,
  readText,
  saveMail,
} from "../../../lib/mail/internal.ts";
import { withFolder } from "../../kit/folder.ts";

const MESSAGE: MailMessage = { from: "ada@example.com", to: ["bob@example.com"], text: "hello\n" };

async function bytesOf(mail: BuiltMail): Promise<Uint8Array> {
  return concat(await Array.fromAsync(mail.chunks(), (chunk) => chunk.slice()));
}

async function textOf(mail: BuiltMail): Promise<string> {
  return new TextDecoder().decode(await bytesOf(mail));
}

const BREAKS = ["\r\nBcc: eve@example.com", "\nX: y", "\rX: y", "\0", "\x1b[31m"];
const FIELDS: Record<string, (text: string) => Partial<MailMessage>> = {
  from: (text) => ({ from: `ada@example.com${text}` }),
  "name of from": (text) => ({ from: `Ada${text} <ada@example.com>` }),
  to: (text) => ({ to: [`bob@example.com${text}`] }),
  cc: (text) => ({ cc: [`bob@example.com${text}`] }),
  bcc: (text) => ({ bcc: [`Bob${text} <bob@example.com>`] }),
  replyTo: (text) => ({ replyTo: `ada@example.com${text}` }),
  subject: (text) => ({ subject: `s${text}` }),
  "header value": (text) => ({ headers: { "X-A": `v${text}` } }),
  "header name": (text) => ({ headers: { [`X-A${text}`]: "v" } }),
  messageId: (text) => ({ messageId: `<a@b>${text}` }),
  inReplyTo: (text) => ({ inReplyTo: `<a${text}@b>` }),
  references: (text) => ({ references: `<a@b>${text}` }),
  "attachment's name": (text) => ({ attachments: [{ filename: `a${text}.txt`, content: "x" }] }),
  "attachment's type": (text) => ({ attachments: [{ filename: "a", type: `text/plain${text}`, content: "x" }] }),
  "attachment's content id": (text) => ({ attachments: [{ filename: "a", contentId: `a${text}`, content: "x" }] }),
  "alternative's type": (text) => ({ alternatives: [{ type: `text/x${text}`, content: "x" }] }),
};

for (const [field, change] of Object.entries(FIELDS)) {
  Deno.test(`mail message: no injection through ${field}`, async () => {
    for (const text of BREAKS) {
      await assertRejects(() => buildMail({ ...MESSAGE, ...change(text) }), UsageError);
    }
    await buildMail({ ...MESSAGE, ...change("") });
  });
}

Deno.test("mail message: Message-ID and Date are always set, Bcc never", async () => {
  const mail = await buildMail({
    ...MESSAGE,
    bcc: ["Eve <eve@example.com>"],
    cc: ["c@example.com", "bob@EXAMPLE.com"],
  });
  const source = await textOf(mail);
  assertStringIncludes(source, `Message-ID: ${mail.messageId}\r\n`);
  assert(/^Date: \w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r$/m.test(source));
  assertNotMatch(source, /bcc|eve@/i);
  assertEquals(mail.to, ["bob@EXAMPLE.com", "c@example.com", "eve@example.com"]);
});

Deno.test("mail message: missing recipients, excess length and reserved fields are rejected", async () => {
  const code = async (change: Partial<MailMessage>) =>
    (await assertRejects(() => buildMail({ ...MESSAGE, ...change }), UsageError)).code;
  assertEquals(await code({ to: [] }), "no-recipient");
  assertEquals(await code({ subject: "x".repeat(70_000) }), "header-too-long");
  assertEquals(await code({ subject: "x".repeat(5000) }), "line-too-long");
  assertEquals(await code({ headers: { Bcc: "eve@example.com" } }), "header-reserved");
  assertEquals(await code({ headers: { "content-type": "text/html" } }), "header-reserved");
  assertEquals(await code({ attachments: [{ filename: "a" }] }), "invalid-attachment");
  assertEquals(await code({ to: ["x".repeat(400)] }), "invalid-address");
  assertEquals(await code({ to: ["a@example.com, b"] }), "invalid-address");
});

Deno.test("mail message: long headers and long lines of text are folded and wrapped", async () => {
  const words = "word ".repeat(10_000).trim();
  const mail = await buildMail({
    ...MESSAGE,
    subject: words,
    text: "x".repeat(1 << 20),
    html: `<p>${"y".repeat(1 << 20)}</p>`,
  });
  const source = await textOf(mail);
  assert(source.split("\r\n").every((line) => line.length <= 998 && !line.includes("\n")));
  const parsed = await parseMail(await bytesOf(mail));
  assertEquals([parsed.subject, parsed.text?.trim(), parsed.html?.trim()], [
    words,
    "x".repeat(1 << 20),
    `<p>${"y".repeat(1 << 20)}</p>`,
  ]);
});

Deno.test("mail message: texts in several scripts, all line ends and attachments are read back unchanged", async () =>
  await withFolder(async (folder) => {
    const bytes = new Uint8Array(200_001).map((_, i) => (i * i) % 251);
    await Deno.writeFile(`${folder}/グラフ.bin`, bytes);
    await Deno.writeFile(`${folder}/empty`, new Uint8Array());
    const mail = await buildMail({
      from: "Ада Лавлейс <ada@example.com>",
      to: ['"Müller, Jörg" <joerg@bücher.example>'],
      subject: "日本語 עברית emoji 🦜",
      text: "one\rtwo\nthree\r\n.\n..\nعربي\n",
      html: "<p>ü</p>",
      attachments: [
        { path: `${folder}/グラフ.bin` },
        { path: `${folder}/empty`, filename: "leer.txt" },
        { filename: "x.eml", content: "Subject: inner\r\n\r\nbody" },
        { filename: "p.png", type: "image/png", content: Uint8Array.of(1, 2, 3), contentId: "pic" },
      ],
    });
    const whole = await bytesOf(mail);
    assertEquals(whole.length, mail.size);
    const parsed = await parseMail(whole);
    assertEquals([parsed.from?.name, parsed.to?.[0]], ["Ада Лавлейс", {
      name: "Müller, Jörg",
      address: "joerg@xn--bcher-kva.example",
    }]);
    assertEquals([parsed.subject, parsed.text?.trimEnd(), parsed.html?.trim()], [
      "日本語 עברית emoji 🦜",
      "one\ntwo\nthree\n.\n..\nعربي",
      "<p>ü</p>",
    ]);
    const contents = parsed.attachments.map(({ filename, content }) => {
      return [filename, content instanceof ArrayBuffer ? new Uint8Array(content) : content];
    });
    assertEquals(
      contents.sort(),
      [
        ["p.png", Uint8Array.of(1, 2, 3)],
        ["leer.txt", new Uint8Array()],
        ["x.eml", new TextEncoder().encode("Subject: inner\r\n\r\nbody")],
        ["グラフ.bin", bytes],
      ].sort(),
    );
  }));

Deno.test("mail message: sizes of attachments around the length of a line are exact", async () => {
  for (const size of [0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 57 * 2048 - 1, 57 * 2048, 57 * 2048 + 1]) {
    const content = new Uint8Array(size).map((_, i) => i % 251);
    const mail = await buildMail({ ...MESSAGE, attachments: [{ filename: "a", content }] });
    const whole = await bytesOf(mail);
    assertEquals(whole.length, mail.size, `${size}`);
    const [part] = (await parseMail(whole)).attachments;
    assertEquals(part?.content instanceof ArrayBuffer && new Uint8Array(part.content), content);
  }
});

Deno.test("mail message: attaching a folder, or a file that changes meanwhile, is an error", async () =>
  await withFolder(async (folder) => {
    const attach = (path: string) => buildMail({ ...MESSAGE, attachments: [{ path }] });
    assertEquals((await assertRejects(() => attach(`${folder}/no`), SystemError)).code, "file-not-found");
    assertEquals((await assertRejects(() => attach(folder), SystemError)).code, "not-a-file");
    const path = `${folder}/file`;
    for (const content of ["longer than it was", "s"]) {
      await Deno.writeTextFile(path, "as it was");
      const mail = await attach(path);
      await Deno.writeTextFile(path, content);
      assertEquals((await assertRejects(() => bytesOf(mail), SystemError)).code, "file-changed");
    }
    await Deno.writeTextFile(path, "x");
    await saveMail(await attach(path), `${folder}/out.eml`);
    assertStringIncludes(await Deno.readTextFile(`${folder}/out.eml`), "eA==");
  }));

Deno.test("mail message: saveMail replaces a file atomically", async () =>
  await withFolder(async (folder) => {
    const [path, file] = [`${folder}/file`, `${folder}/out.eml`];
    const cut = async () => {
      await Deno.writeTextFile(path, "x".repeat(200_000));
      const mail = await buildMail({ ...MESSAGE, attachments: [{ path }] });
      await Deno.truncate(path, 100_000);
      await assertRejects(() => saveMail(mail, file), SystemError);
    };
    await cut();
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["file"]);
    await saveMail(await buildMail(MESSAGE), file);
    const before = await Deno.readTextFile(file);
    await cut();
    assertEquals(await Deno.readTextFile(file), before);
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).toSorted(), ["file", "out.eml"]);
  }));

Deno.test("mail message: mailsFromLines with valid and invalid lines", async () => {
  const lines = async function* () {
    for (
      const text of [
        '{"to":"b@example.com","headers":{"X-A":"1"},"date":"2026-01-02T03:04:05Z"}',
        "{",
        "[]",
        '{"to":5}',
        '{"too":"b@example.com"}',
        '{"date":"never"}',
        '{"date":"1"}',
        '{"date":"May"}',
        '{"headers":[]}',
        '{"attach":["a",5]}',
      ]
    ) yield { text };
    yield { text: "", problem: "not-utf8" as const };
  };
  const found = await Array.fromAsync(mailsFromLines(lines(), { from: "a@example.com", subject: "s" }));
  assertEquals(found.map((one) => one instanceof Error ? one.code : one.subject), [
    "s",
    "invalid-json",
    "invalid-json",
    ...Array<string>(7).fill("invalid-message"),
    "invalid-json",
  ]);
});

Deno.test("mail message: a file whose name has a control character is not attached under that name", async () => {
  const attach = (path: string, filename?: string) => buildMail({ ...MESSAGE, attachments: [{ path, filename }] });
  for (const break_ of ["\r\n", "\n", "\0"]) {
    const error = await assertRejects(() => attach(`none/a${break_}X-Evil: 1.txt`), UsageError);
    assertEquals(error.code, "injection");
  }
  const error = await assertRejects(() => attach("none/a\nb.txt", "b.txt"), SystemError);
  assertEquals(error.code, "file-not-found");
});

const LITERAL = "=?utf-8?Q?=0D=0ABcc:_eve=40example.com?=";

Deno.test("mail message: text that looks like an encoded word is preserved", async () => {
  const mail = await buildMail({
    ...MESSAGE,
    from: `"${LITERAL}" <ada@example.com>`,
    to: [`${LITERAL} <bob@example.com>`],
    subject: `ü ${LITERAL} and ${"words ".repeat(30)}`,
    headers: { "X-A": LITERAL },
  });
  const source = await textOf(mail);
  assert(!source.includes(LITERAL) && source.split("\r\n").every((line) => line.length <= 78), source);
  const parsed = await parseMail(await bytesOf(mail));
  assertEquals([parsed.from?.name, parsed.to?.[0]?.name], [LITERAL, LITERAL]);
  assertEquals(parsed.subject, `ü ${LITERAL} and ${"words ".repeat(30)}`);
  const name = { filename: LITERAL, content: "x" };
  const error = await assertRejects(() => buildMail({ ...MESSAGE, attachments: [name] }), UsageError);
  assertEquals(error.code, "invalid-header");
});

Deno.test("mail message: header addresses match the envelope, whatever the display names", async () => {
  const to = [
    "A, B: C; <bob@example.com>",
    '"x, y@z.example" <c@example.com>',
    '"a b"@example.com',
    '"a>b,c"@example.com',
    "a@[IPv6:::1]",
    `${"Long ".repeat(40)}Name <d@example.com>`,
    `${"x".repeat(600)} <e@example.com>`,
    'O\'Neil \\ "Q" (x) <f@example.com>',
  ];
  const mail = await buildMail({ ...MESSAGE, to });
  const source = await textOf(mail);
  const field = /^To: .*(?:\r\n .*)*/m.exec(source)?.[0] ?? "";
  assert(field.split("\r\n").every((line) => line.length <= 78), field);
  for (const address of mail.to) assertStringIncludes(field, address);
  const parsed = await parseMail(
    await bytesOf(await buildMail({ ...MESSAGE, to: to.filter((one) => !one.includes(">b")) })),
  );
  assertEquals(parsed.to?.map(({ name, address }) => [name, address]), [
    ["A, B: C;", "bob@example.com"],
    ["x, y@z.example", "c@example.com"],
    ["", '"a b"@example.com'],
    ["", "a@[IPv6:::1]"],
    [`${"Long ".repeat(40)}Name`, "d@example.com"],
    ["x".repeat(600), "e@example.com"],
    ['O\'Neil \\ "Q" (x)', "f@example.com"],
  ]);
});

Deno.test("mail message: line ends of alternatives are CR LF; an invalid date or references are rejected", async () => {
  const alternatives = [{ type: "text/x-note", content: "one\rtwo\nthree" }];
  const mail = await buildMail({ ...MESSAGE, alternatives });
  assertStringIncludes(await textOf(mail), "one\r\ntwo\r\nthree");
  const code = async (change: Partial<MailMessage>) =>
    (await assertRejects(() => buildMail({ ...MESSAGE, ...change }), UsageError)).code;
  assertEquals(await code({ date: new Date(NaN) }), "invalid-date");
  assertEquals(await code({ references: "<ü@example.com>" }), "invalid-header");
});

Deno.test("mail message: an attachment outside `within` is rejected, also by links, before and while it is sent", async () =>
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/in/deep`, { recursive: true });
    await Deno.mkdir(`${folder}/in-too`);
    for (const name of ["in/deep/good", "secret", "in-too/secret"]) await Deno.writeTextFile(`${folder}/${name}`, name);
    await Deno.symlink("deep/good", `${folder}/in/good`);
    await Deno.symlink("../secret", `${folder}/in/bad`);
    await Deno.symlink("../in-too", `${folder}/in/far`);
    const attach = (path: string) => buildMail({ ...MESSAGE, attachments: [{ path, within: `${folder}/in` }] });
    for (const path of ["in/deep/good", "in/good", "in/deep/../good"]) {
      assertStringIncludes(await textOf(await attach(`${folder}/${path}`)), btoa("in/deep/good"));
    }
    for (const path of ["in/bad", "secret", "in/../secret", "in/far/secret", "in-too/secret"]) {
      const error = await assertRejects(() => attach(`${folder}/${path}`), SystemError);
      assertEquals([path, error.code], [path, "outside-folder"]);
    }
    const mail = await attach(`${folder}/in/good`);
    await Deno.writeTextFile(`${folder}/secret`, "in/deep/evil");
    await Deno.remove(`${folder}/in/good`);
    await Deno.symlink("../secret", `${folder}/in/good`);
    assertEquals((await assertRejects(() => bytesOf(mail), SystemError)).code, "outside-folder");
    const code = async (json: string) => {
      return (await assertRejects(() => buildMail(mailFromJson(json, MESSAGE)), SystemError)).code;
    };
    assertEquals(await code(JSON.stringify({ attach: [`${folder}/secret`] })), "outside-folder");
  }));

Deno.test("mail message: readText rejects a body that is too large or not UTF-8", async () => {
  const repeat = async function* (count: number, bytes: Uint8Array) {
    for (let i = 0; i < count; i++) yield bytes;
  };
  const code = async (stream: AsyncIterable<Uint8Array>) =>
    (await assertRejects(() => readText(stream), UsageError)).code;
  assertEquals(await code(repeat(65, new Uint8Array(1 << 20))), "body-too-large");
  assertEquals(await code(repeat(1, Uint8Array.of(0xff))), "not-utf8");
  assertEquals(await readText(repeat(2, new TextEncoder().encode("ü"))), "üü");
});

Deno.test("mail message: repeated header fields are all present, in order", async () => {
  const built = await buildMail({
    from: "a@example.com",
    to: ["b@example.com"],
    text: "x",
    headers: { "X-Tag": ["one", "two"], "x-tag": "three" },
  });
  const text = new TextDecoder().decode(await new Response(ReadableStream.from(built.chunks())).bytes());
  assertEquals([...text.matchAll(/^x-tag: (.*)\r$/gim)].map(([, value]) => value), ["one", "two", "three"]);
});
