/**
 * All of `lib/http`: the library, and what else tools, other rooms and tests need of it.
 * @module
 */
export * from "./mod.ts";
export { MultiplexedConnection } from "./client/http2/multiplexed.ts";
export type { RequestEnd, SmallResponse } from "./client/http2/small_request.ts";
export { encodeHeaderBlock } from "./codec/http2/hpack_encoder.ts";
export type { HeaderField } from "./codec/http2/static_table.ts";
export { ACCEPT_ENCODING } from "./client/body/content_coding.ts";
export { parseField } from "./client/field_option.ts";
export { proxyFailure } from "./client/proxy_answer.ts";
export { traceRequest, traceResponse } from "./client/trace_heads.ts";
export { completeUrl, hasScheme, hostPortOf, readUrl } from "./client/read_url.ts";
export { bodyPath, parseBodyPart, readRequestBody, STDIN_BODY } from "./client/body/request_body.ts";
export { type RequestFields, requestFields } from "./client/request_fields.ts";
export {
  type Challenge,
  parseBasic,
  parseChallenges,
  sameCredentials,
  sameSecret,
} from "./codec/fields/authentication.ts";
export { ChunkedDecoder, encodeChunkSize, encodeLastChunk } from "./codec/chunked.ts";
export { isAttachment } from "./codec/fields/content_disposition.ts";
export { safeFileName } from "./codec/fields/file_name.ts";
export { encodeRequestHead, encodeResponseHead, type RequestHeadInit, type ResponseHeadInit } from "./codec/encode.ts";
export type { Framing, HeadLength, RequestHead, ResponseHead, TargetForm } from "./codec/head.ts";
export { type HeadPlace, HeadScanner } from "./codec/head_scanner.ts";
export { type ForwardedElement, parseForwarded } from "./codec/fields/forwarded.ts";
export { type Parameter, type ParameterOptions, parseParameters } from "./codec/fields/parameters.ts";
export { type GateRules, type Rejection, RequestGate } from "./server/gate.ts";
export { HttpConnections } from "./server/connections.ts";
export { isForeign, type OriginOptions } from "./server/origin.ts";
export { HostNames } from "./server/request/host_names.ts";
export type { Arrival } from "./server/request/arrival.ts";
export { TrustedProxies } from "./server/request/trusted_proxies.ts";
export { parseRequestHead, requestFraming } from "./codec/request.ts";
export { parseResponseHead, responseFraming } from "./codec/response.ts";
export { WebSocketDecoder, type WebSocketDecoderOptions, type WebSocketEvent } from "./websocket/codec/decoder.ts";
export {
  applyMask,
  CLOSE_CODES,
  encodeClose,
  encodeFrame,
  type FrameOptions,
  type Opcode,
  OPCODES,
} from "./websocket/codec/frame.ts";
export { acceptKey, readUpgrade, type UpgradeRefusal, type UpgradeRequest } from "./websocket/codec/handshake.ts";
