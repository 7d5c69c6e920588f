import type { JetStreamClient, JetStreamManager } from "../../deps/nats.ts";
import type { SnapshotStore } from "./broker.ts";
import { type NetworkSubjects, sequenceOf } from "./codec/subjects.ts";

const PUBLISH_TIMEOUT_MS = 5000;

/** Snapshots in a stream: one message for each manifest, and one for each part. */
export class NatsSnapshots implements SnapshotStore {
  readonly #manager: JetStreamManager;
  readonly #stream: JetStreamClient;
  readonly #subjects: NetworkSubjects;

  /** Uses a stream that exists. */
  constructor(manager: JetStreamManager, stream: JetStreamClient, subjects: NetworkSubjects) {
    this.#manager = manager;
    this.#stream = stream;
    this.#subjects = subjects;
  }

  /** Returns the sequences of the snapshots, the last one first. */
  async list(): Promise<readonly number[]> {
    const { snapshots, manifests } = this.#subjects;
    const { state } = await this.#manager.streams.info(snapshots, { subjects_filter: manifests });
    const sequences = Object.keys(state.subjects ?? {}).flatMap((subject) => sequenceOf(subject) ?? []);
    return sequences.sort((one, other) => other - one);
  }

  /** Returns the manifest of a snapshot. */
  manifest(sequence: number): Promise<Uint8Array | undefined> {
    return this.#last(this.#subjects.manifest(sequence));
  }

  /** Returns a part of a snapshot. */
  part(sequence: number, writer: string, index: number): Promise<Uint8Array | undefined> {
    return this.#last(this.#subjects.part(sequence, writer, index));
  }

  /** Stores a part. */
  writePart(sequence: number, writer: string, index: number, bytes: Uint8Array): Promise<void> {
    return this.#write(this.#subjects.part(sequence, writer, index), bytes);
  }

  /** Stores a manifest. */
  writeManifest(sequence: number, bytes: Uint8Array): Promise<void> {
    return this.#write(this.#subjects.manifest(sequence), bytes);
  }

  /** Removes a snapshot. */
  async remove(sequence: number): Promise<void> {
    const { snapshots, manifest, part } = this.#subjects;
    await this.#manager.streams.purge(snapshots, { filter: manifest(sequence) });
    await this.#manager.streams.purge(snapshots, { filter: part(sequence) });
  }

  async #last(subject: string): Promise<Uint8Array | undefined> {
    const found = await this.#manager.streams.getMessage(this.#subjects.snapshots, { last_by_subj: subject });
    return found?.data;
  }

  async #write(subject: string, bytes: Uint8Array): Promise<void> {
    await this.#stream.publish(subject, bytes, { timeout: PUBLISH_TIMEOUT_MS });
  }
}
