/**
 * Datagrams over UDP and unix sockets: send, receive and echo them.
 * @module
 */
export { echoDatagrams, type EchoOptions, type EchoReport } from "./server/echo.ts";
export type { DatagramEvent, OnDatagram, OnDatagrams } from "./events/event.ts";
export type { Group } from "./socket/group.ts";
export { LARGEST_DATAGRAM } from "./socket/limits.ts";
export {
  type DatagramReply,
  listenDatagrams,
  type ListenDatagramsOptions,
  type ListenReport,
} from "./server/listen.ts";
export type { PaceOptions } from "./client/pace.ts";
export type { Payloads } from "./client/payload.ts";
export { sendDatagrams, type SendOptions, type SendReport } from "./client/send.ts";
export type { DatagramServer, OpenOptions } from "./server/server.ts";
export type { DatagramHandlers } from "./events/reporter.ts";
