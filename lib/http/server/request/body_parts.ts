import { closeQuietly } from "../../../core/mod.ts";
import type { FileSlice, ServerBody } from "../response/response.ts";

/** A body whose length is known. */
export interface KnownBody {
  /** Its pieces, in order. */
  readonly parts: readonly (Uint8Array | FileSlice)[];
  /** Bytes of all of them. */
  readonly length: number;
}

const encoder = new TextEncoder();

/** Takes a body apart; undefined for one that comes as a stream. */
export function partsOf(body: ServerBody | null | undefined): KnownBody | undefined {
  if (body === null || body === undefined) return { parts: [], length: 0 };
  if (isStream(body)) return undefined;
  const parts = (isList(body) ? body : [body]).map((part) => typeof part === "string" ? encoder.encode(part) : part);
  return { parts, length: parts.reduce((sum, part) => sum + part.length, 0) };
}

/** Whether a body is a stream; text and bytes can be gone through too, but not asynchronously. */
export function isStream(body: ServerBody | null | undefined): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

function isList<T extends string | Uint8Array | FileSlice>(body: T | readonly T[]): body is readonly T[] {
  return Array.isArray(body);
}

/** Releases a body that is not sent: its files are closed, its stream is cancelled. */
export async function release(body: ServerBody | null | undefined): Promise<void> {
  closeFiles(body);
  if (!isStream(body)) return;
  try {
    await body[Symbol.asyncIterator]().return?.();
  } catch {
    // It has its own way to end.
  }
}

/** Closes the files of a body. */
export function closeFiles(body: ServerBody | null | undefined): void {
  if (body === null || body === undefined || isStream(body)) return;
  for (const part of isList(body) ? body : [body]) {
    if (typeof part === "object" && "file" in part) closeQuietly(part.file);
  }
}
