import type { LineChannel } from "../../../core/mod.ts";
import { type FtpReply, FtpReplyParser, ftpReplyText, parseFeatures, parsePasvReply } from "../../../ftp/internal.ts";
import type { Dialect, LineExtra } from "../lines/dialect.ts";

/** FTP (RFC 959, RFC 4217). Where anonymous access is permitted, it asks for the address of data connections, and opens none. */
export const FTP_DIALECT: Dialect = {
  protocol: "FTP",
  greets: true,
  async greeting(channel) {
    let reply = await read(channel);
    // 120: the server will be ready in some minutes.
    if (reply.code < 200) reply = await read(channel);
    return { ok: reply.code === 220, text: ftpReplyText(reply) };
  },
  async hello(channel) {
    const reply = await ask(channel, "FEAT");
    const features = parseFeatures(reply.code === 211 ? reply.lines : []);
    const startTls = /\bTLS\b|\bSSL\b/i.test(features.parameters("AUTH") ?? "");
    const words = ["EPSV", "MLST", "UTF8", "SIZE", "REST"].filter((name) => features.has(name));
    return { startTls, passwords: [], words };
  },
  async startTls(channel) {
    const reply = await ask(channel, "AUTH TLS");
    return { ok: reply.code === 234, text: ftpReplyText(reply) };
  },
  more: further,
  quit: "QUIT",
};

async function read(channel: LineChannel): Promise<FtpReply> {
  const parser = new FtpReplyParser(channel.connection.peer);
  while (true) {
    const reply = parser.push(await channel.line());
    if (reply) return reply;
  }
}

async function ask(channel: LineChannel, line: string): Promise<FtpReply> {
  channel.enter(line.split(" ", 1)[0] ?? line);
  await channel.send(line);
  return await read(channel);
}

/** Asks as an anonymous user, whose password is by custom an address (RFC 1635). */
async function further(channel: LineChannel): Promise<LineExtra> {
  const user = await ask(channel, "USER anonymous");
  const needsTls = !channel.connection.security && user.code !== 331 && user.code !== 230 &&
    /\b(?:TLS|SSL|secure|encrypt\w*)\b/i.test(ftpReplyText(user));
  const login = user.code === 331 ? await ask(channel, "PASS toucan@") : user;
  const common = { asksPassword: user.code === 331, needsTls, anonymous: login.code === 230 };
  if (login.code !== 230) return { ...common, login: ftpReplyText(login) };
  const passive = await ask(channel, "PASV");
  const named = passive.code === 227 ? parsePasvReply(passive.lines.join(" "))?.host : undefined;
  return { ...common, passive: ftpReplyText(passive), ...(named !== undefined && { passiveAddress: named }) };
}
