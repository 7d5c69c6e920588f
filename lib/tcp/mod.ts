/**
 * TCP and unix sockets: one connection as a pipe, and a listener for one client, one after the other, or all at once.
 * @module
 */
export * from "./connect.ts";
export * from "./demonstrate.ts";
export type { ExchangeOptions, Observer } from "./exchange.ts";
export * from "./hex.ts";
export * from "./listen.ts";
export * from "./listen_options.ts";
export * from "./observers.ts";
export * from "./record.ts";
export type { ConnectionReport, Ending } from "./report.ts";
