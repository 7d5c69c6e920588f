/**
 * TCP and unix sockets: connections that send and receive text and bytes, servers with a handler for each connection, and
 * pipes between a connection and streams.
 * @module
 */
export { type CheckOptions, checkPorts } from "./check/check.ts";
export type { AddressCheck, PortCheck, PortState } from "./check/result.ts";
export { connect, type ConnectOptions, type ConnectPipeOptions } from "./client/connect.ts";
export { type ReadOptions, TcpConnection } from "./connection/connection.ts";
export type { ConnectionHandler, FailedConnection } from "./server/connection_handler.ts";
export type { Observer } from "./connection/exchange.ts";
export { listen } from "./server/listen.ts";
export type { TcpListenOptions } from "./server/listen_options.ts";
export type { PipeOptions } from "./connection/pipe.ts";
export type { ConnectionReport, EndReason } from "./observe/report.ts";
export type { TcpServer } from "./server/server.ts";
