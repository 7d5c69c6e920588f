import { ToucanError } from "../../../lib/core/mod.ts";
import { parseCommand, parsePath } from "../../../lib/mail/codec/command.ts";
import { DataDecoder } from "../../../lib/mail/codec/data_decoder.ts";
import { DotStuffer } from "../../../lib/mail/codec/dot_stuffer.ts";
import { encodedWords } from "../../../lib/mail/codec/encoded_word.ts";
import { parseMailbox } from "../../../lib/mail/codec/mailbox.ts";
import { ReplyParser } from "../../../lib/mail/codec/reply.ts";
import { parseMail } from "../../../lib/mail/mime/parse_mail.ts";
import { joinWords, readWords } from "../../../lib/mail/mime/words.ts";
import { type FuzzTarget, holds, octetText, outcome, same, utf8 } from "../target.ts";

const MESSAGE = [
  "From: =?utf-8?Q?J=C3=BCrg?= <a@x.test>, group: b@x.test;",
  "To: c@x.test",
  "Subject: =?iso-8859-1?B?5A==?= =?utf-8?Q?=C3?=",
  " =?utf-8?Q?=A9?=",
  "Date: Fri, 27 Nov 2026 12:00:00 +0100",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "preamble",
  "--b",
  "Content-Type: text/plain; charset=utf-8; format=flowed",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "caf=C3=A9 =",
  "--b",
  "Content-Type: application/octet-stream; name*0*=utf-8''a%20; name*1=b",
  "Content-Disposition: attachment",
  "Content-Transfer-Encoding: base64",
  "",
  "AAEC",
  "--b",
  "Content-Type: message/rfc822",
  "",
  "Subject: inner",
  "",
  "text",
  "--b--",
  "",
].join("\r\n");

/**
 * Feeds the content of DATA in two parts and returns the message, the number of bytes used, and whether it has ended.
 */
function undot(pieces: readonly Uint8Array[]): unknown {
  let message = "";
  const decoder = new DataDecoder((bytes) => void (message += octetText(bytes)));
  let used = 0;
  for (const piece of pieces) {
    const pushed = decoder.push(piece);
    used += pushed.used;
    if (pushed.done) return { message, used, done: true, fault: decoder.fault };
  }
  return { used, fault: decoder.fault };
}

/** Codecs of SMTP and of messages. */
export const MAIL_TARGETS: Readonly<Record<string, FuzzTarget>> = {
  "smtp-data": {
    seeds: ["Subject: a\r\n\r\n..b\r\n.\r\nQUIT\r\n", ".\r\n", "a\r\n.\n.\r\n"],
    tokens: ["\r\n", ".", "\r\n.\r\n", "\n", "\r", ".\r", "\r\n.."],
    check(bytes, cut) {
      same("cut in two", undot([bytes.subarray(0, cut), bytes.subarray(cut)]), undot([bytes]));
      const stuffer = new DotStuffer();
      const sent = outcome(() => octetText(stuffer.push(bytes)) + stuffer.end(), [ToucanError]);
      if (typeof sent !== "string") return;
      const decoded = undot([Uint8Array.from(sent, (c) => c.charCodeAt(0))]) as { used: number; done?: boolean };
      holds("what was sent ends where its end is", decoded.done === true && decoded.used === sent.length);
    },
  },
  "smtp-reply": {
    seeds: ["250-a.example\r\n250-SIZE 100\r\n250 AUTH PLAIN\r\n", "550 5.1.1 no such user\r\n220 a\r\n"],
    tokens: ["\r\n", "250-", "250 ", "5.1.1 ", "\n", "\r", "999 "],
    check(bytes) {
      const parser = new ReplyParser("mx.example:25");
      outcome(() => octetText(bytes).split("\r\n").forEach((line) => parser.push(line)), [ToucanError]);
    },
  },
  "smtp-command": {
    seeds: [
      "MAIL FROM:<a@x.test> SIZE=10 BODY=8BITMIME",
      'RCPT TO:<"a b"@[IPv6:::1]>',
      "MAIL FROM:<>",
      "RCPT TO:<@a,@b:c@d>",
    ],
    tokens: ["<", ">", "@", '"', "\\", " ", "FROM:", "TO:", "SIZE=", "[", "]", ","],
    check(bytes) {
      const text = utf8(bytes);
      parseCommand(text);
      for (const keyword of ["FROM", "TO"] as const) parsePath(text.replace(/^\w+ /, ""), keyword);
      outcome(() => parseMailbox(text), [ToucanError]);
    },
  },
  "mime": {
    seeds: [MESSAGE, MESSAGE.replaceAll("\r\n", "\n"), "no header", "Subject: only\r\n"],
    tokens: [
      "--b",
      "--b--",
      "\r\n",
      "=?utf-8?Q?",
      "?=",
      "Content-Type: ",
      "boundary=b",
      ";",
      '"',
      "=",
      "charset=utf-7",
    ],
    check(bytes) {
      const { attachments, text } = parseMail(bytes);
      holds("text is a text", text === undefined || typeof text === "string");
      for (const { content } of attachments) {
        holds("an attachment is no larger than the message", content().length <= bytes.length * 3 + 64);
      }
    },
  },
  "encoded-word": {
    seeds: ["=?utf-8?Q?a=C3=A9_b?=", "=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=", "caf\xc3\xa9", "=?x?Q?a?="],
    tokens: ["=?", "?=", "?Q?", "?B?", "utf-8", "=C3", "_", " ", "\r\n "],
    check(bytes) {
      const text = utf8(bytes);
      readWords(text);
      joinWords(text);
      // deno-lint-ignore no-control-regex -- a header field holds no control characters
      if (/[\x00-\x1f\x7f]/.test(text) || /^\s|\s$|\s\s/.test(text)) return;
      same("written and read", readWords(encodedWords(text).replaceAll("\r\n", "")), text);
    },
  },
};
