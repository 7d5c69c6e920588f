import { NetworkError, type ToucanError, UsageError } from "../../core/mod.ts";
import type { ConsumerMessages, JetStreamClient, JetStreamManager, KV, Kvm, NatsConnection } from "../../deps/nats.ts";
import { isServerId } from "./codec/batch.ts";
import type { NetworkSubjects } from "./codec/subjects.ts";
import { NatsTable } from "./accounts/nats_table.ts";
import type { Broker, LogExtent, LogReader, SnapshotStore } from "./broker.ts";
import { NatsSnapshots } from "./nats_snapshots.ts";

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
    const storage = { storage: nats.StorageType.File, num_replicas: replicas } as const;
    /** Another server may have created the stream, with other settings. */
    const create = (config: Parameters<typeof manager.streams.add>[0]) =>
      manager.streams.add({ ...config, ...storage }).catch(async (error) => {
        const found = await manager.streams.info(config.name).catch(() => undefined);
        if (!found) throw error;
        return found;
      });
    const { created, state } = await create({
      name: subjects.stream,
      subjects: [subjects.all],
      retention: nats.RetentionPolicy.Limits,
      duplicate_window: nats.nanos(DEDUPLICATION_MS),
      deny_delete: true,
    });
    await create({ name: subjects.snapshots, subjects: [subjects.allSnapshots], max_msgs_per_subject: 1 });
    const stream = nats.jetstream(connection, { timeout: PUBLISH_TIMEOUT_MS });
    const bucket = await openBucket(new nats.Kvm(stream), subjects.accounts, replicas);
    const accounts = new NatsTable(bucket, (error) => {
      return error instanceof nats.JetStreamApiError && error.code === nats.JetStreamApiCodes.StreamWrongLastSequence;
    });
    return new NatsBroker(connection, manager, stream, {
      subjects,
      policy: nats.DeliverPolicy.StartSequence,
      accounts,
      id: `${subjects.stream} ${created}`,
      last: state.last_seq,
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
  readonly id: string;
  readonly last: number;
  readonly snapshots: SnapshotStore;
  readonly accounts: NatsTable;
  readonly #connection: NatsConnection;
  readonly #manager: JetStreamManager;
  readonly #stream: JetStreamClient;
  readonly #subjects: NetworkSubjects;
  readonly #policy: "by_start_sequence";
  #applied = 0;
  #reader?: LogReader;
  #messages?: ConsumerMessages;
  #closed = false;

  constructor(
    connection: NatsConnection,
    manager: JetStreamManager,
    stream: JetStreamClient,
    { subjects, policy, accounts, id, last }: {
      readonly subjects: NetworkSubjects;
      readonly policy: "by_start_sequence";
      readonly accounts: NatsTable;
      readonly id: string;
      readonly last: number;
    },
  ) {
    this.#connection = connection;
    this.#manager = manager;
    this.#stream = stream;
    this.#policy = policy;
    this.#subjects = subjects;
    this.snapshots = new NatsSnapshots(manager, stream, subjects);
    this.id = id;
    this.accounts = accounts;
    this.last = last;
  }

  start(reader: LogReader, after: number): void {
    this.#applied = after;
    if (this.#reader) return void this.#read(reader);
    this.#reader = reader;
    void this.#watch(reader);
    void this.#read(reader);
    this.#connection.subscribe(this.#subjects.alive, {
      callback: (error, message) => {
        const server = error ? undefined : message.string();
        if (isServerId(server)) reader.alive(server);
      },
    });
  }

  async *messages(first: number, last: number): AsyncGenerator<readonly [sequence: number, bytes: Uint8Array]> {
    const from = { deliver_policy: this.#policy, opt_start_seq: first };
    const consumer = await this.#stream.consumers.get(this.#subjects.stream, from);
    const messages = await consumer.consume({ max_messages: MAX_READ_AHEAD });
    try {
      for await (const { seq, data } of messages) {
        if (seq > last) return;
        yield [seq, data];
        if (seq === last) return;
      }
    } finally {
      await messages.close();
    }
  }

  async extent(): Promise<LogExtent> {
    const { state: { first_seq: first, last_seq: last, bytes } } = await this.#manager.streams.info(
      this.#subjects.stream,
    );
    return { first: first === 0 ? last + 1 : first, last, bytes };
  }

  async timeOf(sequence: number): Promise<number | undefined> {
    const found = await this.#manager.streams.getMessage(this.#subjects.stream, { seq: sequence });
    return found?.time.getTime();
  }

  async purge(sequence: number): Promise<void> {
    await this.#manager.streams.purge(this.#subjects.stream, { seq: sequence + 1 });
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
    for (let lost = false; !this.#closed && !lost;) {
      try {
        const from = { deliver_policy: this.#policy, opt_start_seq: this.#applied + 1 };
        const consumer = await this.#stream.consumers.get(this.#subjects.stream, from);
        this.#messages = await consumer.consume({
          max_messages: MAX_READ_AHEAD,
          // The reading ends with the broker that serves it; this is how soon that is noticed.
          idle_heartbeat: HEARTBEAT_MS,
          expires: 5 * HEARTBEAT_MS,
          callback: ({ seq, data }) => {
            if (seq <= this.#applied || this.#closed || lost) return;
            if (seq > this.#applied + 1) {
              lost = true;
              this.#messages?.stop();
              return reader.lost();
            }
            this.#applied = seq;
            reader.read(seq, data);
          },
        });
        void endWhenSilent(this.#messages);
        await this.#messages.closed();
      } catch {
        // The connection is watched elsewhere.
      }
      if (!this.#closed && !lost) await new Promise<void>((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
  }

  async #watch(reader: LogReader): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (this.#closed) return;
      if (type === "disconnect") reader.connection(new Error("disconnected"));
      else if (type === "reconnect") {
        this.accounts.resume();
        // The broker that served the reading may be gone; there are no heartbeats after a lost connection.
        this.#messages?.stop();
        reader.connection();
      }
    }
  }
}

/**
 * Ends a reading when heartbeats are missing: the library waits for the broker that served it, even if it never comes
 * back, while another one could.
 */
async function endWhenSilent(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) if (type === "heartbeats_missed") messages.stop();
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
