import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Address } from "../../../lib/core/mod.ts";
import {
  DatagramRing,
  type DatagramSource,
  type Received,
  Receiver,
  type ReceiverOptions,
} from "../../../lib/udp/internal.ts";
import { turn, until } from "../../kit/wait.ts";

const FROM: Address = { transport: "ip", host: "192.0.2.1", port: 9 };
const ADDR: Deno.NetAddr = { transport: "udp", hostname: "192.0.2.1", port: 9 };
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Datagrams that come when a test says so; between two of them a receiver that waits gets its turn. */
class Script implements DatagramSource {
  readonly #queue: string[] = [];
  #wake = Promise.withResolvers<void>();
  closed = false;
  /** Calls that wait for a datagram. */
  waiting = 0;

  come(...texts: readonly string[]): void {
    this.#queue.push(...texts);
    this.#wake.resolve();
  }

  close(): void {
    this.closed = true;
    this.#wake.resolve();
  }

  /** Resolves when all that came has been received. */
  async taken(): Promise<void> {
    await until("the receiver to wait", () => this.#queue.length === 0 && this.waiting > 0);
  }

  async receive(into: Uint8Array<ArrayBuffer>) {
    while (this.#queue.length === 0 && !this.closed) {
      this.waiting++;
      await this.#wake.promise;
      this.waiting--;
      this.#wake = Promise.withResolvers();
    }
    const text = this.#queue.shift();
    if (this.closed || text === undefined) throw new Deno.errors.BadResource();
    if (text === "fail") throw new Error("a call that fails");
    if (text === "unreachable") throw new Deno.errors.ConnectionReset("forcibly closed (os error 10054)");
    const { written } = new TextEncoder().encodeInto(text, into);
    const bytes: [Uint8Array<ArrayBuffer>, Deno.Addr] = [into.subarray(0, written), ADDR];
    return bytes;
  }

  peerOf(): Address {
    return FROM;
  }
}

/** A receiver that handles by noting the text, unless the options say more. */
function start(options: Partial<ReceiverOptions> = {}) {
  const source = new Script();
  const handled: string[] = [];
  const receiver = new Receiver(source, {
    ring: { largest: 8, bytes: 64, datagrams: 4 },
    handle: ({ bytes }) => handled.push(decode(bytes)) > 0,
    ...options,
  });
  const finished = receiver.run();
  finished.catch(() => {});
  return { source, receiver, handled, finished };
}

/** A handler that goes on when it is told to, datagram by datagram. */
function gated(handled: string[]) {
  const gates: (() => void)[] = [];
  const handle = async ({ bytes }: Received) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gates.push(resolve);
    await promise;
    // Only now: what was received in the meantime must not lie over it.
    handled.push(decode(bytes));
    return true;
  };
  return {
    handle,
    next: () => gates.shift()?.(),
    get waiting() {
      return gates.length;
    },
  };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i}`);

Deno.test("receiver: what came is handled in order, at once where there is no delay", async () => {
  const { source, receiver, handled, finished } = start();
  source.come(...numbers(0, 1000));
  await source.taken();
  assertEquals(handled, numbers(0, 1000));
  source.come("last");
  await source.taken();
  assertEquals(handled.at(-1), "last");
  source.close();
  await finished;
  assertEquals([receiver.dropped, handled.length], [0, 1001]);
});

Deno.test("receiver: on Windows, a report that a peer is gone delays nothing", async () => {
  const timers = globalThis.setTimeout;
  let waits = 0;
  Object.assign(globalThis, { setTimeout: (...args: Parameters<typeof timers>) => (waits++, timers(...args)) });
  try {
    const { source, handled, finished } = start();
    source.come("1", "unreachable", "unreachable", "2");
    await source.taken();
    source.close();
    await finished;
    assertEquals([handled, waits], [["1", "2"], 0]);
  } finally {
    globalThis.setTimeout = timers;
  }
});

Deno.test("receiver: a call that fails is retried", async () => {
  const { source, handled, finished } = start();
  source.come("1", "fail", "2");
  await source.taken();
  assertEquals(handled, ["1", "2"]);
  source.close();
  await finished;
});

Deno.test("receiver: while a handler works, receiving goes on; a full ring drops and counts, and what it holds stays whole", async () => {
  const handled: string[] = [];
  const gate = gated(handled);
  const { source, receiver, finished } = start({ handle: gate.handle });
  source.come(...numbers(0, 10));
  await source.taken();
  assertEquals([gate.waiting, receiver.dropped], [1, 6]);
  for (let i = 0; i < 4; i++) {
    await until("a handler", () => gate.waiting > 0);
    gate.next();
    await turn();
  }
  await until("all that the ring held", () => handled.length === 4);
  source.come("10");
  await until("a handler", () => gate.waiting > 0);
  gate.next();
  await until("the one behind", () => handled.length === 5);
  source.close();
  await finished;
  assertEquals([handled, receiver.dropped], [[...numbers(0, 4), "10"], 6]);
});

Deno.test("receiver: the room in bytes is a bound too", async () => {
  const handled: string[] = [];
  const gate = gated(handled);
  const { source, receiver, finished } = start({
    handle: gate.handle,
    ring: { largest: 8, bytes: 24, datagrams: 100 },
  });
  source.come("aaaaaaaa", "bbbbbbbb", "cccccccc", "dddddddd", "");
  await source.taken();
  assertEquals(receiver.dropped, 2);
  source.close();
  for (let i = 0; i < 3; i++) {
    await until("a handler", () => gate.waiting > 0);
    gate.next();
  }
  await finished;
  assertEquals(handled, ["aaaaaaaa", "bbbbbbbb", "cccccccc"]);
});

Deno.test("receiver: with a delay a batch is flushed once, also when the source closes in the middle of it", async () => {
  const batches: string[][] = [];
  let batch: string[] = [];
  const { source, finished } = start({
    ring: { largest: 8, bytes: 4096, datagrams: 100 },
    // Longer than any test: only the end flushes.
    delay: 1_000_000,
    handle: ({ bytes }) => batch.push(decode(bytes)) > 0,
    flush() {
      batches.push(batch);
      batch = [];
    },
  });
  source.come(...numbers(0, 20));
  await source.taken();
  assertEquals([batch, batches], [[], []]);
  source.close();
  await finished;
  assertEquals(batches, [numbers(0, 20)]);
});

Deno.test("receiver: a delay ends by itself, and a full ring does not wait for it", async () => {
  const { source, handled, finished } = start({ delay: 1 });
  source.come("1");
  await until("the batch", () => handled.length === 1);
  source.close();
  await finished;
  const full = start({ delay: 1_000_000 });
  full.source.come(...numbers(0, 10));
  await full.source.taken();
  assertEquals([full.handled, full.receiver.dropped], [numbers(0, 8), 0]);
  full.source.close();
  await full.finished;
  assertEquals(full.handled, numbers(0, 10));
});

Deno.test("receiver: the bytes of a batch are valid until its flush has resolved", async () => {
  const flushed = Promise.withResolvers<void>();
  const held: Uint8Array[] = [];
  const { source, receiver, finished } = start({
    handle: ({ bytes }) => held.push(bytes) > 0,
    flush: () => flushed.promise,
  });
  source.come(...numbers(0, 50));
  await source.taken();
  const first = held.map(decode);
  assertEquals([first, receiver.dropped], [["0"], 46]);
  flushed.resolve();
  source.close();
  await finished;
  assertEquals(held.length, 4);
});

Deno.test("receiver: a handler that has enough ends it, and one that fails fails it, also while nothing comes", async () => {
  const enough = start({ handle: ({ bytes }) => decode(bytes) !== "2" });
  enough.source.come(...numbers(0, 10));
  await enough.finished;
  const later = start({ handle: ({ bytes }) => turn().then(() => decode(bytes) !== "0") });
  later.source.come("0");
  await later.finished;
  for (
    const handle of [() => Promise.reject(new Error("no")), () => {
      throw new Error("no");
    }]
  ) {
    const failing = start({ handle });
    failing.source.come("0");
    await assertRejects(() => failing.finished, Error, "no");
    failing.source.close();
  }
  for (const { source } of [enough, later]) source.close();
});

Deno.test("receiver: in turn, nothing is received while a handler works, and nothing is dropped", async () => {
  const handled: string[] = [];
  const gate = gated(handled);
  const { source, receiver, finished } = start({ handle: gate.handle, sequential: true });
  source.come(...numbers(0, 10));
  for (let i = 0; i < 10; i++) {
    await until("a handler", () => gate.waiting > 0);
    assertEquals([gate.waiting, source.waiting], [1, 0]);
    gate.next();
    await turn();
  }
  await source.taken();
  source.close();
  await finished;
  assertEquals([handled, receiver.dropped], [numbers(0, 10), 0]);
});

Deno.test("ring: in order and whole over many turns, whatever the sizes and however many wait", () => {
  let seed = 20_260_628;
  const random = (below: number) => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) % below;
  const ring = new DatagramRing({ largest: 50, bytes: 500, datagrams: 16 });
  const expected: Uint8Array[] = [];
  let [full, taken] = [0, 0];
  for (let i = 0; i < 20_000; i++) {
    const into = ring.reserve();
    if (into) {
      const bytes = into.subarray(0, random(51)).fill(i % 251);
      ring.add({ bytes, from: FROM, at: i });
      expected.push(bytes.slice());
    } else full++;
    if (into && random(3) > 0) continue;
    for (let left = random(8); left > 0; left--) {
      const one = ring.take();
      if (!one) break;
      assertEquals<Uint8Array | undefined>(one.bytes, expected.shift());
      taken++;
    }
    ring.release();
    assertEquals(ring.size, expected.length);
  }
  assert(full > 100 && taken > 5000, `${full} times full, ${taken} taken`);
});
