/**
 * All of `lib/udp`: the public library, and what tools, other rooms and tests use of it.
 * @module
 */
export * from "./mod.ts";
export { listeningHost, parseGroup } from "./socket/group.ts";
export { kernelDrops } from "./server/kernel_drops.ts";
export { BUFFER_SIZE, ECHO_LIMIT, parseDatagramSize, requireFits } from "./socket/limits.ts";
export {
  pattern,
  payloadBytes,
  type PayloadFields,
  payloadFields,
  type PayloadLineOptions,
  payloadLines,
  repeated,
} from "./client/payload.ts";
export { datagramHex, datagramLine, datagramLines, type DatagramRecord, datagramRecord } from "./events/format.ts";
export { type DatagramSource, Receiver, type ReceiverOptions } from "./socket/receiver.ts";
export { DatagramRing, type Received, type RingOptions } from "./socket/ring.ts";
