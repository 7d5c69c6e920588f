/**
 * HTTP/1.1 (RFC 9110, RFC 9112): a strict codec, a server, which also speaks HTTP/2 (RFC 9113) on request, and a client, which
 * uses HTTP/2 through `fetch` when asked.
 * @module
 */
export { decodedBody } from "./client/body/decode.ts";
export { follow, type FollowOptions, type Redirect } from "./client/follow.ts";
export { ConnectionPool, type PoolOptions } from "./client/pool.ts";
export { proxyForUrl } from "./client/proxy_for_url.ts";
export { request } from "./client/request.ts";
export type { BodySource, RequestOptions } from "./client/request_options.ts";
export type { HttpBody, HttpResponse, Phases } from "./client/response.ts";
export { basicAuthorization, type Credentials } from "./codec/fields/authentication.ts";
export {
  type ConditionResult,
  evaluateConditions,
  ifRangeHolds,
  parseEntityTags,
  sameStrongly,
  sameWeakly,
  type Validators,
} from "./codec/fields/conditional.ts";
export { dispositionFileName, formatDisposition } from "./codec/fields/content_disposition.ts";
export { formatHttpDate, parseHttpDate } from "./codec/fields/date.ts";
export { Fields, type FieldsInit } from "./codec/fields/fields.ts";
export type { HttpVersion } from "./codec/head.ts";
export { HttpMessageError } from "./codec/invalid.ts";
export { HTTP_LIMITS, type HttpLimits, RESPONSE_LIMITS } from "./codec/limits.ts";
export { essenceOf, mediaTypeOf } from "./codec/fields/media_type.ts";
export { chooseEncoding, parsePreferences, type Preference } from "./codec/fields/quality.ts";
export {
  type ByteRange,
  type ContentRange,
  formatContentRange,
  parseContentRange,
  parseRange,
  type RangeOptions,
} from "./codec/fields/range.ts";
export { reasonOf } from "./codec/status.ts";
export { PreparedResponse, prepareResponse } from "./server/response/prepared.ts";
export type { BodyPart, FileSlice, ServerBody, ServerResponse } from "./server/response/response.ts";
export { serveHttp } from "./server/serve.ts";
export type {
  Handler,
  HttpAnswer,
  HttpServer,
  HttpServerOptions,
  RefusedClient,
  RequestBody,
  ServedRequest,
  ServerRequest,
} from "./server/types.ts";
export type { Upgrade } from "./server/upgrade.ts";
export { WebSocketError } from "./websocket/codec/decoder.ts";
export { type WebSocketOptions, webSocketResponse } from "./websocket/respond.ts";
