import {
  Deadline,
  formatAddress,
  fromSystem,
  type HostAddress,
  lookup,
  networkCall,
  NetworkError,
  serviceName,
  TimeoutError,
  toToucanError,
  type ToucanError,
} from "../../core/mod.ts";
import { inOrder } from "./in_order.ts";
import type { AddressCheck, PortCheck, PortState } from "./result.ts";
import { type CheckTarget, parseTarget } from "./target.ts";

/** Options of {@link checkPorts}; `timeout` limits the lookup of each name, and each attempt to connect. */
export interface CheckOptions {
  /**
   * Milliseconds for the lookup of a name, and then for an attempt to connect to an address.
   * @default {5000}
   */
  readonly timeout?: number;
  /**
   * IP version; restricts the addresses of a name.
   * @default {undefined}
   */
  readonly family?: 4 | 6;
  /**
   * Number of ports checked at once.
   * @default {100}
   */
  readonly concurrency?: number;
  /**
   * Stops early: no further result is returned.
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 5000;
const CONCURRENCY = 100;
/** Number of results that may wait for an earlier one, for each port that is checked at once. */
const WINDOW = 10;

const BY_CODE: Readonly<Record<string, PortState>> = {
  "connection-refused": "refused",
  "host-unreachable": "unreachable",
  "network-unreachable": "unreachable",
  "name-not-found": "not-found",
};

const BEST_FIRST: readonly PortState[] = ["open", "refused", "filtered", "unreachable", "not-found", "failed"];

/**
 * Connects to ports, and yields for each, in order, whether it is open; no data is sent. Targets are texts such as
 * `example.com:443`, `[::1]:20-25` or `localhost:http,8080`. All addresses of a name are tried at the same time.
 *
 * Permissions: `--allow-net`.
 *
 * @param targets The targets: `HOST:PORTS` or `[V6]:PORTS`.
 * @returns The result of each port.
 * @throws {UsageError} When a target is invalid.
 * @example Check two ports
 * ```ts
 * import { checkPorts } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * for await (const { port, state } of checkPorts([`127.0.0.1:${listener.addr.port}`])) {
 *   assertEquals([port, state], [listener.addr.port, "open"]);
 * }
 * ```
 */
export async function* checkPorts(
  targets: Iterable<string> | AsyncIterable<string>,
  options?: CheckOptions,
): AsyncGenerator<PortCheck> {
  yield* checkTargets<never>(parsed(targets), options ?? {});
}

async function* parsed(targets: Iterable<string> | AsyncIterable<string>): AsyncGenerator<CheckTarget> {
  for await (const text of targets) yield parseTarget(text);
}

/** Does the same for parsed targets; an input that could not be parsed is yielded in its place. */
export async function* checkTargets<Invalid extends { readonly invalid: unknown } = never>(
  targets: AsyncIterable<CheckTarget | Invalid>,
  options: CheckOptions,
): AsyncGenerator<PortCheck | Invalid> {
  const { concurrency: limit = CONCURRENCY, signal } = options;
  const work = async (one: Port | Invalid) => "invalid" in one ? one : await check(one, options);
  for await (const result of inOrder(allPorts(targets), { limit, window: limit * WINDOW }, work)) {
    signal?.throwIfAborted();
    yield result;
  }
}

/** Port of a target, with the lookup that it shares with the others. */
interface Port extends Pick<CheckTarget, "host"> {
  readonly port: number;
  readonly shared: { found?: Promise<readonly HostAddress[]> };
}

async function* allPorts<Invalid extends { readonly invalid: unknown }>(
  targets: AsyncIterable<CheckTarget | Invalid>,
): AsyncGenerator<Port | Invalid> {
  for await (const target of targets) {
    if ("invalid" in target) {
      yield target;
      continue;
    }
    const { host, ports } = target;
    const shared = {};
    for (const [first, last] of ports) {
      for (let port = first; port <= last; port++) yield { host, port, shared };
    }
  }
}

async function check({ host, port, shared }: Port, options: CheckOptions): Promise<PortCheck> {
  const { timeout = TIMEOUT_MS, family, signal } = options;
  const start = performance.now();
  const facts = { host, port, service: serviceName(port) };
  let found: readonly HostAddress[];
  try {
    found = await (shared.found ??= lookup(host, { family, timeout, signal }));
  } catch (error) {
    const known = toToucanError(error, signal);
    const state = stateOf(known, false);
    return { ...facts, state, ms: since(start), addresses: [], error: known };
  }
  const addresses = await Promise.all(found.map(({ address }) => attempt(address, port, timeout, signal)));
  const state = BEST_FIRST.find((state) => addresses.some((one) => one.state === state)) ?? "failed";
  const { address, ms = since(start), error } = addresses.find((one) => one.state === state) ?? {};
  return { ...facts, state, address, ms, addresses, error };
}

async function attempt(hostname: string, port: number, timeout: number, signal?: AbortSignal): Promise<AddressCheck> {
  const what = formatAddress({ transport: "ip", host: hostname, port });
  const start = performance.now();
  using deadline = new Deadline({ timeout, signal }, `connect to ${what}`, "connect");
  try {
    const conn = await networkCall(() => Deno.connect({ hostname, port, signal: deadline.signal }), deadline.signal);
    const ms = since(start);
    conn.close();
    return { address: hostname, state: "open", ms };
  } catch (thrown) {
    const cause = deadline.signal.aborted ? deadline.signal.reason : thrown;
    const error = toToucanError(fromSystem(cause, { doing: "connect to", what }), signal);
    return { address: hostname, state: stateOf(error, true), ms: since(start), error };
  }
}

function stateOf(error: ToucanError, connecting: boolean): PortState {
  if (connecting && error instanceof TimeoutError) return "filtered";
  return error instanceof NetworkError ? BY_CODE[error.code] ?? "failed" : "failed";
}

function since(start: number): number {
  return Math.round((performance.now() - start) * 10) / 10;
}
