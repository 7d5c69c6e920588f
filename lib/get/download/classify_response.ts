import { NetworkError } from "../../core/mod.ts";
import type { HttpResponse } from "../../http/client/response.ts";
import { essenceOf } from "../../http/codec/fields/media_type.ts";
import { parseContentRange } from "../../http/codec/fields/range.ts";
import { type Entity, entityOf, isSameEntity } from "./entity.ts";

/** The local part and the response do not belong together: the download has to restart. */
export class ResumeMismatch extends Error {
  /** The name of the class. */
  override readonly name: string = "ResumeMismatch";
}

/** Classes of successful responses, by what they mean for a download. */
export type ClassifiedResponse =
  /** The whole entity. */
  | { readonly kind: "whole"; readonly entity: Entity }
  /** The missing rest, `length` bytes; `total` is the size of the entity, if known. */
  | { readonly kind: "rest"; readonly length: number; readonly total?: number }
  /** A single byte, requested to see the head of the entity. */
  | { readonly kind: "probe"; readonly entity: Entity }
  /** Does not continue the local part. */
  | { readonly kind: "mismatch"; readonly reason: string };

/** A response whose body is part of the download. */
export type ResumableResponse = Exclude<ClassifiedResponse, { kind: "probe" | "mismatch" }>;

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
    return { kind: "whole", entity: entityOf(asked.url, headers, length) };
  }
  const content = parseContentRange(headers.get("content-range") ?? "");
  const multiple = essenceOf(headers.get("content-type")) === "multipart/byteranges";
  const range = multiple ? undefined : content?.range;
  const entity = entityOf(asked.url, headers, content?.size);
  if (asked.probe && range?.first === 0) return { kind: "probe", entity };
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
  if (reason !== undefined || !range) return { kind: "mismatch", reason: reason ?? "" };
  return { kind: "rest", length: range.last - range.first + 1, total: content?.size ?? asked.entity.length };
}
