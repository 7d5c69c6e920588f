import { MIME_ROWS } from "./mime_messages.ts";

/** Messages of the tests of Python's `email`. */
const PYTHON_DATA = "/usr/lib/python3.11/test/test_email/data";
const HEAD = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="outer-of-all"\n\n';

/**
 * Returns messages with their names, as they can be sent by SMTP: lines end with CR LF, and there is no CR or LF by itself. A character
 * stands for a byte. They are those of {@link MIME_ROWS} and of Python's tests, and each of them as a message within a message.
 */
export function mimeCorpus(): (readonly [name: string, text: string])[] {
  const rows = MIME_ROWS.map(({ name, source }) => [name, source] as const);
  for (const { name } of [...Deno.readDirSync(PYTHON_DATA)].sort((a, b) => a.name < b.name ? -1 : 1)) {
    if (!/^msg_\d+\.txt$/.test(name)) continue;
    const bytes = Deno.readFileSync(`${PYTHON_DATA}/${name}`);
    rows.push([name, Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")]);
  }
  const lines = rows.map(([name, text]) => [name, text.replace(/\r\n/g, "\n")] as const)
    .filter(([, text]) => !text.includes("\r"));
  const attached = lines.map(([name, text]) => {
    const part = `--outer-of-all\nContent-Type: message/rfc822\n\n${text}\n--outer-of-all--\n`;
    return [`${name} (within a message)`, HEAD + part] as const;
  });
  return [...lines, ...attached].map((
    [name, text],
  ) => [name, text.replace(/\n/g, "\r\n").replace(/(?<!\r\n)$/, "\r\n")]);
}
