/**
 * TCP and unix sockets: connections that send and receive text and bytes, servers with a handler for each connection, and
 * pipes between a connection and streams.
 * @module
 */
export { type CheckOptions, checkPorts } from "./check/check.ts";
export type { AddressCheck, PortCheck, PortState } from "./check/result.ts";
export { connect, type ConnectOptions, type ConnectPipeOptions } from "./connect.ts";
export { type ReadOptions, TcpConnection } from "./connection.ts";
export type { ConnectionHandler, FailedConnection } from "./connection_handler.ts";
export type { Observer } from "./exchange.ts";
export { listen } from "./listen.ts";
export type { TcpListenOptions } from "./listen_options.ts";
export type { PipeOptions } from "./pipe.ts";
export type { ConnectionReport, Ending } from "./report.ts";
export type { TcpServer } from "./server.ts";
