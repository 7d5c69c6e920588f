import { NetworkError, type ToucanError, UsageError } from "../../core/mod.ts";
import type { ConsumerMessages, JetStreamClient, KV, Kvm, NatsConnection } from "../../deps/nats.ts";
import { isServerId } from "./codec/batch.ts";
import type { NetworkSubjects } from "./codec/subjects.ts";
import { NatsTable } from "./accounts/nats_table.ts";
import type { Broker, LogReader } from "./broker.ts";

/** Brokers of a network. */
export interface NatsOptions {
  /** Addresses of the brokers: `nats://[USER:PASSWORD@]HOST[:PORT]` or `tls://…`. */
  readonly servers: readonly string[];
  /** Names of the network. */
  readonly subjects: NetworkSubjects;
  /** Content of a credentials file (JWT and NKey seed). */
  readonly credentials?: Uint8Array;
  /** Number of brokers that store each message. */
  readonly replicas: number;
  /** Milliseconds for connecting, and for each answer. */
  readonly timeout: number;
}

const PING_INTERVAL_MS = 1000;
const RECONNECT_MS = 250;
const PUBLISH_TIMEOUT_MS = 2000;
/** Time in which a repeated message is recognised by the brokers; the servers recognise it at any time. */
const DEDUPLICATION_MS = 120_000;
const HEARTBEAT_MS = 1000;
const MAX_READ_AHEAD = 2000;

/** Connects to the brokers, and opens the stream of a network, which is created if necessary. */
export async function openNats(options: NatsOptions): Promise<Broker> {
  const nats = await import("../../deps/nats.ts");
  const { servers, subjects, credentials, replicas, timeout } = options;
  const access = accessOf(servers);
  let connection: NatsConnection | undefined;
  try {
    connection = await nats.connect({
      servers: access.servers,
      user: access.user,
      pass: access.password,
      ...(access.tls ? { tls: {} } : {}),
      ...(credentials ? { authenticator: nats.credsAuthenticator(credentials) } : {}),
      timeout,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
      pingInterval: PING_INTERVAL_MS,
      maxPingOut: 2,
    });
    const manager = await nats.jetstreamManager(connection, { timeout });
    const info = await manager.streams.add({
      name: subjects.stream,
      subjects: [subjects.all],
      storage: nats.StorageType.File,
      retention: nats.RetentionPolicy.Limits,
      num_replicas: replicas,
      duplicate_window: nats.nanos(DEDUPLICATION_MS),
      deny_delete: true,
    }).catch(async (error) => {
      // Another server has created it, with other settings.
      const found = await manager.streams.info(subjects.stream).catch(() => undefined);
      if (!found) throw error;
      return found;
    });
    const stream = nats.jetstream(connection, { timeout: PUBLISH_TIMEOUT_MS });
    const bucket = await openBucket(new nats.Kvm(stream), subjects.accounts, replicas);
    const accounts = new NatsTable(bucket, (error) => {
      return error instanceof nats.JetStreamApiError && error.code === nats.JetStreamApiCodes.StreamWrongLastSequence;
    });
    return new NatsBroker(connection, stream, nats.DeliverPolicy.StartSequence, {
      subjects,
      accounts,
      last: info.state.last_seq,
    });
  } catch (error) {
    await connection?.close().catch(() => {});
    throw unreachable(error, access.servers);
  }
}

/** Opens the bucket of accounts, which is created if necessary. */
async function openBucket(buckets: Kvm, name: string, replicas: number): Promise<KV> {
  try {
    return await buckets.create(name, { replicas, history: 1 });
  } catch (error) {
    // Another server has created it, with other settings.
    const found = await buckets.open(name);
    await found.status().catch(() => {
      throw error;
    });
    return found;
  }
}

class NatsBroker implements Broker {
  readonly last: number;
  readonly accounts: NatsTable;
  readonly #connection: NatsConnection;
  readonly #stream: JetStreamClient;
  readonly #subjects: NetworkSubjects;
  readonly #policy: "by_start_sequence";
  #applied = 0;
  #messages?: ConsumerMessages;
  #closed = false;

  constructor(
    connection: NatsConnection,
    stream: JetStreamClient,
    policy: "by_start_sequence",
    { subjects, accounts, last }: {
      readonly subjects: NetworkSubjects;
      readonly accounts: NatsTable;
      readonly last: number;
    },
  ) {
    this.#connection = connection;
    this.#stream = stream;
    this.#policy = policy;
    this.#subjects = subjects;
    this.accounts = accounts;
    this.last = last;
  }

  start(reader: LogReader): void {
    void this.#watch(reader);
    void this.#read(reader);
    this.#connection.subscribe(this.#subjects.alive, {
      callback: (error, message) => {
        const server = error ? undefined : message.string();
        if (isServerId(server)) reader.alive(server);
      },
    });
  }

  async publish(server: string, bytes: Uint8Array, id: string): Promise<void> {
    const sent = { msgID: id, timeout: PUBLISH_TIMEOUT_MS, retries: 0 };
    await this.#stream.publish(this.#subjects.log(server), bytes, sent);
  }

  alive(server: string): void {
    if (!this.#closed) this.#connection.publish(this.#subjects.alive, server);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#messages?.stop();
    this.accounts.close();
    await this.#connection.close().catch(() => {});
  }

  /** Reads the log; after a failure, from the last message that was applied. */
  async #read(reader: LogReader): Promise<void> {
    while (!this.#closed) {
      try {
        const from = { deliver_policy: this.#policy, opt_start_seq: this.#applied + 1 };
        const consumer = await this.#stream.consumers.get(this.#subjects.stream, from);
        this.#messages = await consumer.consume({
          max_messages: MAX_READ_AHEAD,
          // The reading ends with the broker that serves it; this is how soon that is noticed.
          idle_heartbeat: HEARTBEAT_MS,
          expires: 5 * HEARTBEAT_MS,
          callback: ({ seq, data }) => {
            if (seq <= this.#applied || this.#closed) return;
            this.#applied = seq;
            reader.read(seq, data);
          },
        });
        await this.#messages.closed();
      } catch {
        // The connection is watched elsewhere.
      }
      if (!this.#closed) await new Promise<void>((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
  }

  async #watch(reader: LogReader): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (this.#closed) return;
      if (type === "disconnect") reader.connection(new Error("disconnected"));
      else if (type === "reconnect") {
        this.accounts.resume();
        reader.connection();
      }
    }
  }
}

/** Splits the credentials from the addresses; they are the same for all. */
function accessOf(servers: readonly string[]) {
  const urls = servers.map((server) => {
    const url = URL.parse(server.includes("://") ? server : `nats://${server}`);
    if (url && url.hostname !== "" && /^(?:nats|tls):$/.test(url.protocol)) return url;
    throw new UsageError(`invalid address of a broker: must be nats://HOST:PORT or tls://HOST:PORT`, {
      code: "invalid-broker",
    });
  });
  const [first] = urls;
  return {
    servers: urls.map(({ hostname, port }) => `${hostname}:${port || 4222}`),
    tls: urls.some(({ protocol }) => protocol === "tls:"),
    user: first?.username ? decodeURIComponent(first.username) : undefined,
    password: first?.password ? decodeURIComponent(first.password) : undefined,
  };
}

function unreachable(error: unknown, servers: readonly string[]): ToucanError {
  const cause = error instanceof Error ? error.message : String(error);
  const peer = servers.join(", ");
  return new NetworkError(`cannot use the brokers ${peer}: ${cause}`, {
    code: "network-unavailable",
    operation: "chat",
    peer,
    cause: error,
  });
}
