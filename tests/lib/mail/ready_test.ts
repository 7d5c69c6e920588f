import { assertEquals, assertThrows } from "@std/assert";
import { concat, UsageError } from "../../../lib/core/mod.ts";
import { buildMail, mailSink, readyMail, sendMail } from "../../../lib/mail/mod.ts";
import { parseMail } from "../../../lib/mail/mime/parse_mail.ts";

const HEAD = "From: Ada <ada@x.test>\r\nTo: bob@x.test\r\n";
const octets = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

async function sourceOf(mail: { chunks(): AsyncIterable<Uint8Array> }): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of mail.chunks()) pieces.push(piece);
  return Array.from(concat(pieces), (byte) => String.fromCharCode(byte)).join("");
}

/** Messages that are ready, the envelope given, and what is sent: envelope, whether with bytes above 127, source. */
for (
  const [source, envelope, sent] of [
    [`${HEAD}\r\nhello\r\n`, {}, ["ada@x.test", ["bob@x.test"], false, `${HEAD}\r\nhello\r\n`]],
    ["From: a@x\nTo: b@x\n\none\ntwo", {}, ["a@x", ["b@x"], false, "From: a@x\r\nTo: b@x\r\n\r\none\r\ntwo\r\n"]],
    ["From: a@x\rTo: b@x\r\rone\r", { to: ["b@x"] }, ["a@x", ["b@x"], false, "From: a@x\r\nTo: b@x\r\n\r\none\r\n"]],
    [`${HEAD}Bcc: eve@x,\r\n mallory@x\r\nSubject: s\r\n\r\nBcc: stays\r\n`, {}, [
      "ada@x.test",
      ["bob@x.test", "eve@x", "mallory@x"],
      false,
      `${HEAD}Subject: s\r\n\r\nBcc: stays\r\n`,
    ]],
    [`Sender: Sec <s@x>\r\nCc: "Doe, Jane" <c@x>, Team: d@x;\r\n${HEAD}\r\n\xe9`, {}, [
      "s@x",
      ["bob@x.test", "c@x", "d@x"],
      true,
      `Sender: Sec <s@x>\r\nCc: "Doe, Jane" <c@x>, Team: d@x;\r\n${HEAD}\r\n\xe9\r\n`,
    ]],
    [`${HEAD}\r\nx\r\n`, { from: "<>", to: ["e@x", "f@x,e@x"] }, ["", ["e@x", "f@x"], false, `${HEAD}\r\nx\r\n`]],
    [`${HEAD}\r\n`, { from: "Bounce <b@bücher.example>" }, [
      "b@xn--bcher-kva.example",
      ["bob@x.test"],
      false,
      `${HEAD}\r\n`,
    ]],
    ["From: a@x (Ann)\nTo: (c) b@x, <@r:c@x>, Team: d@x;\n\nx\n", {}, [
      "a@x",
      ["b@x", "c@x", "d@x"],
      false,
      "From: a@x (Ann)\r\nTo: (c) b@x, <@r:c@x>, Team: d@x;\r\n\r\nx\r\n",
    ]],
    ["From a@x Mon Jan  1 00:00:00 2026\nFrom: a@x\nTo: Doe, J <b@x>\n\nFrom here\n", {}, [
      "a@x",
      ["b@x"],
      false,
      "From: a@x\r\nTo: Doe, J <b@x>\r\n\r\nFrom here\r\n",
    ]],
    [" Bcc: e@x\nFrom: a@x\n\nx\n", {}, ["a@x", ["e@x"], false, "From: a@x\r\n\r\nx\r\n"]],
    [`${HEAD}\r\n.\r\n..\r\n`, {}, ["ada@x.test", ["bob@x.test"], false, `${HEAD}\r\n.\r\n..\r\n`]],
  ] as const
) {
  Deno.test(`mail ready: ${JSON.stringify(source).slice(0, 60)} ${JSON.stringify(envelope)}`, async () => {
    const mail = readyMail(octets(source), envelope);
    const text = await sourceOf(mail);
    assertEquals([mail.from, [...mail.to], mail.eightBit, text], [sent[0], [...sent[1]], sent[2], sent[3]]);
    assertEquals(mail.size, text.length);
  });
}

for (
  const [source, envelope, code] of [
    ["", {}, "invalid-message"],
    ["no header at all", {}, "invalid-message"],
    ["Subject: x\r\n\r\n", {}, "no-recipient"],
    [`${HEAD}\r\n`, { to: ["nobody"] }, "invalid-address"],
    [`${HEAD}\r\n`, { from: "a@x\r\nRCPT TO:<e@x>" }, "invalid-address"],
  ] as const
) {
  Deno.test(`mail ready: ${JSON.stringify(source)} ${JSON.stringify(envelope)} is ${code}`, () => {
    assertEquals(assertThrows(() => readyMail(octets(source), envelope), UsageError).code, code);
  });
}

Deno.test("mail ready: it arrives byte for byte, after the trace fields of the sink", async () => {
  await using sink = await mailSink();
  const source = `${HEAD}X-Odd:   spaced  \r\n\r\n.dot\r\n\xff\xfe\r\n`;
  const report = await sendMail(sink.address, readyMail(octets(source)), { tls: "none" });
  assertEquals(report.accepted, 1);
  const bytes = await sink.store.read(sink.store.messages[0]?.id ?? "");
  const text = Array.from(bytes ?? [], (byte) => String.fromCharCode(byte)).join("");
  assertEquals(text.slice(text.indexOf(HEAD)), source);
});

for (const subject of [" s", "s ", "  two  ", "\ttab", "ü ", " ", "in  ner"]) {
  Deno.test(`mail message: the subject ${JSON.stringify(subject)} is preserved`, async () => {
    const mail = await buildMail({ from: "a@x", to: "b@x", subject, text: "x" });
    assertEquals(parseMail(octets(await sourceOf(mail))).subject, subject);
  });
}

for (
  const [given, envelope] of [
    [undefined, "ada@x.test"],
    ["bounces@x.test", "bounces@x.test"],
    ["<>", ""],
    ["", ""],
    ["Bounce <b@x.test>", "b@x.test"],
  ] as const
) {
  Deno.test(`mail message: with the envelope sender ${given} it comes from <${envelope}>, and says From`, async () => {
    const mail = await buildMail({
      ...{ from: "Ada <ada@x.test>", sender: "Sec <sec@x.test>", to: "b@x.test", text: "x", envelopeFrom: given },
      ...{ date: new Date("2026-01-31T12:00:00Z"), messageId: "<1@x.test>", inReplyTo: "<0@x.test>" },
    });
    const parsed = parseMail(octets(await sourceOf(mail)));
    assertEquals([mail.from, parsed.from[0]?.address, parsed.sender?.address], [envelope, "ada@x.test", "sec@x.test"]);
    assertEquals([parsed.date, parsed.messageId], ["2026-01-31T12:00:00.000Z", "<1@x.test>"]);
  });
}
