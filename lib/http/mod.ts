/**
 * HTTP/1.1 (RFC 9110, RFC 9112): a strict codec, a client, which has HTTP/2 (RFC 9113) from `fetch` when asked, and a server; downloads that go on where they stopped, and pages
 * saved with all that they show.
 * @module
 */
export * from "./client/decode.ts";
export * from "./client/follow.ts";
export { parseField } from "./client/field_option.ts";
export { type RequestFields, requestFields } from "./client/request_fields.ts";
export { readRequestBody } from "./client/request_body.ts";
export * from "./client/proxy_for_url.ts";
export { request } from "./client/request.ts";
export type { BodySource, RequestOptions } from "./client/request_options.ts";
export type { HttpBody, HttpResponse, Phases } from "./client/response.ts";
export { ConnectionPool, type PoolOptions } from "./client/pool.ts";
export * from "./codec/authentication.ts";
export * from "./codec/chunked.ts";
export * from "./codec/conditional.ts";
export * from "./codec/content_disposition.ts";
export * from "./codec/date.ts";
export { encodeRequestHead, encodeResponseHead, type RequestHeadInit, type ResponseHeadInit } from "./codec/encode.ts";
export { Fields, type FieldsInit } from "./codec/fields.ts";
export * from "./codec/head.ts";
export * from "./codec/head_scanner.ts";
export { HttpMessageError } from "./codec/invalid.ts";
export * from "./codec/limits.ts";
export * from "./codec/media_type.ts";
export * from "./codec/quality.ts";
export * from "./codec/range.ts";
export * from "./codec/request.ts";
export * from "./codec/response.ts";
export * from "./codec/status.ts";
export * from "./demonstrate.ts";
export * from "./download/checksum.ts";
export { download } from "./download.ts";
export { pathsOfDownload } from "./download/part_file.ts";
export * from "./download/types.ts";
export { eventText, headLines } from "./download/event_text.ts";
export * from "./download/record.ts";
export { decodePage } from "./page/charset.ts";
export * from "./page/load_as.ts";
export { saveImages } from "./page/save_images.ts";
export { savePage } from "./page/save_page.ts";
export { parseSrcset, type SrcsetImage } from "./page/srcset.ts";
export * from "./page/types.ts";
export * from "./server/prepared.ts";
export { serveHttp } from "./server/serve.ts";
export * from "./server/response.ts";
export * from "./server/types.ts";
export type { Upgrade } from "./server/upgrade.ts";
export * from "./websocket/codec/decoder.ts";
export * from "./websocket/codec/frame.ts";
export * from "./websocket/codec/handshake.ts";
export * from "./websocket/respond.ts";
