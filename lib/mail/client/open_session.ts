import {
  type Address,
  type Connection,
  dial,
  formatAddress,
  ipVersion,
  NetworkError,
  UsageError,
} from "../../core/mod.ts";
import { isHeloName } from "../codec/command.ts";
import { type Capabilities, NO_CAPABILITIES, parseCapabilities } from "../codec/capabilities.ts";
import { authenticate } from "./authenticate.ts";
import { SmtpChannel } from "./channel.ts";
import type { MailClientOptions } from "./options.ts";
import { PhaseClock } from "../../core/time/phase_clock.ts";
import { MailRefusedError } from "./refusal.ts";
import type { Session } from "./session.ts";

/** Milliseconds for each phase. */
export const PHASE_TIMEOUT_MS = 30_000;

const HANDSHAKE = "TLS handshake";

/**
 * Connects, reads the greeting, starts TLS and authenticates, according to the options.
 *
 * @throws {NetworkError} `starttls-missing`, `starttls-injection`, `auth-without-tls` and what dialling throws.
 * @throws {MailRefusedError} When the server says no.
 */
export async function openSession(server: Address, options: MailClientOptions): Promise<Session> {
  const { tls = "starttls", trust = {}, proxy, family, trace, timeout = PHASE_TIMEOUT_MS } = options;
  const peer = formatAddress(server);
  if (options.helo !== undefined && !isHeloName(options.helo)) {
    throw new UsageError(`invalid EHLO name "${options.helo.slice(0, 60)}": use a domain or an address literal`, {
      code: "invalid-helo",
    });
  }
  const clock = new PhaseClock(peer, timeout, options.signal);
  let session: { channel: SmtpChannel; capabilities: Capabilities } | undefined;
  let connection: Connection | undefined;
  try {
    const plain = async (connection: Connection) => {
      const channel = new SmtpChannel(connection, clock, trace);
      return session = { channel, capabilities: await greeted(channel, clock, options) };
    };
    const beforeTls = async (connection: Connection) => {
      const { channel, capabilities } = await plain(connection);
      return await startTls(channel, clock, capabilities, mayBePlain);
    };
    // A pin requires TLS: without it the key cannot be verified.
    const mayBePlain = tls === "opportunistic" && trust.pin === undefined;
    const byCommand = tls === "starttls" || tls === "opportunistic";
    connection = await dial(server, {
      ...{ proxy, family, trace, connectTimeout: options.connectTimeout, signal: clock.signal },
      onStep: (step) => void (clock.step = step),
      tls: tls === "none" || (tls === "opportunistic" && server.transport === "unix") ? undefined : trust,
      beforeTls: byCommand ? beforeTls : undefined,
    });
    if (!session || connection.security) {
      // Capabilities from before TLS are discarded (RFC 3207 §4.2).
      if (byCommand && connection.security) session = await secured(connection, clock, options);
      else session = await plain(connection);
    }
    const { security } = connection;
    if (options.auth) await authenticate({ ...session, clock, security }, options.auth);
    clock.pause();
    const { dsn, chunking } = options;
    return { ...session, clock, security, dsn, chunking };
  } catch (error) {
    connection?.close();
    clock[Symbol.dispose]();
    if (clock.signal.aborted) throw clock.signal.reason;
    throw clock.phase === HANDSHAKE ? lostInHandshake(error) : error;
  }
}

/** Says of a connection that was lost where that was; what is wrong with a server's certificate says so itself. */
function lostInHandshake(error: unknown): unknown {
  if (!(error instanceof NetworkError) || !error.code.startsWith("connection-")) return error;
  const { code, peer, hint, cause } = error;
  return new NetworkError(`${error.message} (${HANDSHAKE})`, { code, peer, hint, cause, operation: HANDSHAKE });
}

async function greeted(channel: SmtpChannel, clock: PhaseClock, options: MailClientOptions): Promise<Capabilities> {
  clock.enter("waiting for the greeting");
  const greeting = await channel.reply();
  const { peer } = channel.connection;
  if (greeting.code !== 220) throw new MailRefusedError(peer, "the connection", greeting, { code: "server-refused" });
  return await hello(channel, clock, options);
}

async function secured(connection: Connection, clock: PhaseClock, options: MailClientOptions) {
  const channel = new SmtpChannel(connection, clock, options.trace);
  return { channel, capabilities: await hello(channel, clock, options) };
}

async function hello(channel: SmtpChannel, clock: PhaseClock, options: MailClientOptions): Promise<Capabilities> {
  const name = options.helo ?? addressLiteral(channel.connection.local);
  clock.enter("EHLO");
  await channel.send([`EHLO ${name}`]);
  const reply = await channel.reply();
  if (reply.code === 250) return parseCapabilities(reply);
  // An old server may only know HELO; one that rejects the client rejects HELO as well.
  clock.enter("HELO");
  await channel.send([`HELO ${name}`]);
  const second = await channel.reply();
  if (second.code === 250) return NO_CAPABILITIES;
  throw new MailRefusedError(channel.connection.peer, "HELO", second, {
    code: "server-refused",
    reason: "greeting",
  });
}

/** Sends STARTTLS; returns whether the handshake follows. */
async function startTls(
  channel: SmtpChannel,
  clock: PhaseClock,
  { startTls }: Capabilities,
  mayBePlain: boolean,
): Promise<boolean> {
  const { peer } = channel.connection;
  if (!startTls) {
    if (mayBePlain) return false;
    throw new NetworkError(`${peer} does not offer STARTTLS`, {
      code: "starttls-missing",
      peer,
    });
  }
  clock.enter("STARTTLS");
  await channel.send(["STARTTLS"]);
  const reply = await channel.reply();
  if (reply.code !== 220) {
    if (mayBePlain) return false;
    throw new MailRefusedError(peer, "STARTTLS", reply, { code: "starttls-refused" });
  }
  // Bytes before the handshake may be injected by an attacker, and would be read as the server's under TLS.
  if (channel.hasPending) {
    throw new NetworkError(`${peer} sent bytes before the TLS handshake`, { code: "starttls-injection", peer });
  }
  clock.enter(HANDSHAKE, "tls");
  return true;
}

/** Our own address as EHLO takes it (RFC 5321 §4.1.3); no host name has to be known for it. */
export function addressLiteral(local: string): string {
  const host = local.replace(/:\d+$/, "").replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const version = ipVersion(host);
  return version === 4 ? `[${host}]` : version === 6 ? `[IPv6:${host}]` : "[127.0.0.1]";
}
