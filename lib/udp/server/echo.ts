import {
  type Address,
  type AddressInput,
  type BoundAddr,
  LISTEN_DEFAULTS,
  type SystemError,
  toAddress,
  ToucanError,
} from "../../core/mod.ts";
import { replyDenied } from "./reply_denied.ts";
import { ECHO_LIMIT } from "../socket/limits.ts";
import { EchoGuard } from "./echo_guard.ts";
import { type DatagramServer, type OpenOptions, openSocket, serve } from "./server.ts";
import { type DatagramHandlers, EventReporter } from "../events/reporter.ts";

/** Options of {@link echoDatagrams}; `timeout` is the time without a datagram after which it fails. */
export interface EchoOptions extends Omit<OpenOptions, "groups">, DatagramHandlers {
  /**
   * Maximum number of replies per second to one host.
   * @default {50000}
   */
  readonly limit?: number;
  /**
   * Number of replies after which it stops.
   * @default {undefined}
   */
  readonly count?: number;
}

/** Result of {@link echoDatagrams}. */
export interface EchoReport {
  /** Number of received datagrams. */
  readonly received: number;
  /** Number of replies, each with the received bytes and no more. */
  readonly sent: number;
  /** Number of datagrams without a reply. */
  readonly ignored: number;
}

/** Replies that are sent at once: this number of the largest fills an eighth of the ring that datagrams are received into. */
const MAX_PENDING_REPLIES = 8;

/**
 * Sends every datagram back to its source (RFC 862), except where that could start a loop or amplify a spoofed packet:
 * to its own port number on any host, to ports of services (below 1024, and some above), to an address that is not a
 * host, to a peer that repeats a payload (1,000 times at once, 100 per second), and to one host more often than
 * `limit`.
 *
 * Permissions: `--unstable-net` and `--allow-net=HOST`, without a port, since replies go to any port of a client; for a
 * unix socket also `--allow-read=PATH` and `--allow-write=PATH`. If the sandbox denies the first reply, `finished`
 * rejects.
 *
 * @param address The address to listen on.
 * @returns The server.
 * @throws {SystemError} `address-in-use` and the like.
 * @example Echo a datagram
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
  const reporter = new EventReporter(options);
  const counted = { received: 0, sent: 0, ignored: 0 };
  // The runtime's unix socket cannot send and receive at once.
  const free = !reporter.hasHandlers && count === undefined && address.transport === "ip";
  let underway = 0;
  let denied: SystemError | undefined;
  const ignore = (bytes: Uint8Array, from: Address, reason: string) => {
    counted.ignored++;
    return reporter.hasHandlers ? reporter.report("ignored", from, bytes, { reason }).then(() => true) : true;
  };
  const answer = async (bytes: Uint8Array, to: Address) => {
    underway++;
    if (reporter.hasHandlers) await reporter.report("received", to, bytes);
    try {
      await socket.send(bytes, to);
      counted.sent++;
    } catch (error) {
      // A peer that cannot be reached does not stop the server.
      if (!(error instanceof ToucanError)) throw error;
      if (error.code === "permission-missing" && counted.sent === 0) {
        denied ??= replyDenied(error, to);
        return socket.close();
      }
      counted.ignored++;
      return await reporter.report("failed", to, bytes, { error });
    } finally {
      underway--;
    }
    if (reporter.hasHandlers) await reporter.report("sent", to, bytes);
  };
  return serve(socket, {
    signal,
    timeout,
    async report() {
      await reporter.flush();
      if (denied) throw denied;
      return counted;
    },
    handle({ bytes, from, at }) {
      counted.received++;
      const reason = guard.refuses(from, bytes, at);
      if (reason !== undefined) return ignore(bytes, from, reason);
      const answered = answer(bytes, from);
      // Waiting for each reply costs a third of the speed; waiting for none has no bound.
      if (free && underway < MAX_PENDING_REPLIES) return true;
      return answered.then(() => counted.sent !== count);
    },
  });
}
