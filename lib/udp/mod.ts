/**
 * Datagrams over UDP and unix sockets: send them, listen for them, send them back.
 * @module
 */
export * from "./demonstrate.ts";
export * from "./echo.ts";
export type { DatagramEvent, OnDatagram } from "./event.ts";
export { type Group, listeningHost, parseGroup } from "./group.ts";
export * from "./limits.ts";
export * from "./listen.ts";
export type { PaceOptions } from "./pace.ts";
export * from "./payload.ts";
export * from "./send.ts";
export type { DatagramServer, OpenOptions } from "./server.ts";
export * from "./show.ts";
