/** Number of messages in the maildir. */
export const STORED = 100_000;
/** Characters of a text. */
const TEXT = 1500;
const WORDS =
  ("time year people way day man thing woman life child world school state family student group country problem hand part place " +
    "case week company system program question work government number night point home water room mother area money story fact month lot " +
    "right study book eye job word business issue side kind head house service friend father power hour game line end member law car city " +
    "community name president team minute idea body information back parent face others level office door health person art war history " +
    "party result change morning reason research moment air teacher force education").split(" ");

/** Fills a maildir with messages of about 2 KiB, the same ones each time. */
export async function fillMaildir(maildir: string): Promise<void> {
  for (const part of ["tmp", "new", "cur"]) await Deno.mkdir(`${maildir}/${part}`, { recursive: true });
  const encoder = new TextEncoder();
  let state = 1;
  const word = () => {
    state = Math.imul(state, 1_103_515_245) + 12_345 & 0x7fffffff;
    return WORDS[state % WORDS.length] ?? "";
  };
  for (let i = 0; i < STORED; i++) {
    let text = "";
    while (text.length < TEXT) text += `${Array.from({ length: 12 }, word).join(" ")}\r\n`;
    const [from, to] = [`sender${i % 50}@example.org`, `user${i % 1000}@example.com`];
    const header = [
      `Return-Path: <${from}>`,
      `X-Envelope-To: <${to}>`,
      `From: Sender ${i % 50} <${from}>`,
      `To: ${to}`,
      `Subject: ${word()} ${word()} ${i}`,
      `Message-ID: <${i}@example.org>`,
      "Date: Sat, 28 Nov 2026 14:00:00 +0000",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
    ];
    const message = `${header.join("\r\n")}\r\n\r\nword${i}\r\n${text}`;
    await Deno.writeFile(`${maildir}/new/${1_795_000_000 + i}.M1P1Q${i}.bench`, encoder.encode(message));
  }
}
