import type { LineChannel } from "../../../core/mod.ts";
import { addressLiteral, parseCapabilities, ReplyParser, replyText, type SmtpReply } from "../../../mail/internal.ts";
import { type Dialect, type LineExtra, type LineOffer, NO_OFFER, passwordMechanisms } from "../lines/dialect.ts";

/** Recipient in a domain that is reserved for examples (RFC 2606), and accepts no mail. */
const ELSEWHERE = "toucan-check@example.org";

/**
 * SMTP. The question whether the server is an open relay names a recipient elsewhere, and takes it back before a message could be
 * sent (RSET, never DATA).
 */
export function smtpDialect({ relay }: { readonly relay: boolean }): Dialect {
  return {
    protocol: "SMTP",
    greets: true,
    async greeting(channel) {
      const reply = await read(channel);
      return { ok: reply.code === 220, text: replyText(reply) };
    },
    hello,
    async startTls(channel) {
      const reply = await ask(channel, "STARTTLS");
      return { ok: reply.code === 220, text: replyText(reply) };
    },
    more: (channel, offer) => further(channel, offer, relay),
    quit: "QUIT",
    facts: ({ size, pipelining }) => ({ ...(size !== undefined && { size }), ...(pipelining && { pipelining }) }),
  };
}

async function read(channel: LineChannel): Promise<SmtpReply> {
  const parser = new ReplyParser(channel.connection.peer);
  while (true) {
    const reply = parser.push(await channel.line());
    if (reply) return reply;
  }
}

async function ask(channel: LineChannel, line: string): Promise<SmtpReply> {
  channel.enter(line.split(" ", 1)[0] ?? line);
  await channel.send(line);
  return await read(channel);
}

async function hello(channel: LineChannel): Promise<LineOffer> {
  const name = addressLiteral(channel.connection.local);
  const reply = await ask(channel, `EHLO ${name}`);
  if (reply.code === 250) {
    const { startTls, auth, sizeLimit } = parseCapabilities(reply);
    const words = reply.lines.slice(1).map((line) => line.split(" ", 1)[0]?.toUpperCase() ?? "");
    return {
      startTls,
      passwords: passwordMechanisms(auth),
      words: ["EHLO", ...words, ...(sizeLimit === undefined ? [] : [`SIZE=${sizeLimit}`])],
    };
  }
  const old = await ask(channel, `HELO ${name}`);
  return old.code === 250 ? { ...NO_OFFER, words: ["HELO"] } : { ...NO_OFFER, refused: replyText(old) };
}

async function further(channel: LineChannel, { words }: LineOffer, relay: boolean): Promise<LineExtra> {
  const limit = words.find((word) => word.startsWith("SIZE="))?.slice(5);
  const common = {
    old: !words.includes("EHLO"),
    pipelining: words.includes("PIPELINING"),
    ...(limit !== undefined && { size: Number(limit) }),
  };
  if (!relay) return common;
  const from = await ask(channel, "MAIL FROM:<>");
  if (from.code !== 250) return { ...common, relay: replyText(from) };
  const to = await ask(channel, `RCPT TO:<${ELSEWHERE}>`);
  await ask(channel, "RSET");
  return { ...common, relay: replyText(to), relayed: to.code === 250 || to.code === 251 };
}
