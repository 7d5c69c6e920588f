/**
 * All of `lib/udp`: the library, and what else tools, other rooms and tests need of it.
 * @module
 */
export * from "./mod.ts";
export { type DatagramDemonstration, type DatagramFindings, demonstrateDatagrams } from "./demonstrate.ts";
export { ECHO_LIMIT } from "./echo.ts";
export { listeningHost, parseGroup } from "./group.ts";
export { kernelDrops } from "./kernel_drops.ts";
export { BUFFER_SIZE, parseDatagramSize, requireFits } from "./limits.ts";
export {
  pattern,
  payloadBytes,
  type PayloadFields,
  payloadFields,
  type PayloadLineOptions,
  payloadLines,
  repeated,
} from "./payload.ts";
export { datagramHex, datagramLine, datagramLines, type DatagramRecord, datagramRecord } from "./show.ts";
export { type DatagramSource, Receiver, type ReceiverOptions } from "./receiver.ts";
export { DatagramRing, type Received, type RingOptions } from "./ring.ts";
