import { NetworkError } from "../../core/mod.ts";
import type { HttpResponse } from "../../http/client/response.ts";
import { essenceOf } from "../../http/codec/fields/media_type.ts";
import { parseContentRange } from "../../http/codec/fields/range.ts";
import { type Entity, entityOf, isSameEntity } from "./entity.ts";

/** What is there, or what comes, cannot be continued with. */
export class Unsound extends Error {
  /** The name of the class. */
  override readonly name: string = "Unsound";
}

/** What an answer is to a download. */
export type Answer =
  /** All of an entity. */
  | { readonly kind: "whole"; readonly entity: Entity }
  /** What was missing: so many bytes, to a whole of `total` where that is known. */
  | { readonly kind: "rest"; readonly length: number; readonly total?: number }
  /** A single byte of an entity, asked for to see its head. */
  | { readonly kind: "probe"; readonly entity: Entity }
  /** No continuation of what is there. */
  | { readonly kind: "unsound"; readonly reason: string };

/** One that has bytes to go on with. */
export type Sound = Exclude<Answer, { kind: "probe" | "unsound" }>;

/** What was asked for. */
export interface Asked {
  /** The URL. */
  readonly url: string;
  /** The byte from which on. */
  readonly from: number;
  /** Of which entity. */
  readonly entity?: Entity;
  /** Whether only one byte was, to see the head. */
  readonly probe: boolean;
  /** Whether the caller has asked for a part of its own. */
  readonly own: boolean;
}

/**
 * Reads a successful answer. One that continues what is there has to be about the same entity and to begin with the very
 * byte that is missing; everything else is unsound.
 *
 * @throws {NetworkError} `range-unsound` for a part that was not asked for.
 */
export function readAnswer(response: HttpResponse, asked: Asked): Answer {
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
    throw new NetworkError(`${response.url.host} sends a part of what was asked for whole`, {
      code: "range-unsound",
      operation: "get",
      peer: response.url.host,
    });
  }
  const reason = !range || !plain
    ? "the server's answer is no single part"
    : range.first !== asked.from
    ? "the server sends another part than was asked for"
    : !isSameEntity(asked.entity, entity)
    ? "it has changed on the server"
    : length !== undefined && length !== range.last - range.first + 1
    ? "the server contradicts itself about how much it sends"
    : undefined;
  if (reason !== undefined || !range) return { kind: "unsound", reason: reason ?? "" };
  return { kind: "rest", length: range.last - range.first + 1, total: content?.size ?? asked.entity.length };
}
