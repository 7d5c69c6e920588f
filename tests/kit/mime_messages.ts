/** Content of a parsed message; bytes of attachments as latin1. */
export interface MimeRow {
  /** Description. */
  readonly name: string;
  /** The message, one byte for each character. LF stands for CR LF. */
  readonly source: string;
  /** Its text. */
  readonly text?: string;
  /** Its HTML. */
  readonly html?: string;
  /** Its subject. */
  readonly subject?: string;
  /** Its attachments. */
  readonly attachments?: readonly (readonly [name: string | null, type: string, content: string])[];
  /** Reason why Python's `email` reads another content, if it does. */
  readonly python?: string;
}

const MIXED = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n";
const TEXT = "--b\nContent-Type: text/plain\n\ntext\n";

/** Returns a message with a text and a part after it. */
function withPart(part: string, end = "\n--b--\n"): string {
  return `${MIXED}${TEXT}--b\n${part}${end}`;
}

/** Texts in charsets that the web does not have, or has otherwise. */
const CHARSETS: readonly (readonly [charset: string, bytes: string, text: string, python?: string])[] = [
  ["utf-7", "H+AOk-llo+- x+ZeVnLIqe", "Héllo+ x日本語"],
  ["hz-gb-2312", "a~~~{VPND~}\nb~\nc", "a~中文\nbc"],
  ["iso-2022-kr", "\x1b$)C\x0eGQ1[\x0f a", "한글 a"],
  ["utf-16", "\xfe\xff\0h\0i", "hi"],
  ["utf-16", "\0h\0i", "hi", "it takes the order of its machine"],
  ["utf-16", "\xff\xfeh\0i\0", "hi"],
  ["utf-32", "\0\0\xfe\xff\0\0\0h\0\x01\xf6\0", "h😀"],
  ["utf-32le", "h\0\0\0\0\xf6\x01\0", "h😀"],
  ["cp437", "\x81ber", "über"],
  ["ibm850", "\x81ber", "über"],
  ["cp932", "\x93\xfa\x96{", "日本"],
  ["ISO_8859-15", "\xa4", "€"],
  ["iso-8859-1", "\x93x\x94", "“x”", "it takes them for control characters"],
];

/** Messages, and their content according to RFC 5322, 2045 to 2047, 2183 and 2231. */
export const MIME_ROWS: readonly MimeRow[] = [
  { name: "nothing", source: "", text: "" },
  { name: "a text without a header", source: "Hello there\nsecond line\n", text: "Hello there\nsecond line\n" },
  { name: "an empty line first", source: "\nbody\n", text: "body\n" },
  { name: "a header alone", source: "Subject: s\n", subject: "s", text: "" },
  {
    name: "a header cut in the line",
    source: "Subject: s",
    subject: "s",
    text: "",
  },
  {
    name: "a header that ends without an empty line",
    source: "Subject: s\nHello there\nmore\n",
    subject: "s",
    text: "Hello there\nmore\n",
  },
  {
    name: "a line of a mailbox file first",
    source: "From ann@x Mon Jan  1 00:00:00 2026\nSubject: s\n\nb\n",
    subject: "s",
    text: "b\n",
  },
  {
    name: "blanks in front of a colon",
    source: "Subject : s\n\nb\n",
    subject: "s",
    text: "b\n",
    python: "it takes the name with its blank",
  },
  { name: "a folded field", source: "Subject: one\n two\n\tthree\n\nb\n", subject: "one two\tthree", text: "b\n" },
  {
    name: "words of one character cut in two",
    source: "Subject: =?utf-8?b?4pg=?= =?utf-8?b?ow==?= x\n\nb",
    subject: "☣ x",
    text: "b",
  },
  {
    name: "words beside each other",
    source: "Subject: =?utf-8?q?a=C3=A9?=\n =?utf-8*en?Q?b_c?= d =?iso-8859-1?q?=E9?=\n\nb",
    subject: "aéb c d é",
    text: "b",
  },
  {
    name: "words that are none",
    source: "Subject: =?utf-8?x?abc?= a=?b\n\nb",
    subject: "=?utf-8?x?abc?= a=?b",
    text: "b",
  },
  {
    name: "a line end in a word",
    source: "Subject: =?utf-8?q?a=0D=0ABcc:_x?=\n\nb",
    subject: "a Bcc: x",
    text: "b",
    python: "it keeps the line end",
  },
  {
    name: "a header in UTF-8 and one in windows-1252",
    source: "Subject: gr\xc3\xbc\xc3\x9fe\nX: gr\xfc\xdfe\n\nb",
    subject: "grüße",
    text: "b",
  },
  {
    name: "a charset in an odd spelling",
    source:
      'Content-Type: text/plain; charset="ISO-8859-1"\nContent-Transfer-Encoding: Quoted-Printable\n\ncaf=E9 =\nau lait  \n',
    text: "café au lait\n",
    python: "it keeps white space at the end of a line",
  },
  {
    name: "bytes without a charset",
    source: "Subject: s\n\ncaf\xc3\xa9 \n",
    subject: "s",
    text: "café \n",
    python: "it has no charset for them",
  },
  { name: "a charset that is not known", source: "Content-Type: text/plain; charset=x-none\n\nabc\n", text: "abc\n" },
  {
    name: "the line end in front of a boundary",
    source: withPart("Content-Type: text/x-log; name=l\n\none\ntwo"),
    text: "text",
    attachments: [["l", "text/x-log", "one\r\ntwo"]],
  },
  {
    name: "a line end more in front of it",
    source: withPart("Content-Type: text/x-log; name=l\n\none\n"),
    text: "text",
    attachments: [["l", "text/x-log", "one\r\n"]],
  },
  {
    name: "a part without content",
    source: withPart("Content-Type: application/x-a; name=l\n", "\n--b--\n"),
    text: "text",
    attachments: [["l", "application/x-a", ""]],
  },
  {
    name: "a part without an empty line",
    source: withPart("Content-Type: application/x-a; name=l\n", "--b--\n"),
    text: "text",
    attachments: [["l", "application/x-a", ""]],
  },
  {
    name: "no closing boundary",
    source: withPart("Content-Type: application/x-a; name=l\n\nabc", "\n"),
    text: "text",
    attachments: [["l", "application/x-a", "abc\r\n"]],
    python: "it drops the last line end",
  },
  {
    name: "what only begins like a boundary",
    source: withPart("Content-Type: application/x-a; name=l\n\n--bc\n--b-\n-- b\nend"),
    text: "text",
    attachments: [["l", "application/x-a", "--bc\r\n--b-\r\n-- b\r\nend"]],
  },
  {
    name: "blanks behind a boundary, a text before and behind",
    source: 'Content-Type: multipart/mixed; boundary="b c"\n\nbefore\n--b c  \t\n\ntext\n--b c--  \nbehind\n',
    text: "text",
  },
  {
    name: "a boundary within another's part",
    source:
      "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--a\n\ntwo\n--a--\n",
    text: "one\ntwo",
  },
  {
    name: "a multipart without a boundary",
    source: "Content-Type: multipart/mixed\n\nabc\n",
    text: "abc\n",
    python: "it has no text of it",
  },
  {
    name: "a multipart whose boundary never comes",
    source: "Content-Type: multipart/mixed; boundary=b\n\nabc\n",
    text: "abc\n",
    python: "it has no text of it",
  },
  {
    name: "an encoding on a multipart",
    source: "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n--b\n\ntext\n--b--\n",
    text: "text",
  },
  {
    name: "a text that is attached",
    source: withPart(
      "Content-Type: text/plain; charset=iso-8859-1\nContent-Disposition: attachment; filename=a.txt\nContent-Transfer-Encoding: quoted-printable\n\ncaf=E9=0Aend\nlast",
    ),
    text: "text",
    attachments: [["a.txt", "text/plain", "caf\xe9\nend\r\nlast"]],
  },
  {
    name: "a text with a name only",
    source: withPart('Content-Type: text/plain; name="n.txt"\n\ncontent'),
    text: "text",
    attachments: [["n.txt", "text/plain", "content"]],
  },
  {
    name: "a page with a name only",
    source: withPart("Content-Type: text/html\nContent-Disposition: inline; filename=p.html\n\n<p>"),
    text: "text",
    attachments: [["p.html", "text/html", "<p>"]],
  },
  { name: "a message with a name is its text", source: "Content-Type: text/plain; name=n.txt\n\nb\n", text: "b\n" },
  {
    name: "a calendar",
    source: withPart(
      "Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n\n",
    ),
    text: "text",
    attachments: [[null, "text/calendar", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n\r\n"]],
  },
  {
    name: "a message within",
    source: withPart("Content-Type: message/rfc822\n\nSubject: inner\n\ninner body"),
    text: "text",
    attachments: [[null, "message/rfc822", "Subject: inner\r\n\r\ninner body"]],
    python: "it writes it anew",
  },
  {
    name: "a message within, encoded",
    source: withPart(
      "Content-Type: message/rfc822; name=m.eml\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeA0KDQp5",
    ),
    text: "text",
    attachments: [["m.eml", "message/rfc822", "Subject: x\r\n\r\ny"]],
    python: "it takes the encoded lines for the message",
  },
  {
    name: "a digest",
    source:
      "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: inner\n\nx\n--b\nContent-Type: text/plain\n\ntext\n--b--\n",
    text: "text",
    attachments: [[null, "message/rfc822", "Subject: inner\r\n\r\nx"]],
    python: "it writes it anew",
  },
  {
    name: "base64 with other characters",
    source: withPart(
      "Content-Type: application/x-a; name=l\nContent-Transfer-Encoding: base64\n\nAAEC\n*!AwQ=\nBQ==\n",
    ),
    text: "text",
    attachments: [["l", "application/x-a", "\x00\x01\x02\x03\x04\x05"]],
    python: "it ends at the first padding",
  },
  {
    name: "escapes that are none",
    source: withPart(
      "Content-Type: application/x-a; name=l\nContent-Transfer-Encoding: quoted-printable\n\na=zz=3d=4=\nb=",
    ),
    text: "text",
    attachments: [["l", "application/x-a", "a=zz==4b"]],
  },
  {
    name: "bytes as they are",
    source: withPart("Content-Type: application/x-a; name=l\nContent-Transfer-Encoding: binary\n\n\x00\x01\r\xff"),
    text: "text",
    attachments: [["l", "application/x-a", "\x00\x01\r\xff"]],
  },
  {
    name: "a name in sections",
    source: withPart(
      "Content-Type: application/pdf\nContent-Disposition: attachment; filename*0*=utf-8''%e2%82%ac%20; filename*1=\"rates\"; filename*2*=%2epdf\n\nx",
    ),
    text: "text",
    attachments: [["€ rates.pdf", "application/pdf", "x"]],
  },
  {
    name: "a name with a charset beside one without",
    source: withPart(
      "Content-Type: application/pdf\nContent-Disposition: attachment; filename=\"e.pdf\"; filename*=iso-8859-1'de'%E4.pdf\n\nx",
    ),
    text: "text",
    attachments: [["ä.pdf", "application/pdf", "x"]],
    python: "it takes the one without",
  },
  {
    name: "a name in an encoded word",
    source: withPart('Content-Type: application/pdf; name="=?utf-8?q?=C3=A4=2Epdf?="\n\nx'),
    text: "text",
    attachments: [["ä.pdf", "application/pdf", "x"]],
  },
  {
    name: "a name with blanks and brackets",
    source: withPart("Content-Type: application/pdf; name=my file(1).pdf\n\nx"),
    text: "text",
    attachments: [["my file(1).pdf", "application/pdf", "x"]],
    python: "it ends at the blank",
  },
  {
    name: "comments among parameters",
    source: withPart('Content-Type: (a; b) application/pdf (c \\) d) ; (e) name (f) = (g) "a (b).pdf" (h)\n\nx'),
    text: "text",
    attachments: [["a (b).pdf", "application/pdf", "x"]],
    python: "it knows no comment in front of the type",
  },
  {
    name: "a path of Windows",
    source: withPart('Content-Type: application/pdf; name="C:\\dir\\a.pdf"\n\nx'),
    text: "text",
    attachments: [["C:\\dir\\a.pdf", "application/pdf", "x"]],
    python: "it takes the backslashes for escapes",
  },
  {
    name: "alternatives",
    source:
      "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: multipart/related; boundary=c\n\n--c\nContent-Type: text/html; charset=utf-8\n\n<p>\xc3\xa4\n</p>\n--c\nContent-Type: image/gif\nContent-Id: <1@x>\n\nGIF\n--c--\n--b--\n",
    text: "plain",
    html: "<p>ä\n</p>",
    attachments: [[null, "image/gif", "GIF"]],
  },
  {
    name: "paragraphs that flow",
    source: "Content-Type: text/plain; format=flowed\n\none \ntwo\n>q \n>r\n> s\n-- \nme\n",
    text: "one two\n> q r\n> s\n-- \nme\n",
    python: "it does not join lines",
  },
  { name: "a type without a slash", source: "Content-Type: text\n\nb\n", text: "b\n" },
  { name: "two types", source: "Content-Type: text/plain\nContent-Type: text/html\n\n<b>\n", text: "<b>\n" },
  {
    name: "a question mark in a word that was not encoded",
    source: "Subject: =?utf-8?q?why?_how??= =?utf-8?b?eA?=\n\nb",
    subject: "why? how?x",
    text: "b",
    python: "it takes the first of them for no word",
  },
  { name: "a word folded within", source: "Subject: =?utf-8?b?YWJj\n ZGVm?=\n\nb", subject: "abcdef", text: "b" },
  {
    name: "a word with the state of the one before it",
    source: "Subject: =?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?S1w4bBsoQg==?=\n\nb",
    subject: "日本語",
    text: "b",
    python: "it decodes each word by itself",
  },
  {
    name: "a charset in a word that is not known",
    source: "Subject: =?x-none?q?=C3=A4?=\n\nb",
    subject: "ä",
    text: "b",
  },
  { name: "a field in front of a blank", source: " From: a@x\nSubject: s\n\nb", subject: "s", text: "b" },
  {
    name: "a parameter whose line is not indented",
    source: withPart('Content-Type: application/x-a;\nname="l"\nContent-Disposition: attachment\n\nx'),
    text: "text",
    attachments: [["l", "application/x-a", "x"]],
    python: "it ends the header there",
  },
  {
    name: "a type without a semicolon behind it",
    source: withPart('Content-Type: application/x-a name="l"\n\nx'),
    text: "text",
    attachments: [["l", "application/x-a", "x"]],
    python: "it takes all of it for the type",
  },
  {
    name: "a boundary in sections, with another one that begins like it",
    source: "Content-Type: multipart/mixed; boundary*0=a; boundary*1=b\n\n--abc\n--ab\n\ntext\n--abc\nx\n--ab--\n",
    text: "text\n--abc\nx",
  },
  {
    name: "an encoding between quotes",
    source: 'Content-Transfer-Encoding: "base64"\n\ndGV4dA==\n',
    text: "text",
    python: "it does not know it with quotes",
  },
  {
    name: "an encoding with a semicolon",
    source: "Content-Transfer-Encoding: base64;\n\ndGV4dA==\n",
    text: "text",
    python: "it does not know it with a semicolon",
  },
  {
    name: "a text under Base64",
    source: withPart(
      "Content-Type: application/x-a; name=l\nContent-Transfer-Encoding: base64\n\naGk=\n\n____________\nSome list\n",
    ),
    text: "text",
    attachments: [["l", "application/x-a", "hi"]],
  },
  {
    name: "Base64 without its padding",
    source: withPart("Content-Type: application/x-a; name=l\nContent-Transfer-Encoding: base64\n\naGVsbG\n"),
    text: "text",
    attachments: [["l", "application/x-a", "hell"]],
  },
  {
    name: "uuencode",
    source: withPart(
      "Content-Type: application/x-a; name=l\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 l\n&86)C9&5F\n#86)C\n \nend\n",
    ),
    text: "text",
    attachments: [["l", "application/x-a", "abcdefabc"]],
  },
  {
    name: "a name cut within a character",
    source: withPart(
      "Content-Type: application/x-a\nContent-Disposition: attachment; filename*1*=%ac; filename*0*=utf-8''%e2%82\n\nx",
    ),
    text: "text",
    attachments: [["€", "application/x-a", "x"]],
  },
  {
    name: "a signature, and what it signs byte for byte",
    source:
      'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b\n\n--b\n\nhi\n\n--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\naGk=\n--b--\n',
    text: "hi\n",
    attachments: [["smime.p7s", "application/pkcs7-signature", "hi"]],
  },
  {
    name: "a message that is its attachment",
    source:
      "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\naGk=\n",
    attachments: [["smime.p7m", "application/pkcs7-mime", "hi"]],
  },
  {
    name: "a report of a delivery",
    source:
      "Content-Type: multipart/report; boundary=b\n\n--b\n\nbounced\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed\n--b--\n",
    text: "bounced",
    attachments: [[null, "message/delivery-status", "Reporting-MTA: dns; x\r\n\r\nAction: failed"]],
    python: "it writes it anew",
  },
  {
    name: "an empty line in a quotation that flows",
    source: "Content-Type: text/plain; format=flowed\n\n> a\n>\n> b\n",
    text: "> a\n>\n> b\n",
  },
  {
    name: "lines joined without their blank",
    source: "Content-Type: text/plain; format=Flowed; delsp=yes\n\nab \ncd\n",
    text: "abcd\n",
    python: "it does not join lines",
  },
  ...CHARSETS.map(([charset, bytes, text, python]) => ({
    name: `a text in ${charset}`,
    source: `Content-Type: text/plain; charset=${charset}\nContent-Transfer-Encoding: base64\n\n${btoa(bytes)}\n`,
    text,
    python,
  })),
];
