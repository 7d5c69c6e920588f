import { assertEquals } from "@std/assert";
import type { Broker, SnapshotStore } from "../../../../lib/chat/network/broker.ts";
import { SnapshotKeeper } from "../../../../lib/chat/network/snapshot_keeper.ts";

const WRITER = "aaaaaaaaaaaa";

/** Broker that stores nothing but the sequences of snapshots; a part is stored when the test lets it. */
function slowBroker(): { readonly broker: Broker; readonly written: number[]; readonly release: () => void } {
  const written: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const snapshots: SnapshotStore = {
    list: () => Promise.resolve(written.toReversed()),
    manifest: () => Promise.resolve(undefined),
    part: () => Promise.resolve(undefined),
    writePart: () => promise,
    writeManifest: (sequence) => {
      written.push(sequence);
      return Promise.resolve();
    },
    remove: () => Promise.resolve(),
  };
  const unused = () => {
    throw new Error("not used here");
  };
  const broker: Broker = {
    id: "log",
    last: 0,
    snapshots,
    get accounts() {
      return unused();
    },
    start: unused,
    messages: unused,
    extent: () => Promise.resolve({ first: 1, last: 10, bytes: 1 }),
    timeOf: unused,
    purge: unused,
    publish: unused,
    alive: unused,
    close: unused,
  };
  return { broker, written, release: resolve };
}

Deno.test("snapshots: one that is due while another is being written follows it, with the state of then", async () => {
  const { broker, written, release } = slowBroker();
  const captured: number[] = [];
  let sequence = 0;
  const keeper = new SnapshotKeeper(broker, 0, {
    events: 3,
    retention: {},
    writer: () => WRITER,
    capture: () => {
      captured.push(sequence);
      return [{ kind: "state", place: sequence }];
    },
  });
  while (sequence < 10) keeper.applied(++sequence, 1000 + sequence, 1);
  assertEquals([captured, written], [[3], []]);
  release();
  await keeper.idle();
  assertEquals([captured, written], [[3, 10], [3, 10]]);
});

Deno.test("snapshots: a server that does not write them counts all the same", async () => {
  const { broker, written, release } = slowBroker();
  release();
  const writers: string[] = [];
  const keeper = new SnapshotKeeper(broker, 0, {
    events: 2,
    retention: {},
    writer: () => writers[0],
    capture: () => [{ kind: "state", place: 1 }],
  });
  for (let sequence = 1; sequence <= 5; sequence++) keeper.applied(sequence, 1000, 1);
  writers.push(WRITER);
  keeper.applied(6, 1000, 1);
  await keeper.idle();
  assertEquals(written, [6]);
});
