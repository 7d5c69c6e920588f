import type { ChunkSource } from "../core/chunks.ts";
import { SystemError } from "../core/errors.ts";

/** Pieces on their way between the worker and its owner: what bounds the memory. */
const PIECES = 4;

interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<ArrayBuffer>) => void) | null;
}

/**
 * What the worker does: reads stdin by blocking calls into every buffer that it is handed, and hands it back with the
 * count; -1 is the end. It is sent as text, so nothing from outside of it can be used, nor any named function within.
 */
function work(self: WorkerScope): void {
  self.onmessage = (event) => {
    const buffer = new Uint8Array(event.data);
    try {
      const count = Deno.stdin.readSync(buffer);
      self.postMessage([count ?? -1, event.data], [event.data]);
    } catch (error) {
      self.postMessage([-1, event.data, String(error)], [event.data]);
    }
  };
}

/** The bytes of stdin, read by a worker in pieces of this size. */
export function workerSource(size: number): ChunkSource {
  // A module given as data is the one form that works from source, from a URL, in a bundle and in an executable.
  const source = `(${work.toString()})(self)`;
  const worker = new Worker(`data:application/javascript,${encodeURIComponent(source)}`, { type: "module" });
  const arrived: MessageEvent<[number, ArrayBuffer, string?]>[] = [];
  let wake = Promise.withResolvers<void>();
  let mine: ArrayBuffer | undefined;
  let ended = false;
  worker.onmessage = (event) => {
    arrived.push(event);
    wake.resolve();
  };
  for (let i = 0; i < PIECES; i++) hand(new ArrayBuffer(size));

  function hand(buffer: ArrayBuffer): void {
    worker.postMessage(buffer, [buffer]);
  }

  return {
    async next() {
      if (ended) return null;
      if (mine) hand(mine);
      mine = undefined;
      while (arrived.length === 0) {
        wake = Promise.withResolvers();
        await wake.promise;
      }
      const [count, buffer, failure] = arrived.shift()?.data ?? [-1, new ArrayBuffer()];
      if (count >= 0) {
        mine = buffer;
        return new Uint8Array(buffer, 0, count);
      }
      ended = true;
      worker.terminate();
      if (failure !== undefined) throw new SystemError(`cannot read stdin: ${failure}`, { code: "io-error" });
      return null;
    },
  };
}
