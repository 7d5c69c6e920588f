/**
 * HTTP/1.1 (RFC 9110, RFC 9112): a strict codec, a client, which has HTTP/2 (RFC 9113) from `fetch` when asked, and a server; downloads that go on where they stopped, and pages
 * saved with all that they show.
 * @module
 */
export { decodedBody } from "./client/decode.ts";
export { follow, type FollowOptions, type Redirect } from "./client/follow.ts";
export { ConnectionPool, type PoolOptions } from "./client/pool.ts";
export { proxyForUrl } from "./client/proxy_for_url.ts";
export { request } from "./client/request.ts";
export type { BodySource, RequestOptions } from "./client/request_options.ts";
export type { HttpBody, HttpResponse, Phases } from "./client/response.ts";
export { basicAuthorization, type Credentials } from "./codec/authentication.ts";
export {
  type ConditionResult,
  evaluateConditions,
  ifRangeHolds,
  parseEntityTags,
  sameStrongly,
  sameWeakly,
  type Validators,
} from "./codec/conditional.ts";
export { dispositionFileName, formatDisposition } from "./codec/content_disposition.ts";
export { formatHttpDate, parseHttpDate } from "./codec/date.ts";
export { Fields, type FieldsInit } from "./codec/fields.ts";
export type { HttpVersion } from "./codec/head.ts";
export { HttpMessageError } from "./codec/invalid.ts";
export { HTTP_LIMITS, type HttpLimits, RESPONSE_LIMITS } from "./codec/limits.ts";
export { essenceOf, mediaTypeOf } from "./codec/media_type.ts";
export { chooseEncoding, parsePreferences, type Preference } from "./codec/quality.ts";
export {
  type ByteRange,
  type ContentRange,
  formatContentRange,
  parseContentRange,
  parseRange,
  type RangeOptions,
} from "./codec/range.ts";
export { reasonOf } from "./codec/status.ts";
export { download, tryDownload } from "./download.ts";
export { type Checksum, type ChecksumAlgorithm, parseChecksum } from "./download/checksum.ts";
export type {
  DownloadEvent,
  DownloadHead,
  DownloadOptions,
  DownloadProgress,
  DownloadReport,
  DownloadTarget,
  ReferenceKind,
} from "./download/types.ts";
export { saveImages } from "./page/save_images.ts";
export { savePage, trySavePage } from "./page/save_page.ts";
export type { PageOptions, PageReport, SavePageOptions } from "./page/types.ts";
export { PreparedResponse, prepareResponse } from "./server/prepared.ts";
export type { BodyPart, FileSlice, ServerBody, ServerResponse } from "./server/response.ts";
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
