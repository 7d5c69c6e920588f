import { type Address, formatAddress } from "../../address/address.ts";
import type { Connection } from "../../dial/connection.ts";
import { dial } from "../../dial/dial.ts";
import { NetworkError } from "../../errors/errors.ts";
import { PhaseClock } from "../../time/phase_clock.ts";
import type { LineClientOptions } from "./line_options.ts";

/** Milliseconds for each phase. */
const PHASE_TIMEOUT_MS = 30_000;
const HANDSHAKE = "TLS handshake";

/** Channel of a protocol on a connection. */
export interface OpeningChannel {
  /** Connection beneath. */
  readonly connection: Connection;
  /** Whether input was received that was not read yet. */
  readonly hasPending: boolean;
  /** Returns the error for something that the server has done; the connection is of no use after it. */
  fault(code: string, what: string): NetworkError;
}

/** Steps of a protocol at the beginning of a connection. */
export interface ChannelSteps<C extends OpeningChannel> {
  /** Makes the channel of a connection. */
  channelOn(connection: Connection, clock: PhaseClock): C;
  /** Reads the greeting. It is called once, before or, with implicit TLS, after the handshake. */
  greet(channel: C): Promise<void>;
  /**
   * Asks for TLS.
   *
   * @param required Whether to go on without TLS is out of the question.
   * @returns Whether the handshake follows; false only where `required` is.
   */
  startTls(channel: C, required: boolean): Promise<boolean>;
}

/**
 * Connects, reads the greeting and starts TLS, for a protocol with a channel of its own. What the server has said before TLS is to be
 * forgotten by the caller, who disposes of the clock.
 *
 * @throws {NetworkError} `starttls-injection`, and what `dial` and the steps throw.
 * @throws {TimeoutError} When a phase takes too long.
 */
export async function openChannel<C extends OpeningChannel>(
  address: Address,
  options: LineClientOptions,
  { channelOn, greet, startTls }: ChannelSteps<C>,
): Promise<{ readonly channel: C; readonly clock: PhaseClock }> {
  const { tls = "starttls", trust = {}, proxy, family, trace, timeout = PHASE_TIMEOUT_MS, connectTimeout } = options;
  const peer = formatAddress(address);
  const clock = new PhaseClock(peer, timeout, options.signal);
  // A pin requires TLS: without it the key cannot be verified.
  const mayBePlain = tls === "opportunistic" && trust.pin === undefined;
  const byCommand = tls === "starttls" || tls === "opportunistic";
  let channel: C | undefined;
  let connection: Connection | undefined;
  const greeted = async (connection: Connection) => {
    channel = channelOn(connection, clock);
    clock.enter("waiting for the greeting");
    await greet(channel);
    return channel;
  };
  const beforeTls = async (connection: Connection) => {
    const plain = await greeted(connection);
    if (!await startTls(plain, !mayBePlain)) {
      if (mayBePlain) return false;
      throw plain.fault("starttls-missing", "does not offer TLS");
    }
    // Bytes before the handshake may be injected by an attacker, and would be read as the server's under TLS.
    if (plain.hasPending) throw plain.fault("starttls-injection", "sent bytes before the TLS handshake");
    clock.enter(HANDSHAKE, "tls");
    return true;
  };
  try {
    connection = await dial(address, {
      ...{ proxy, family, trace, connectTimeout, signal: clock.signal },
      onStep: (step) => void (clock.step = step),
      tls: tls === "none" || (tls === "opportunistic" && address.transport === "unix") ? undefined : trust,
      beforeTls: byCommand ? beforeTls : undefined,
    });
    if (byCommand && connection.security) channel = channelOn(connection, clock);
    else if (!channel) channel = await greeted(connection);
    clock.pause();
    return { channel, clock };
  } catch (error) {
    connection?.close();
    clock[Symbol.dispose]();
    if (clock.signal.aborted) throw clock.signal.reason;
    throw clock.phase === HANDSHAKE ? lostInHandshake(error) : error;
  }
}

/** Says of a connection that was lost where that was; what is wrong with a certificate says so itself. */
function lostInHandshake(error: unknown): unknown {
  if (!(error instanceof NetworkError) || !error.code.startsWith("connection-")) return error;
  const { code, peer, hint, cause } = error;
  return new NetworkError(`${error.message} (${HANDSHAKE})`, { code, peer, hint, cause, operation: HANDSHAKE });
}
