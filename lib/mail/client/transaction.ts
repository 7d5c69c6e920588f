import { NegativeError, ToucanError } from "../../core/mod.ts";
import { commandLines } from "../codec/command.ts";
import { Chunk } from "../codec/chunk.ts";
import { DotStuffer } from "../codec/dot_stuffer.ts";
import { dsnOfMail, dsnOfRecipient } from "../codec/dsn.ts";
import type { SmtpReply } from "../codec/reply.ts";
import type { BuiltMail } from "../message/types.ts";
import { type RecipientReport, replyRecord } from "./report.ts";
import type { Session } from "./session.ts";

/** Commands that are sent without waiting for a reply: few enough that neither side's buffers fill up. */
const MAX_PIPELINED = 100;
/** Bytes of a message that are gathered into one write. */
const WRITE_BYTES = 64 * 1024;

const utf8 = new TextEncoder();

/** Phase in which a lost connection leaves open whether the message was accepted. */
export const UNCERTAIN = "waiting for the reply to the message";

/** Result of a transaction. */
export interface TransactionReport {
  /** Every recipient, in order. */
  readonly recipients: readonly RecipientReport[];
  /** Whether the session can go on as it is, after a RSET, or not at all. */
  readonly next: "ready" | "reset" | "closed";
}

/**
 * One message: MAIL, RCPT for each recipient, DATA (RFC 5321 §3.3). Where the server takes commands in groups, those of the
 * message that waits behind it are sent together with the end of this one (RFC 2920 §3.1): one turn of the wire for each.
 *
 * @throws {NegativeError} `message-too-large`, `smtputf8-missing`, before anything is sent.
 */
export async function transact(
  session: Session,
  mail: BuiltMail,
  behind: () => BuiltMail | undefined = () => undefined,
): Promise<TransactionReport> {
  const { channel, clock, begun } = session;
  session.begun = undefined;
  const pending = commandsOf(session, mail);
  const replies: SmtpReply[] = [];
  while (pending.length > 0) {
    const group = pending.splice(0, groupOf(session));
    // Without pipelining, DATA is sent only if a recipient was accepted.
    if (group[0] === "DATA" && !accepted(replies).some(Boolean)) break;
    clock.enter(phaseOf(group[0] ?? ""));
    if (begun !== mail || replies.length > 0) await channel.send(group);
    for (const command of group) {
      clock.enter(phaseOf(command));
      replies.push(await channel.reply());
    }
    if ((replies[0]?.code ?? 0) >= 400) break;
  }
  const [sender, ...answers] = replies;
  const taken = accepted(replies);
  if (!sender) throw new Error("no command was sent");
  const { chunking = false } = session;
  const data = answers[mail.to.length];
  // BDAT needs no go-ahead.
  const goesOn = chunking || data?.code === 354;
  const said = (i: number) => sender.code >= 300 ? sender : answers[i] ?? sender;
  const report = (i: number, address: string, last?: SmtpReply): RecipientReport => {
    // Without a go-ahead nothing was sent, whatever the server says.
    const good = taken[i] === true && goesOn && last !== undefined && last.code < 300;
    return { address, accepted: good, reply: replyRecord(taken[i] && last ? last : said(i)) };
  };
  if (!taken.slice(0, mail.to.length).some(Boolean)) {
    // A server that answers 354 without a recipient gets no data, not even the final dot.
    const next = goesOn && !chunking ? "closed" : "reset";
    return { recipients: mail.to.map((address, i) => report(i, address)), next };
  }
  if (!goesOn) return { recipients: mail.to.map((address, i) => report(i, address, data)), next: "reset" };
  await channel.expectSilence();
  const last = await sendData(session, mail, behind);
  return {
    recipients: mail.to.map((address, i) => report(i, address, last)),
    // The answer to a message ends its transaction either way: a reset behind it would end the next one.
    next: last.code < 300 || session.begun ? "ready" : "reset",
  };
}

function commandsOf(session: Session, mail: BuiltMail): string[] {
  const { dsn = {}, chunking } = session;
  const recipients = mail.to.map((address) => [`RCPT TO:<${address}>`, ...dsnOfRecipient(dsn, address)].join(" "));
  return [mailCommand(session, mail), ...recipients, ...(chunking ? [] : ["DATA"])];
}

function groupOf({ capabilities }: Session): number {
  return capabilities.pipelining ? MAX_PIPELINED : 1;
}

/** Returns the commands of the next message that can be sent before the reply to this one. */
function begin(session: Session, mail: BuiltMail | undefined): { readonly commands: readonly string[]; lines: string } {
  const nothing = { commands: [], lines: "" };
  if (!mail || !session.capabilities.pipelining) return nothing;
  try {
    const commands = commandsOf(session, mail).slice(0, groupOf(session));
    const lines = commandLines(commands);
    session.begun = mail;
    return { commands, lines };
  } catch (error) {
    // Its error is thrown when its turn comes.
    if (error instanceof ToucanError) return nothing;
    throw error;
  }
}

/** Which recipients were taken, by the replies so far: that to MAIL first. */
function accepted([sender, ...answers]: readonly SmtpReply[]): boolean[] {
  return answers.map(({ code }) => (sender?.code ?? 500) < 300 && code < 300);
}

function phaseOf(command: string): string {
  return command.startsWith("MAIL") ? "MAIL FROM" : command.startsWith("RCPT") ? "RCPT TO" : "DATA";
}

function mailCommand({ capabilities, channel, dsn, chunking }: Session, mail: BuiltMail): string {
  const { peer } = channel.connection;
  if (dsn && !capabilities.dsn) throw lacks(peer, "a request for notifications", "DSN");
  if (chunking && !capabilities.chunking) throw lacks(peer, "a message with BDAT", "CHUNKING");
  const { sizeLimit } = capabilities;
  if (sizeLimit !== undefined && mail.size > sizeLimit) {
    throw new NegativeError(`cannot send a message of ${mail.size} bytes to ${peer}: its limit is ${sizeLimit} bytes`, {
      code: "message-too-large",
      peer,
    });
  }
  if (mail.utf8 && !capabilities.smtpUtf8) {
    throw lacks(peer, "a message with a non-ASCII address", "SMTPUTF8");
  }
  return [
    `MAIL FROM:<${mail.from}>`,
    capabilities.size && `SIZE=${mail.size}`,
    (mail.utf8 || mail.eightBit) && capabilities.eightBitMime && "BODY=8BITMIME",
    mail.utf8 && "SMTPUTF8",
    ...(dsn ? dsnOfMail(dsn) : []),
  ].filter(Boolean).join(" ");
}

function lacks(peer: string, what: string, keyword: string): NegativeError {
  return new NegativeError(`cannot send ${what} to ${peer}: the server does not offer ${keyword}`, {
    code: `${keyword.toLowerCase()}-missing`,
    peer,
  });
}

/** Sends the message, and the first commands of the next one; returns the reply to the message. */
async function sendData(session: Session, mail: BuiltMail, behind: () => BuiltMail | undefined): Promise<SmtpReply> {
  const { channel, clock, chunking } = session;
  const encoder = chunking ? new Chunk(mail.size) : new DotStuffer();
  let held: Uint8Array[] = [];
  let size = 0;
  const hold = (piece: Uint8Array) => {
    held.push(piece);
    size += piece.length;
  };
  const flush = async () => {
    const [only] = held;
    clock.enter("sending the message");
    await channel.write(held.length === 1 && only ? only : joined(held, size));
    held = [];
    size = 0;
  };
  let commands: readonly string[] = [];
  if (chunking) hold(utf8.encode(`BDAT ${mail.size} LAST\r\n`));
  try {
    for await (const chunk of mail.chunks()) {
      hold(encoder.push(chunk));
      if (size >= WRITE_BYTES) await flush();
    }
    const end = encoder.end();
    const next = begin(session, behind());
    commands = next.commands;
    hold(utf8.encode(end + next.lines));
    await flush();
  } catch (error) {
    // The server may have sent a reply before it closed the connection.
    if (!channel.connectionLost(error)) throw error;
    return await channel.reply().catch(() => Promise.reject(error));
  }
  const sent = `(${mail.size} bytes of message)`;
  for (const line of [...(chunking ? [`BDAT ${mail.size} LAST`, sent] : [sent, "."]), ...commands]) {
    channel.note(">", line);
  }
  clock.enter(UNCERTAIN);
  return await channel.reply();
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
