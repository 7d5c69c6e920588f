import {
  type Address,
  formatAddress,
  formatDuration,
  hostToBind,
  ipVersion,
  plainIP,
  removeStaleSocket,
  type ServerAddr,
  type SocketFileOptions,
  TimeoutError,
  UsageError,
  type WaitOptions,
} from "../../core/mod.ts";
import type { Group } from "../socket/group.ts";
import { joinGroup } from "../socket/join_group.ts";
import { BUFFER_SIZE } from "../socket/limits.ts";
import { Receiver, type ReceiverOptions } from "../socket/receiver.ts";
import { DatagramSocket } from "../socket/socket.ts";
import { findTarget } from "../client/target.ts";

/** Options of a datagram server; `timeout` is the time without a datagram after which it fails. */
export interface OpenOptions extends WaitOptions {
  /**
   * IP version of the address.
   * @default {undefined}
   */
  readonly family?: 4 | 6;
  /**
   * Multicast groups to join; the address is then a wildcard, or the group itself.
   * @default {undefined}
   */
  readonly groups?: readonly Group[];
  /**
   * Mode and owner of the file of a unix socket.
   * @default {undefined}
   */
  readonly socketFile?: SocketFileOptions;
}

/** Datagram server, in the shape of `Deno.serve`'s. */
export interface DatagramServer<Report, Addr extends ServerAddr = ServerAddr> extends AsyncDisposable {
  /** Address that it is bound to. */
  readonly addr: Addr;
  /** Address as text: `127.0.0.1:9000`. */
  readonly address: string;
  /** Port, if there is one. */
  readonly port?: number;
  /** Resolves when it has stopped; rejects on a timeout, or when a handler of datagrams failed. */
  readonly finished: Promise<Report>;
  /** Stops it, and resolves when it has stopped. */
  shutdown(): Promise<void>;
}

/** Opens the socket of a server, and joins its groups. With `sends`, clients of a unix socket see its path as the source. */
export async function openSocket(address: Address, options: OpenOptions, sends = false): Promise<DatagramSocket> {
  const { signal, family, groups = [] } = options;
  signal?.throwIfAborted();
  const at = await findTarget(boundAddress(address, options), { signal, family });
  for (const { group } of groups) requireHears(at, group);
  // A path that a terminated server has left behind must not block the next one.
  if (at.transport === "unix") await removeStaleSocket(at.path, "datagram");
  const socketFile = { ...options.socketFile, named: sends };
  const socket = new DatagramSocket(at, { shared: groups.length > 0, socketFile });
  try {
    for (const group of groups) await joinGroup(socket, group);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** Replaces the host `*` by the wildcard address of the family, or by the group to join. */
function boundAddress(address: Address, { family, groups = [] }: OpenOptions): Address {
  if (address.transport === "unix" || address.host !== "*") return address;
  const [first] = groups;
  return { ...address, host: hostToBind(address.host, family ?? (first && ipVersion(first.group))) };
}

/** A socket that is bound to a host's own address never receives from a group. */
function requireHears(at: Address, group: string): void {
  const host = at.transport === "unix" ? "" : plainIP(at.host);
  const wildcard = ipVersion(group) === 4 ? "0.0.0.0" : "::";
  if (host === wildcard || host === plainIP(group)) return;
  throw new UsageError(
    `${formatAddress(at)} cannot receive from the group ${group}: listen on ${wildcard}, or on the group itself`,
  );
}

/** Options of {@link serve}. */
export interface ServeOptions<Report> extends WaitOptions, Pick<ReceiverOptions, "handle" | "flush" | "delay"> {
  /** Called before the socket is closed. */
  closing?(): void;
  /** Returns the report. */
  report(end: ServerEnd): Report | Promise<Report>;
}

/** State of a server at its end. */
export interface ServerEnd {
  /** Number of datagrams that were received and dropped, since too many waited to be handled. */
  readonly dropped: number;
}

/** Milliseconds after a stop in which a handler may finish what was received before. */
const END_TIMEOUT_MS = 1000;

/** Serves a socket until it is stopped, a handler has enough, or nothing is received in time. Datagrams received before are still handled. */
export function serve<Report>(socket: DatagramSocket, options: ServeOptions<Report>): DatagramServer<Report> {
  const { signal, timeout } = options;
  const { local, addr } = socket;
  const address = formatAddress(local);
  const receiver = new Receiver(socket, {
    ...{ handle: options.handle, flush: options.flush, delay: options.delay },
    ring: { largest: BUFFER_SIZE[local.transport] },
    // The runtime's unix socket cannot send and receive at once; its senders wait for space.
    sequential: local.transport === "unix",
  });
  const late = Promise.withResolvers<void>();
  let limit: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const stop = () => {
    if (stopped) return;
    stopped = true;
    options.closing?.();
    socket.close();
    limit = setTimeout(late.resolve, END_TIMEOUT_MS);
  };
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  let silence: TimeoutError | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watch = (limit: number, left: number) => {
    timer = setTimeout(() => {
      const rest = limit - (performance.now() - receiver.last);
      if (rest > 0) return watch(limit, rest);
      silence = new TimeoutError(`no datagram to ${address} within ${formatDuration(limit)}`, {
        operation: "listen",
        phase: "first-byte",
      });
      stop();
    }, Math.min(left, 2 ** 31 - 1));
  };
  if (timeout !== undefined) watch(timeout, timeout);
  const run = async () => {
    try {
      await Promise.race([receiver.run(), late.promise]).catch((error: unknown) => {
        // A failure caused by the stop does not count.
        if (!stopped) throw error;
      });
      clearTimeout(timer);
      if (!stopped) options.closing?.();
      const report = await options.report({ dropped: receiver.dropped });
      if (silence) throw silence;
      return report;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      stopped = true;
      socket.close();
      clearTimeout(limit);
    }
  };
  const finished = run();
  // A caller that only shuts the server down need not handle `finished`.
  finished.catch(() => {});
  const shutdown = async () => {
    stop();
    await finished.catch(() => {});
  };
  const port = local.transport === "ip" ? local.port : undefined;
  return { addr, address, port, finished, shutdown, [Symbol.asyncDispose]: shutdown };
}
