import { NetworkError, ToucanError, UsageError } from "../../core/mod.ts";
import { ATTACHMENTS } from "./attachments.ts";
import type { Broker } from "./broker.ts";
import type { ChatLogRetention, ChatNetwork, ChatNetworkEvent } from "./chat_network.ts";
import { isNetworkName, subjectsOf } from "./codec/subjects.ts";

const SNAPSHOT_EVENTS = 50_000;

/** Options of {@link connectChatNetwork}. */
export interface ChatNetworkOptions {
  /**
   * Name of the network at the brokers: letters, digits, `-` and `_`. Servers with the same name form one network.
   *
   * @default {"chat"}
   */
  readonly network?: string;
  /**
   * Content of a NATS credentials file.
   *
   * @default {undefined}
   */
  readonly credentials?: Uint8Array;
  /**
   * Number of brokers that store each message, when this server is the first of the network: 1, or 3 for a cluster.
   *
   * @default {1}
   */
  readonly replicas?: number;
  /**
   * Limits of the log.
   *
   * @default {undefined}
   */
  readonly retention?: ChatLogRetention;
  /**
   * Number of events after which the state is stored, so that a server that starts need not read what came before.
   *
   * @default {50_000}
   */
  readonly snapshotEvents?: number;
  /**
   * Milliseconds for connecting, and for each answer of the brokers until the log is open.
   *
   * @default {10_000}
   */
  readonly timeout?: number;
  /**
   * Called with each event.
   *
   * @default {undefined}
   */
  readonly onEvent?: (event: ChatNetworkEvent) => void;
}

/**
 * Connects to the NATS brokers (with JetStream) of a network of chat servers, and opens its log, which is created if
 * necessary.
 *
 * Permissions: `--allow-net` for the brokers, and for those that they announce.
 *
 * @param servers Addresses of brokers of one cluster: `nats://[USER:PASSWORD@]HOST:PORT` or `tls://…`.
 * @returns The network, for {@link ChatServerOptions.cluster}.
 * @throws {UsageError} `invalid-broker`, `invalid-network`.
 * @throws {SystemError} `network-state` when neither a snapshot nor the beginning of the log can be read.
 * @throws {NetworkError} `network-unavailable` when no broker can be reached, or JetStream is not enabled there.
 * @example Connect to a broker that is not there
 * ```ts
 * import { connectChatNetwork, NetworkError } from "../../../mod.ts";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => connectChatNetwork(["nats://127.0.0.1:1"], { timeout: 1000 }), NetworkError);
 * ```
 */
export function connectChatNetwork(servers: readonly string[], options?: ChatNetworkOptions): Promise<ChatNetwork>;
export async function connectChatNetwork(
  servers: readonly string[],
  options: ChatNetworkOptions = {},
): Promise<ChatNetwork> {
  const { network = "chat", onEvent = () => {}, retention = {}, snapshotEvents = SNAPSHOT_EVENTS } = options;
  const broker = await openBroker(servers, options);
  // Servers alone load none of it.
  const [{ Membership }, { NetworkAccounts }, { loadSnapshot }, { CachedHistory }] = await Promise.all([
    import("./membership.ts"),
    import("./accounts/network_accounts.ts"),
    import("./load_snapshot.ts"),
    import("./cache/cached_history.ts"),
  ]);
  const accounts = new NetworkAccounts(broker.accounts);
  const connected: ChatNetwork = { network, [Symbol.asyncDispose]: () => broker.close() };
  try {
    await accounts.load();
    const start = await loadSnapshot(broker);
    const settings = { accounts, onEvent, retention, snapshotEvents };
    ATTACHMENTS.set(connected, {
      accounts,
      cache: (file, report) => new CachedHistory(file, broker.id, report),
      attach: (state, failed) => new Membership(broker, state, start, { failed, ...settings }),
    });
  } catch (error) {
    await broker.close();
    throw error instanceof ToucanError ? error : stateUnread(error);
  }
  return connected;
}

/** Connects to the brokers of a network, and opens its log and its accounts. */
export async function openBroker(servers: readonly string[], options: ChatNetworkOptions): Promise<Broker> {
  const { network = "chat", credentials, replicas = 1, timeout = 10_000 } = options;
  if (!isNetworkName(network)) {
    throw new UsageError("invalid name of a network: must be 1 to 32 letters, digits, - or _", {
      code: "invalid-network",
    });
  }
  const { openNats } = await import("./nats_broker.ts");
  return await openNats({ servers, subjects: subjectsOf(network), credentials, replicas, timeout });
}

function stateUnread(cause: unknown): NetworkError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const options = { code: "network-unavailable", operation: "chat", cause };
  return new NetworkError(`cannot read the state of the network: ${reason}`, options);
}
