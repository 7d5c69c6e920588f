import { assert, assertEquals } from "@std/assert";
import { parseMail } from "../../lib/mail/mime/parse_mail.ts";
import { MIME_ROWS } from "../kit/mime_messages.ts";
import { peerTest } from "../kit/peer.ts";

const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** Reads messages in Base64 from stdin, a line each, and writes what is in each of them. */
const PYTHON = `
import base64, email, email.policy, json, sys
TEXTS = ("text/plain", "text/html")
def leaves(part, whole=True):
    kind = part.get_content_type()
    if kind.startswith("multipart/") and part.is_multipart():
        for inner in part.iter_parts():
            yield from leaves(inner, False)
    else:
        yield part, kind in TEXTS and part.get_content_disposition() != "attachment" and (whole or not part.get_filename())
def content(part):
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        return part.get_payload()[0].as_bytes()
    return part.get_payload(decode=True) or b""
def text(part):
    try:
        return part.get_content()
    except (KeyError, LookupError):
        return content(part).decode("utf-8", "replace")
for line in sys.stdin:
    message = email.message_from_bytes(base64.b64decode(line), policy=email.policy.default)
    found = {"text": [], "html": [], "attachments": [], "subject": message["subject"]}
    for part, shown in leaves(message):
        if shown:
            found["html" if part.get_content_type() == "text/html" else "text"].append(text(part))
        else:
            found["attachments"].append([part.get_filename(), part.get_content_type(), content(part).decode("latin1")])
    print(json.dumps(found))
`;

interface Found {
  readonly text: readonly string[];
  readonly html: readonly string[];
  readonly attachments: readonly (readonly [string | null, string, string])[];
  readonly subject: string | null;
}

peerTest("mime: Python's email reads the same, or there is a reason why not", ["python3"], async () => {
  const sources = MIME_ROWS.map(({ source }) =>
    Uint8Array.from(source.replace(/(?<!\r)\n/g, "\r\n"), (char) => char.charCodeAt(0))
  );
  const process = new Deno.Command("python3", { args: ["-c", PYTHON], stdin: "piped", stdout: "piped" }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(sources.map((source) => `${source.toBase64()}\n`).join("")));
  await writer.close();
  const { stdout } = await process.output();
  const answers: readonly Found[] = new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(answers.length, MIME_ROWS.length);
  const lines = (texts: readonly string[]) =>
    texts.map((text) => text.replace(/\r\n/g, "\n")).join("\n").replace(/\n+$/, "");
  const wrong: string[] = [];
  for (const [i, { name, python }] of MIME_ROWS.entries()) {
    const [theirs, source] = [answers[i], sources[i]];
    assert(theirs && source);
    const ours = parseMail(source);
    const found = [
      lines(ours.text === undefined ? [] : [ours.text]),
      lines(ours.html === undefined ? [] : [ours.html]),
      ours.subject ?? null,
      ours.attachments.map((
        { filename, mimeType, content },
      ) => [filename, mimeType, latin1(content())]),
    ];
    const same = JSON.stringify(found) ===
      JSON.stringify([lines(theirs.text), lines(theirs.html), theirs.subject, theirs.attachments]);
    if (same !== (python === undefined)) wrong.push(`${name}: ${JSON.stringify(theirs)}`);
  }
  assertEquals(wrong, []);
});
