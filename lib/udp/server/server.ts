import {
  type Address,
  formatAddress,
  formatDuration,
  hostToBind,
  ipVersion,
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
import { plainIP } from "../socket/peer.ts";
import { Receiver, type ReceiverOptions } from "../socket/receiver.ts";
import { DatagramSocket } from "../socket/socket.ts";
import { findTarget } from "../client/target.ts";

/** How a server of datagrams is opened; `timeout` is how long nothing may come before it gives up. */
export interface OpenOptions extends WaitOptions {
  /**
   * Only addresses of this family.
   * @default {undefined}
   */
  readonly family?: 4 | 6;
  /**
   * Groups to join; the address is then a wildcard, or the group itself.
   * @default {undefined}
   */
  readonly groups?: readonly Group[];
  /**
   * Mode and owner of the file of a unix socket.
   * @default {undefined}
   */
  readonly socketFile?: SocketFileOptions;
}

/** A server of datagrams, in the shape of `Deno.serve`'s. */
export interface DatagramServer<Report, Addr extends ServerAddr = ServerAddr> extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: Addr;
  /** Where it listens, as text: `127.0.0.1:9000`. */
  readonly address: string;
  /** The port, where there is one. */
  readonly port?: number;
  /** Resolves when it has stopped; rejects when it gave up, or who takes the datagrams failed. */
  readonly finished: Promise<Report>;
  /** Stops it, and resolves when all is over. */
  shutdown(): Promise<void>;
}

/** Opens the socket of a server, and joins its groups. With `sends` the clients of a unix socket see its path as the address. */
export async function openSocket(address: Address, options: OpenOptions, sends = false): Promise<DatagramSocket> {
  const { signal, family, groups = [] } = options;
  signal?.throwIfAborted();
  const at = await findTarget(boundAddress(address, options), { signal, family });
  for (const { group } of groups) requireHears(at, group);
  // What a server has left behind that is gone must not keep the next one from its path.
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

/** With `*` for all addresses those of this family, or of the groups that are to be heard. */
function boundAddress(address: Address, { family, groups = [] }: OpenOptions): Address {
  if (address.transport === "unix" || address.host !== "*") return address;
  const [first] = groups;
  return { ...address, host: hostToBind(address.host, family ?? (first && ipVersion(first.group))) };
}

/** A socket bound to a host's own address hears no group, and nothing would say so. */
function requireHears(at: Address, group: string): void {
  const host = at.transport === "unix" ? "" : plainIP(at.host);
  const wildcard = ipVersion(group) === 4 ? "0.0.0.0" : "::";
  if (host === wildcard || host === plainIP(group)) return;
  throw new UsageError(
    `${formatAddress(at)} hears nothing that is sent to ${group}: listen on ${wildcard}, or on the group`,
  );
}

/** What a server does. */
export interface ServeOptions<Report> extends WaitOptions, Pick<ReceiverOptions, "handle" | "flush" | "delay"> {
  /** Called before the socket is closed. */
  closing?(): void;
  /** What is said at the end. */
  report(end: ServerEnd): Report | Promise<Report>;
}

/** What a server knows at its end. */
export interface ServerEnd {
  /** Datagrams that were received and not handled, since too many waited for that. */
  readonly dropped: number;
}

/** Milliseconds that a handler may take for what was received before the stop. */
const END_TIMEOUT_MS = 1000;

/** Serves a socket until it is told to stop, has had enough, or nothing comes for too long. What came before is handled. */
export function serve<Report>(socket: DatagramSocket, options: ServeOptions<Report>): DatagramServer<Report> {
  const { signal, timeout } = options;
  const { local, addr } = socket;
  const address = formatAddress(local);
  const receiver = new Receiver(socket, {
    ...{ handle: options.handle, flush: options.flush, delay: options.delay },
    ring: { largest: BUFFER_SIZE[local.transport] },
    // The runtime's unix socket does one thing at a time; its senders wait for room.
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
        // What failed because it was told to stop did not fail.
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
  // Who only shuts it down need not look at how it ended.
  finished.catch(() => {});
  const shutdown = async () => {
    stop();
    await finished.catch(() => {});
  };
  const port = local.transport === "ip" ? local.port : undefined;
  return { addr, address, port, finished, shutdown, [Symbol.asyncDispose]: shutdown };
}
