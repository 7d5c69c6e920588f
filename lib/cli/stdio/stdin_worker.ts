import type { ChunkSource } from "../../core/bytes/chunks.ts";
import { SystemError } from "../../core/errors/errors.ts";

/** Bytes between the worker and its owner: what bounds the memory. A power of two, since positions wrap. */
const RING = 1 << 20;
const FAILED = 2;

/** The places of the shared state: counters of bytes, flags. */
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
 * What the worker does: reads stdin by blocking calls into a ring that it shares with its owner, and wakes the owner
 * only when that waits. It is sent as text, so nothing from outside of it can be used, nor any named function within.
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
 * The bytes of stdin, read by a worker. They lie in shared memory: a piece may be up to a mebibyte, and has to be copied
 * by who wants to keep it.
 */
export function workerSource(): ChunkSource {
  const state = new Int32Array(new SharedArrayBuffer(16));
  const ring = new Uint8Array(new SharedArrayBuffer(RING));
  // A module given as data is the one form that works from source, from a URL, in a bundle and in an executable.
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

  /** The bytes that wait, as far as they lie together. */
  const take = (): Uint8Array | undefined => {
    const consumed = Atomics.load(state, CONSUMED);
    const count = (Atomics.load(state, WRITTEN) - consumed) >>> 0;
    if (count === 0) return undefined;
    const at = consumed & (RING - 1);
    const piece = ring.subarray(at, Math.min(at + count, RING));
    held = piece.length;
    return piece;
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
        const piece = take();
        if (piece) return piece;
        if (status !== 0) {
          ended = true;
          if (status === FAILED && failure === "") await wake.promise;
          worker.terminate();
          if (status === FAILED) throw new SystemError(`cannot read stdin: ${failure}`, { code: "io-error" });
          break;
        }
        Atomics.store(state, WAITING, 1);
        // What came between the look and the flag would not wake us.
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
