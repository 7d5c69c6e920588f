import { type Address, ipVersion, NetworkError, UsageError } from "../../core/mod.ts";
import { openChannel } from "../../core/lines/client/open_channel.ts";
import { isHeloName } from "../codec/command.ts";
import { type Capabilities, NO_CAPABILITIES, parseCapabilities } from "../codec/capabilities.ts";
import { authenticate } from "./authenticate.ts";
import { SmtpChannel } from "./channel.ts";
import type { MailClientOptions } from "./options.ts";
import { MailRefusedError } from "./refusal.ts";
import type { Session } from "./session.ts";

/**
 * Connects, reads the greeting, starts TLS and authenticates, according to the options.
 *
 * @throws {NetworkError} `starttls-missing`, `starttls-injection`, `auth-without-tls` and what dialling throws.
 * @throws {MailRefusedError} When the server says no.
 */
export async function openSession(server: Address, options: MailClientOptions): Promise<Session> {
  if (options.helo !== undefined && !isHeloName(options.helo)) {
    throw new UsageError(`invalid EHLO name "${options.helo.slice(0, 60)}": use a domain or an address literal`, {
      code: "invalid-helo",
    });
  }
  let capabilities = NO_CAPABILITIES;
  const { channel, clock } = await openChannel<SmtpChannel>(server, options, {
    channelOn: (connection, clock) => new SmtpChannel(connection, clock, options.trace),
    async greet(channel) {
      const greeting = await channel.reply();
      if (greeting.code !== 220) {
        throw new MailRefusedError(channel.connection.peer, "the connection", greeting, { code: "server-refused" });
      }
      capabilities = await hello(channel, options);
    },
    startTls: (channel, required) => startTls(channel, capabilities, required),
  });
  try {
    const { security } = channel.connection;
    // Capabilities from before TLS are discarded (RFC 3207 §4.2).
    if (security && options.tls !== "implicit") capabilities = await hello(channel, options);
    if (options.auth) await authenticate({ channel, capabilities, clock, security }, options.auth);
    clock.pause();
    const { dsn, chunking } = options;
    return { channel, capabilities, clock, security, dsn, chunking };
  } catch (error) {
    channel.connection.close();
    clock[Symbol.dispose]();
    throw clock.signal.aborted ? clock.signal.reason : error;
  }
}

async function hello(channel: SmtpChannel, options: MailClientOptions): Promise<Capabilities> {
  const name = options.helo ?? addressLiteral(channel.connection.local);
  channel.enter("EHLO");
  await channel.send([`EHLO ${name}`]);
  const reply = await channel.reply();
  if (reply.code === 250) return parseCapabilities(reply);
  // An old server may only know HELO; one that rejects the client rejects HELO as well.
  channel.enter("HELO");
  await channel.send([`HELO ${name}`]);
  const second = await channel.reply();
  if (second.code === 250) return NO_CAPABILITIES;
  throw new MailRefusedError(channel.connection.peer, "HELO", second, {
    code: "server-refused",
    reason: "greeting",
  });
}

/** Sends STARTTLS; returns whether the handshake follows. */
async function startTls(channel: SmtpChannel, { startTls }: Capabilities, required: boolean): Promise<boolean> {
  const { peer } = channel.connection;
  if (!startTls) {
    if (!required) return false;
    throw new NetworkError(`${peer} does not offer STARTTLS`, {
      code: "starttls-missing",
      peer,
    });
  }
  channel.enter("STARTTLS");
  await channel.send(["STARTTLS"]);
  const reply = await channel.reply();
  if (reply.code !== 220) {
    if (!required) return false;
    throw new MailRefusedError(peer, "STARTTLS", reply, { code: "starttls-refused" });
  }
  return true;
}

/** Our own address as EHLO takes it (RFC 5321 §4.1.3); no host name has to be known for it. */
export function addressLiteral(local: string): string {
  const host = local.replace(/:\d+$/, "").replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const version = ipVersion(host);
  return version === 4 ? `[${host}]` : version === 6 ? `[IPv6:${host}]` : "[127.0.0.1]";
}
