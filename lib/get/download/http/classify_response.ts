import { NetworkError } from "../../../core/mod.ts";
import type { HttpResponse } from "../../../http/client/response.ts";
import { essenceOf } from "../../../http/codec/fields/media_type.ts";
import { parseContentRange } from "../../../http/codec/fields/range.ts";
import { type Entity, isSameEntity } from "../entity.ts";
import type { Outcome } from "../source.ts";
import { entityOf } from "./entity_of.ts";

/** Meaning of a successful response, and the size of the entity, if known. */
export interface ClassifiedResponse {
  /** Meaning of the response. */
  readonly outcome: Extract<Outcome, { kind: "whole" | "rest" | "probe" | "mismatch" }>;
  /** Size of the entity. */
  readonly size?: number;
}

/** The bytes that a request asked for. */
export interface RequestedRange {
  /** The URL. */
  readonly url: string;
  /** First byte requested. */
  readonly from: number;
  /** Entity that the local part belongs to. */
  readonly entity?: Entity;
  /** Whether a single byte was requested, to see the head. */
  readonly probe: boolean;
  /** Whether the caller set a Range field of its own. */
  readonly own: boolean;
}

/**
 * Classifies a successful response. A continuation has to belong to the same entity and to start at the first missing
 * byte; any other partial response is a mismatch.
 *
 * @throws {NetworkError} `range-unsound` for a partial response to a request without Range.
 */
export function classifyResponse(response: HttpResponse, asked: RequestedRange): ClassifiedResponse {
  const { status, headers, length } = response;
  const plain = (headers.get("content-encoding") ?? "identity") === "identity";
  if (status !== 206 || asked.own) {
    return { outcome: { kind: "whole", entity: entityOf(asked.url, headers, length) }, size: length };
  }
  const content = parseContentRange(headers.get("content-range") ?? "");
  const multiple = essenceOf(headers.get("content-type")) === "multipart/byteranges";
  const range = multiple ? undefined : content?.range;
  const entity = entityOf(asked.url, headers, content?.size);
  if (asked.probe && range?.first === 0) return { outcome: { kind: "probe", entity }, size: content?.size };
  if (asked.from === 0 || !asked.entity) {
    throw new NetworkError(`${response.url.host} sent a partial response to a request without Range`, {
      code: "range-unsound",
      operation: "get",
      peer: response.url.host,
    });
  }
  const reason = !range || !plain
    ? "the partial response is not a single range"
    : range.first !== asked.from
    ? "the partial response starts at another byte than requested"
    : !isSameEntity(asked.entity, entity)
    ? "the file has changed on the server"
    : length !== undefined && length !== range.last - range.first + 1
    ? "Content-Range and Content-Length of the partial response disagree"
    : undefined;
  if (reason !== undefined || !range) return { outcome: { kind: "mismatch", reason: reason ?? "" } };
  const outcome = { kind: "rest", length: range.last - range.first + 1 } as const;
  return { outcome, size: content?.size ?? asked.entity.length };
}
