import { Deadline, NetworkError, TimeoutError } from "../../../core/mod.ts";
import { HttpMessageError, type HttpResponse } from "../../../http/mod.ts";
import { cut } from "../../words/cut.ts";

/** Body of an answer, as far as it was read. */
export interface HopBody {
  /** Bytes read. */
  readonly bytes: number;
  /** Length that the head promises. */
  readonly length?: number;
  /** `ended`: up to its end; `limited`: as far as bodies are read; `slow`: as far as time allowed; the rest are faults. */
  readonly state: "ended" | "limited" | "slow" | "cut" | "stalled" | "invalid";
  /** Milliseconds from the head to the end. */
  readonly ms: number;
  /** Content coding that the head names, and that the body does not begin with. */
  readonly notCoded?: string;
  /** Title of an HTML page. */
  readonly title?: string;
}

/** Bytes of a body that are read. */
const BODY_LIMIT = 64 * 1024;
/** First bytes of content codings (RFC 1952 §2.3.1, RFC 8878 §3.1.1): of the others, any bytes may be the first. */
const SIGNS: Readonly<Record<string, readonly number[]>> = {
  gzip: [0x1f, 0x8b],
  "x-gzip": [0x1f, 0x8b],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
};

/** Reads the begin of a body, for at most these milliseconds. */
export async function readBody({ body, length, headers }: HttpResponse, within: number): Promise<HopBody> {
  const begin = performance.now();
  const held = new Uint8Array(BODY_LIMIT);
  let bytes = 0;
  const seen = (state: HopBody["state"]): HopBody => {
    const coding = headers.get("content-encoding")?.trim().toLowerCase();
    const html = /^text\/html/i.test(headers.get("content-type") ?? "") && coding === undefined;
    const read = held.subarray(0, bytes);
    return {
      ...{ bytes, length, state, ms: performance.now() - begin },
      ...(coding !== undefined && !mayBe(coding, read) && { notCoded: cut(coding) }),
      ...(html && titleOf(read)),
    };
  };
  // A body may come bit by bit, and never end.
  using deadline = new Deadline({ timeout: within }, "read a body");
  try {
    while (bytes < BODY_LIMIT) {
      const count = await deadline.race(body.read(held.subarray(bytes)));
      if (count === null) return seen("ended");
      bytes += count;
    }
    return seen("limited");
  } catch (error) {
    if (error instanceof TimeoutError) return seen(deadline.signal.aborted ? "slow" : "stalled");
    if (error instanceof HttpMessageError) return seen("invalid");
    if (error instanceof NetworkError) return seen("cut");
    throw error;
  }
}

function mayBe(coding: string, bytes: Uint8Array): boolean {
  const sign = Object.hasOwn(SIGNS, coding) ? SIGNS[coding] : undefined;
  return sign === undefined || bytes.length < sign.length || sign.every((byte, at) => bytes[at] === byte);
}

function titleOf(bytes: Uint8Array): { readonly title?: string } {
  // Without "<" in the tag, a page of nothing but its begins takes no more time than any other.
  const [, title] = /<title[^<>]*>([^<]*)/i.exec(new TextDecoder().decode(bytes)) ?? [];
  const text = title?.replace(/\s+/g, " ").trim();
  return text ? { title: cut(text) } : {};
}
