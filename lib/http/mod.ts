/**
 * HTTP/1.1 (RFC 9110, RFC 9112): a strict codec, a client and a server.
 * @module
 */
export type { BodySource, RequestOptions } from "./client/request_options.ts";
export type { HttpBody, HttpResponse, Phases } from "./client/response.ts";
export { ConnectionPool } from "./client/pool.ts";
export { Fields, type FieldsInit } from "./codec/fields.ts";
export * from "./codec/head.ts";
export { HttpMessageError } from "./codec/invalid.ts";
export * from "./codec/limits.ts";
export { PreparedResponse } from "./server/prepared.ts";
export * from "./server/types.ts";
