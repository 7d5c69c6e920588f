/**
 * NATS with JetStream: connecting to brokers over TCP and TLS, publishing to a stream and reading it, and key-value
 * buckets.
 * Permissions at load: none; to connect: net. Licence: Apache-2.0.
 * @module
 */
export { connect, credsAuthenticator, nanos, type NatsConnection } from "npm:@nats-io/transport-node@3.4.0";
export {
  type ConsumerMessages,
  DeliverPolicy,
  jetstream,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from "npm:@nats-io/jetstream@3.4.0";
export { type KV, Kvm } from "npm:@nats-io/kv@3.4.0";
