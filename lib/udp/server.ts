import {
  type Address,
  formatAddress,
  formatDuration,
  hostToBind,
  ipVersion,
  raceSignal,
  removeStaleSocket,
  type ServerAddr,
  type SocketFileOptions,
  TimeoutError,
  UsageError,
  type WaitOptions,
} from "../core/mod.ts";
import { type Group, joinGroup } from "./group.ts";
import { plainIP } from "./peer.ts";
import { DatagramSocket, type Received } from "./socket.ts";
import { findTarget } from "./target.ts";

/** How a server of datagrams is opened; `timeout` is how long nothing may come before it gives up. */
export interface OpenOptions extends WaitOptions {
  /** Only addresses of this family. */
  readonly family?: 4 | 6;
  /** Groups to join; the address is then a wildcard, or the group itself. */
  readonly groups?: readonly Group[];
  /** Who may use a unix socket. */
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
export interface ServeOptions<Report> extends WaitOptions {
  /** Takes a datagram, and says whether there may be more. */
  handle(received: Received): boolean | Promise<boolean>;
  /** What is said at the end. */
  report(): Report | Promise<Report>;
}

/** Serves a socket until it is told to stop, has had enough, or nothing comes for too long. */
export function serve<Report>(socket: DatagramSocket, options: ServeOptions<Report>): DatagramServer<Report> {
  const { signal, timeout } = options;
  const { local, addr } = socket;
  const address = formatAddress(local);
  const over = new AbortController();
  const stop = () => {
    socket.close();
    over.abort();
  };
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  let last = Date.now();
  let silence: TimeoutError | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watch = (limit: number, left: number) => {
    timer = setTimeout(() => {
      const rest = limit - (Date.now() - last);
      if (rest > 0) return watch(limit, rest);
      silence = new TimeoutError(`no datagram to ${address} within ${formatDuration(limit)}`, {
        operation: "listen",
        phase: "first-byte",
      });
      stop();
    }, Math.min(left, 2 ** 31 - 1));
  };
  if (timeout !== undefined) watch(timeout, timeout);
  /** Whoever takes a datagram and does not come back is not waited for once it is over. */
  const unlessOver = (more: boolean | Promise<boolean>) =>
    raceSignal(Promise.resolve(more), over.signal).catch((error: unknown) => {
      if (over.signal.aborted) return false;
      throw error;
    });
  const run = async () => {
    try {
      for (let got = await socket.receive(); got; got = await socket.receive()) {
        last = got.at;
        const more = options.handle(got);
        if (more !== true && !await unlessOver(more)) break;
      }
      clearTimeout(timer);
      if (silence) throw silence;
      return await options.report();
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      stop();
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
