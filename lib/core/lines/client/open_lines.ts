import { type Address, formatAddress } from "../../address/address.ts";
import type { Connection } from "../../dial/connection.ts";
import { dial } from "../../dial/dial.ts";
import type { Proxy } from "../../dial/proxy/proxy.ts";
import { NetworkError } from "../../errors/errors.ts";
import type { WaitOptions } from "../../time/deadline.ts";
import { PhaseClock } from "../../time/phase_clock.ts";
import type { TlsOptions } from "../../tls/client/options.ts";
import type { Trace } from "../../trace.ts";
import { LineChannel } from "./line_channel.ts";

/** Milliseconds for each phase. */
const PHASE_TIMEOUT_MS = 30_000;
const HANDSHAKE = "TLS handshake";

/**
 * Security of a connection. `starttls`: TLS by a command is required. `implicit`: TLS from the first byte. `opportunistic`: by a command
 * where the server offers it; required if a pin is given. `none`: no TLS.
 */
export type LineTls = "starttls" | "implicit" | "opportunistic" | "none";

/** Options of a client of a line protocol. `timeout` is in milliseconds for each phase, 30000 unless given. */
export interface LineClientOptions extends WaitOptions {
  /** Security of the connection. @default "starttls" */
  readonly tls?: LineTls;
  /** Verification of the certificate of the server. @default the authorities of the system */
  readonly trust?: TlsOptions;
  /** Proxy to connect through. */
  readonly proxy?: Proxy;
  /** Address family to use. @default both */
  readonly family?: 4 | 6;
  /** Milliseconds for each step of connecting: the lookup, each address, the proxy, the TLS handshake. @default 10000 */
  readonly connectTimeout?: number;
  /** Receives the dialogue, secrets masked. */
  readonly trace?: Trace;
}

/** Steps of a protocol at the beginning of a connection. */
export interface LineSteps {
  /** Reads the greeting. It is called once, before or, with implicit TLS, after the handshake. */
  greet(channel: LineChannel): Promise<void>;
  /**
   * Asks for TLS.
   *
   * @param required Whether to go on without TLS is out of the question.
   * @returns Whether the handshake follows; false only where `required` is.
   */
  startTls(channel: LineChannel, required: boolean): Promise<boolean>;
}

/**
 * Connects, reads the greeting and starts TLS. What the server has said before TLS is to be forgotten by the caller.
 *
 * @throws {NetworkError} `starttls-injection`, and what `dial` and the steps throw.
 * @throws {TimeoutError} When a phase takes too long.
 */
export async function openLines(
  address: Address,
  options: LineClientOptions,
  { greet, startTls }: LineSteps,
): Promise<LineChannel> {
  const { tls = "starttls", trust = {}, proxy, family, trace, timeout = PHASE_TIMEOUT_MS, connectTimeout } = options;
  const peer = formatAddress(address);
  const clock = new PhaseClock(peer, timeout, options.signal);
  // A pin requires TLS: without it the key cannot be verified.
  const mayBePlain = tls === "opportunistic" && trust.pin === undefined;
  const byCommand = tls === "starttls" || tls === "opportunistic";
  let channel: LineChannel | undefined;
  let connection: Connection | undefined;
  const greeted = async (connection: Connection) => {
    channel = new LineChannel(connection, clock, trace);
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
    if (byCommand && connection.security) channel = new LineChannel(connection, clock, trace);
    else if (!channel) channel = await greeted(connection);
    clock.pause();
    return channel;
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
