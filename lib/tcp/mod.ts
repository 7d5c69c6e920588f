/**
 * TCP and unix sockets: connections that send and receive text and bytes, servers with a handler for each connection, and
 * pipes between a connection and streams.
 * @module
 */
export { connect, type ConnectPipeOptions, type PipeEnds } from "./connect.ts";
export { type ReadOptions, TcpConnection } from "./connection.ts";
export type { ExchangeOptions, Observer } from "./exchange.ts";
export { listen } from "./listen.ts";
export type { ListenOptions, ListenPipeOptions, TcpListenOptions } from "./listen_options.ts";
export type { ConnectionReport, Ending } from "./report.ts";
export type { ConnectionHandler, ConnectionOptions, FailedConnection, TcpServer } from "./server.ts";
