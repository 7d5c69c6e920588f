import {
  type Connection,
  dial,
  dialAddress,
  formatAddress,
  type HostPort,
  ipVersion,
  NetworkError,
  SystemError,
  TimeoutError,
  type ToucanError,
} from "../../../core/mod.ts";
import type { FtpReply } from "../../codec/reply.ts";
import type { FtpCommand } from "../channel.ts";
import { timedOut } from "../../../core/time/deadline.ts";
import { DataConnection } from "./data_connection.ts";
import { type RequestedTransfer, settled } from "./end_transfer.ts";
import { passivePort } from "./passive.ts";
import { refusal, type RefusalOptions } from "../refusal.ts";
import type { FtpSession } from "../session.ts";

/** Command that prepares a transfer, which ends when the server refuses it. */
export interface PreparingCommand extends FtpCommand {
  /** Meaning of a refusal. */
  readonly refused?: RefusalOptions;
  /** Whether the server need not know the command (500 to 504). */
  readonly optional?: boolean;
}

/** Transfer to request. */
export interface TransferRequest {
  /** Commands before passive mode, such as `CWD`. */
  readonly before?: readonly PreparingCommand[];
  /** Commands before passive mode whose replies are of interest, and decide nothing. */
  readonly ask?: readonly FtpCommand[];
  /** Command after it: `REST` is followed by the transfer (RFC 959 §4.1.3). */
  readonly restart?: PreparingCommand;
  /** Command of the transfer. */
  readonly command: FtpCommand;
  /** Operation, for errors: `retrieve a.txt`. */
  readonly operation: string;
  /** Meaning of a refusal. */
  readonly refused?: RefusalOptions;
}

/** Transfer that has begun. */
export interface Transfer {
  /** Connection of the data. */
  readonly data: DataConnection;
  /** First reply of the server. */
  readonly begun: FtpReply;
  /** Replies to the commands of `ask`. */
  readonly asked: readonly FtpReply[];
  /** Operation, for errors. */
  readonly operation: string;
}

/**
 * Requests a transfer and opens its data connection: to the peer of the control connection, with the port of the reply to `EPSV` or, where the server
 * does not know that, `PASV`. Once that has worked in a session, passive mode and transfer are requested in one write.
 *
 * @throws {FtpRefusedError} When the server rejects it.
 * @throws {NetworkError} `data-address`, `data-key-mismatch` and what dialling throws.
 */
export async function beginTransfer(session: FtpSession, request: TransferRequest): Promise<Transfer> {
  const { channel, clock } = session;
  const { before = [], ask = [], restart, command, operation } = request;
  const passive: PreparingCommand = { verb: session.passive };
  const commands: PreparingCommand[] = [...ask, ...before, passive, ...(restart ? [restart] : [])];
  const together = session.pipelining && session.passiveWorks && commands.length === ask.length + 1;
  clock.enter(session.passive);
  if (together) await channel.send([...commands, command]);
  const replies = together ? await channel.replies(commands) : await channel.exchange(commands, session.pipelining);
  const first = commands.findIndex((command, index) => index >= ask.length && isRefused(command, replies[index]));
  const [reply, meaning] = [replies[first], commands[first]?.refused];
  if (reply) throw refusal(channel.connection.peer, operation, reply, meaning);
  const asked = replies.slice(0, ask.length);
  const port = await portOf(session, replies[ask.length + before.length], together ? operation : undefined);
  if (port === undefined) {
    session.passive = "PASV";
    return await beginTransfer(session, request);
  }
  try {
    return { ...await open(session, request, port, together), asked };
  } catch (error) {
    if (together || session.passive === "PASV" || session.passiveWorks || !isUnreachable(error)) throw error;
    // Some firewalls only know PASV.
    channel.note("*", `no data connection by EPSV: ${error.message}`);
    session.passive = "PASV";
    return await beginTransfer(session, request);
  }
}

/** Whether a command that prepares a transfer was refused; what a refusal of passive mode means is decided elsewhere. */
function isRefused({ verb, optional }: PreparingCommand, reply: FtpReply | undefined): boolean {
  if (!reply || reply.code < 400 || verb === "EPSV" || verb === "PASV") return false;
  return !optional || reply.code < 500 || reply.code > 504;
}

/** Returns the port for the data connection. A transfer that was requested already, `sent`, cannot take place without one. */
async function portOf(session: FtpSession, reply?: FtpReply, sent?: string): Promise<number | undefined> {
  if (!reply) throw new TypeError("no reply to passive mode");
  const ended = () => sent === undefined ? undefined : settled(session, { operation: sent }, undefined);
  try {
    const port = passivePort(session, reply);
    if (port === undefined) await ended();
    return port;
  } catch (error) {
    await ended();
    throw error;
  }
}

/** Returns whether an error is that of a TCP connection that was not established. */
function isUnreachable(error: unknown): error is ToucanError {
  if (error instanceof TimeoutError) return error.phase === "connect";
  return error instanceof NetworkError && /^(?:connection-refused|(?:host|network)-unreachable)$/.test(error.code);
}

async function open(
  session: FtpSession,
  request: TransferRequest,
  port: number,
  sent: boolean,
): Promise<Omit<Transfer, "asked">> {
  const { channel, clock } = session;
  const { command, operation } = request;
  const { peer, security } = channel.connection;
  let begun: FtpReply | undefined;
  const begin = async () => {
    clock.enter(command.verb);
    if (!sent) await channel.send([command]);
    return begun = await channel.reply();
  };
  let connection: Connection | undefined;
  try {
    connection = await dialData(session, port, async () => {
      if (begun) throw new NetworkError(`${peer} accepts one data connection`, { code: "data-tls", peer });
      return (await begin()).code < 300;
    });
    const reply = begun ?? await begin();
    if (reply.code >= 300) throw refusal(peer, operation, reply, request.refused);
    if (connection.security?.pin !== security?.pin) throw keyMismatch(peer);
    session.passiveWorks = true;
    clock.pause();
    return { data: new DataConnection(connection, session), begun: reply, operation };
  } catch (error) {
    connection?.close();
    throw await endOf(session, { operation, begun, refused: request.refused }, sent, error);
  }
}

/**
 * Opens the data connection. A TLS handshake follows the reply to the transfer: a server accepts the connection when it has the
 * command. `begin` returns whether the transfer was granted.
 */
async function dialData(session: FtpSession, port: number, begin: () => Promise<boolean>): Promise<Connection> {
  const { dataHost, server } = session;
  try {
    return await dialHost(session, { ...server, host: dataHost, port }, begin);
  } catch (error) {
    // The sandbox may permit the name only, which covers no address.
    const denied = error instanceof SystemError && error.code === "permission-missing" && server.host !== dataHost;
    if (!denied) throw error;
    return await dialHost(session, { ...server, port }, begin);
  }
}

async function dialHost(session: FtpSession, address: HostPort, begin: () => Promise<boolean>): Promise<Connection> {
  const { channel, clock: { signal }, options: { proxy, connectTimeout, tls }, server } = session;
  const { security } = channel.connection;
  if (!security && !proxy && ipVersion(address.host)) {
    return await dialPlain(session, address);
  }
  return await dial(address, {
    ...{ proxy, connectTimeout, signal },
    tls: security && { serverName: server.host, ...tls, reportPin: security.pin !== undefined },
    beforeTls: security && begin,
  });
}

async function dialPlain({ dataClock, clock: { signal } }: FtpSession, address: HostPort): Promise<Connection> {
  signal.throwIfAborted();
  const controller = new AbortController();
  dataClock.current = {
    stalled: () => {
      const what = `connect to ${formatAddress(address)}`;
      controller.abort(timedOut(dataClock.connectMs, what, { phase: "connect" }));
    },
    aborted: (reason) => controller.abort(reason),
  };
  return await dataClock.connecting(dialAddress(address, controller.signal));
}

/** Returns the error of a transfer that did not begin, after the reply that is still to come. */
async function endOf(
  session: FtpSession,
  transfer: RequestedTransfer,
  sent: boolean,
  error: unknown,
): Promise<unknown> {
  const { begun } = transfer;
  return (begun ? begun.code < 200 : sent) ? await settled(session, transfer, error) : error;
}

function keyMismatch(peer: string): NetworkError {
  return new NetworkError(`the TLS key of the data connection is not that of the control connection to ${peer}`, {
    code: "data-key-mismatch",
    operation: "open a data connection",
    peer,
  });
}
