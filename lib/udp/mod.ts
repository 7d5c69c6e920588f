/**
 * Datagrams over UDP and unix sockets: send them, listen for them, send them back.
 * @module
 */
export { echoDatagrams, type EchoOptions, type EchoReport } from "./echo.ts";
export type { DatagramEvent, OnDatagram, OnDatagrams } from "./event.ts";
export type { Group } from "./group.ts";
export { LARGEST_DATAGRAM } from "./limits.ts";
export { type DatagramReply, listenDatagrams, type ListenDatagramsOptions, type ListenReport } from "./listen.ts";
export type { PaceOptions } from "./pace.ts";
export type { Payloads } from "./payload.ts";
export { sendDatagrams, type SendOptions, type SendReport } from "./send.ts";
export type { DatagramServer, OpenOptions } from "./server.ts";
export type { TellerOptions } from "./teller.ts";
