import {
  type Address,
  type AddressInput,
  type BoundAddr,
  LISTEN_DEFAULTS,
  type SystemError,
  toAddress,
  ToucanError,
} from "../../core/mod.ts";
import { replyDenied } from "./denied.ts";
import { ECHO_LIMIT } from "../socket/limits.ts";
import { EchoGuard } from "./guard.ts";
import { type DatagramServer, type OpenOptions, openSocket, serve } from "./server.ts";
import { Teller, type TellerOptions } from "../events/teller.ts";

/** How {@link echoDatagrams} answers; `timeout` is how long nothing may come before it gives up. */
export interface EchoOptions extends Omit<OpenOptions, "groups">, TellerOptions {
  /**
   * Answers that one host may get per second.
   * @default {50000}
   */
  readonly limit?: number;
  /**
   * Ends after so many answers.
   * @default {undefined}
   */
  readonly count?: number;
}

/** What {@link echoDatagrams} did. */
export interface EchoReport {
  /** Datagrams received. */
  readonly received: number;
  /** Datagrams sent back, each with the bytes that came and no more. */
  readonly sent: number;
  /** Datagrams that were not answered. */
  readonly ignored: number;
}

/** Answers on their way at once: so many of the largest fill an eighth of the ring that they were received into. */
const UNDERWAY = 8;

/**
 * Sends every datagram back to where it came from (RFC 862), except where that would start a loop or serve a forger: to its
 * own port number on whatever host, to ports of services (below 1024, and some above), to what is no host, to a peer that
 * sends the same again and again (1,000 times at once, 100 per second), and to one host more often than `limit`.
 *
 * Permissions: `--unstable-net` and `--allow-net=HOST`, without a port, since replies go to any port of a client; for a unix socket
 * also `--allow-read=PATH` and `--allow-write=PATH`. Where the sandbox denies the first reply, `finished` rejects.
 *
 * @throws {SystemError} `address-in-use` and the like.
 * @example
 * ```ts
 * import { echoDatagrams } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const server = await echoDatagrams("127.0.0.1:0");
 * await server.shutdown();
 * assertEquals(await server.finished, { received: 0, sent: 0, ignored: 0 });
 * ```
 */
export function echoDatagrams<const At extends AddressInput>(
  address: At,
  options?: EchoOptions,
): Promise<DatagramServer<EchoReport, BoundAddr<At>>>;
export async function echoDatagrams(
  at: AddressInput,
  options: EchoOptions = {},
): Promise<DatagramServer<EchoReport>> {
  const address = toAddress(at, LISTEN_DEFAULTS);
  const { signal, timeout, family, count, limit = ECHO_LIMIT, socketFile } = options;
  const socket = await openSocket(address, { signal, family, socketFile }, true);
  const guard = new EchoGuard({ local: socket.local, limit });
  const teller = new Teller(options);
  const counted = { received: 0, sent: 0, ignored: 0 };
  // The runtime's unix socket does one thing at a time.
  const free = !teller.listens && count === undefined && address.transport === "ip";
  let underway = 0;
  let denied: SystemError | undefined;
  const ignore = (bytes: Uint8Array, from: Address, reason: string) => {
    counted.ignored++;
    return teller.listens ? teller.tell("ignored", from, bytes, { reason }).then(() => true) : true;
  };
  const answer = async (bytes: Uint8Array, to: Address) => {
    underway++;
    if (teller.listens) await teller.tell("received", to, bytes);
    try {
      await socket.send(bytes, to);
      counted.sent++;
    } catch (error) {
      // A peer that cannot be reached is no reason to fail the others.
      if (!(error instanceof ToucanError)) throw error;
      if (error.code === "permission-missing" && counted.sent === 0) {
        denied ??= replyDenied(error, to);
        return socket.close();
      }
      counted.ignored++;
      return await teller.tell("failed", to, bytes, { error });
    } finally {
      underway--;
    }
    if (teller.listens) await teller.tell("sent", to, bytes);
  };
  return serve(socket, {
    signal,
    timeout,
    async report() {
      await teller.flush();
      if (denied) throw denied;
      return counted;
    },
    handle({ bytes, from, at }) {
      counted.received++;
      const reason = guard.refuses(from, bytes, at);
      if (reason !== undefined) return ignore(bytes, from, reason);
      const answered = answer(bytes, from);
      // Who waits for each answer loses a third of the speed; who waits for none has no bound.
      if (free && underway < UNDERWAY) return true;
      return answered.then(() => counted.sent !== count);
    },
  });
}
