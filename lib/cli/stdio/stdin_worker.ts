import type { ChunkSource } from "../../core/bytes/chunks.ts";
import { SystemError } from "../../core/errors/errors.ts";

/** Size of the ring buffer between the worker and its owner. A power of two, since positions wrap. */
const RING_BYTES = 1 << 20;
/** Value of the status after a failed read; 1 stands for the end of stdin. */
const FAILED = 2;

/** Indexes into the shared state: counters of bytes, flags. */
const WRITTEN = 0;
const CONSUMED = 1;
const WAITING = 2;
const STATUS = 3;

interface WorkerScope {
  postMessage(message: string): void;
  onmessage:
    | ((event: MessageEvent<readonly [Int32Array<SharedArrayBuffer>, Uint8Array<SharedArrayBuffer>]>) => void)
    | null;
}

/**
 * Runs in the worker: reads stdin by blocking calls into the shared ring buffer, and sends a message to the owner only if
 * that waits. It is sent as source text, so it cannot use names from outside, or named functions within.
 */
function work(self: WorkerScope): void {
  self.onmessage = ({ data: [state, ring] }) => {
    let written = 0;
    let failure = "";
    try {
      while (true) {
        const consumed = Atomics.load(state, 1);
        const room = ring.length - ((written - consumed) >>> 0);
        if (room === 0) {
          Atomics.wait(state, 1, consumed);
          continue;
        }
        const at = written & (ring.length - 1);
        const count = Deno.stdin.readSync(ring.subarray(at, Math.min(at + room, ring.length)));
        if (count === null) break;
        written = (written + count) | 0;
        Atomics.store(state, 0, written);
        if (Atomics.exchange(state, 2, 0) === 1) self.postMessage("");
      }
    } catch (error) {
      failure = String(error);
    }
    Atomics.store(state, 3, failure === "" ? 1 : 2);
    self.postMessage(failure);
  };
}

/**
 * Returns the bytes of stdin, read by a worker. Chunks have up to 1 MiB and lie in shared memory: they are valid until the
 * next read.
 */
export function stdinWorkerSource(): ChunkSource {
  const state = new Int32Array(new SharedArrayBuffer(16));
  const ring = new Uint8Array(new SharedArrayBuffer(RING_BYTES));
  // Only a data: URL works from source, from a URL, in a bundle and in an executable.
  const source = `(${work.toString()})(self)`;
  const worker = new Worker(`data:application/javascript,${encodeURIComponent(source)}`, { type: "module" });
  let wake = Promise.withResolvers<void>();
  let failure = "";
  let held = 0;
  let ended = false;
  worker.onmessage = (event: MessageEvent<string>) => {
    failure = event.data;
    wake.resolve();
  };
  worker.postMessage([state, ring]);

  /** Returns the unread bytes up to the end of the ring. */
  const unread = (): Uint8Array | undefined => {
    const consumed = Atomics.load(state, CONSUMED);
    const count = (Atomics.load(state, WRITTEN) - consumed) >>> 0;
    if (count === 0) return undefined;
    const at = consumed & (RING_BYTES - 1);
    const chunk = ring.subarray(at, Math.min(at + count, RING_BYTES));
    held = chunk.length;
    return chunk;
  };

  return {
    async next() {
      if (held > 0) {
        Atomics.add(state, CONSUMED, held);
        Atomics.notify(state, CONSUMED);
        held = 0;
      }
      while (!ended) {
        const status = Atomics.load(state, STATUS);
        const chunk = unread();
        if (chunk) return chunk;
        if (status !== 0) {
          ended = true;
          if (status === FAILED && failure === "") await wake.promise;
          worker.terminate();
          if (status === FAILED) throw new SystemError(`cannot read stdin: ${failure}`, { code: "io-error" });
          break;
        }
        Atomics.store(state, WAITING, 1);
        // Data that arrived before the flag was set would not wake the owner.
        if (Atomics.load(state, WRITTEN) !== Atomics.load(state, CONSUMED) || Atomics.load(state, STATUS) !== 0) {
          continue;
        }
        await wake.promise;
        wake = Promise.withResolvers();
      }
      return null;
    },
  };
}
