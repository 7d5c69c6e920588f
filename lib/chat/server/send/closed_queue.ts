import { SendQueue } from "./send_queue.ts";

/** Returns a queue that sends nothing, for members that are not connected here. */
export function closedQueue(): SendQueue {
  const transport = {
    read: () => Promise.resolve(null),
    write: (bytes: Uint8Array) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
  const queue = new SendQueue(transport, { dirty: () => {}, open: true }, 0, () => {});
  queue.cut();
  return queue;
}
