import type { KeyPair } from "../../lib/core/mod.ts";
import { closeQuietly } from "../../lib/core/mod.ts";
import {
  encodeFrame,
  encodeHeaders,
  FRAME,
  type Frame,
  PREFACE,
  readU32,
  scanFrame,
} from "../../lib/http/codec/http2/frame.ts";
import { HpackDecoder } from "../../lib/http/codec/http2/hpack_decoder.ts";
import { encodeHeaderBlock } from "../../lib/http/codec/http2/hpack_encoder.ts";
import type { HeaderField } from "../../lib/http/codec/http2/static_table.ts";

/** A response as its frames came. */
export interface RawResponse {
  readonly status: string | undefined;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Error code of RST_STREAM, if the stream was reset. */
  readonly reset?: number;
}

const NO_LIMITS = { size: 1 << 20, fields: 1000 };

/** A client of HTTP/2 that sends frame by frame, right or wrong. */
export class RawHttp2 implements Disposable {
  readonly #conn: Deno.TlsConn;
  readonly #decoder = new HpackDecoder();
  #held = new Uint8Array();

  private constructor(conn: Deno.TlsConn) {
    this.#conn = conn;
  }

  /** Connects; with `settings` false nothing was sent yet. */
  static async connect(port: number, { cert }: Pick<KeyPair, "cert">, settings = true): Promise<RawHttp2> {
    const conn = await Deno.connectTls({ hostname: "localhost", port, caCerts: [cert], alpnProtocols: ["h2"] });
    const client = new RawHttp2(conn);
    if (settings) await client.send(new TextEncoder().encode(PREFACE), encodeFrame(FRAME.SETTINGS, 0, 0));
    return client;
  }

  /** Sends bytes; a server that has closed is not an error. */
  async send(...pieces: readonly Uint8Array[]): Promise<void> {
    const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    try {
      for (let done = 0; done < bytes.length;) done += await this.#conn.write(bytes.subarray(done));
    } catch {
      // Read on: the server has said why.
    }
  }

  /** Sends a frame. */
  async frame(type: number, flags: number, stream: number, payload: ArrayLike<number> = []): Promise<void> {
    await this.send(encodeFrame(type, flags, stream, payload));
  }

  /** Sends the head of a request; `fields` replace or add to the usual ones. */
  async request(stream: number, fields: Readonly<Record<string, string>> = {}, end = true): Promise<void> {
    await this.send(...headFrames(stream, fields, end));
  }

  /** Returns the next frame; undefined at the end of the connection. */
  async next(): Promise<Frame | undefined> {
    while (true) {
      const frame = scanFrame(this.#held, 0, this.#held.length);
      if (frame) {
        this.#held = this.#held.slice(9 + frame.payload.length);
        return frame;
      }
      const piece = new Uint8Array(65_536);
      const count = await this.#conn.read(piece).catch(() => null);
      if (count === null) return undefined;
      const joined = new Uint8Array(this.#held.length + count);
      joined.set(this.#held);
      joined.set(piece.subarray(0, count), this.#held.length);
      this.#held = joined;
    }
  }

  /** Returns the next frame of a type. */
  async nextOf(type: number): Promise<Frame> {
    while (true) {
      const frame = await this.next();
      if (!frame) throw new Error("the connection is over");
      if (frame.type === type) return frame;
    }
  }

  /** Decodes a header block. */
  fields(frame: Frame): readonly HeaderField[] {
    return this.#decoder.decode(frame.payload, NO_LIMITS).fields;
  }

  /** Reads the responses of some streams to their ends, in whatever order they come. */
  async responses(...streams: readonly number[]): Promise<readonly RawResponse[]> {
    const parts = new Map(streams.map((id) => [id, { headers: new Map<string, string>(), body: "", reset: -1 }]));
    const open = new Set(streams);
    while (open.size > 0) {
      const frame = await this.next();
      if (!frame) throw new Error("the connection is over");
      const part = parts.get(frame.stream);
      const fields = frame.type === FRAME.HEADERS ? this.fields(frame) : [];
      if (!part) continue;
      for (const [name, value] of fields) part.headers.set(name, value);
      if (frame.type === FRAME.DATA) part.body += new TextDecoder().decode(frame.payload);
      if (frame.type === FRAME.RST_STREAM) part.reset = readU32(frame.payload, 0);
      const ends = (frame.type === FRAME.DATA || frame.type === FRAME.HEADERS) && (frame.flags & 1) !== 0;
      if (ends || frame.type === FRAME.RST_STREAM) open.delete(frame.stream);
    }
    return streams.map((id) => {
      const { headers = new Map<string, string>(), body = "", reset = -1 } = parts.get(id) ?? {};
      return { status: headers.get(":status"), headers, body, ...reset >= 0 ? { reset } : {} };
    });
  }

  /** Reads to the end, and returns error code and text of GOAWAY; undefined without one. */
  async goAway(): Promise<{ readonly code: number; readonly text: string; readonly last: number } | undefined> {
    let said: { code: number; text: string; last: number } | undefined;
    for (let frame = await this.next(); frame; frame = await this.next()) {
      const { type, payload } = frame;
      if (type !== FRAME.GOAWAY) continue;
      const text = new TextDecoder().decode(payload.subarray(8));
      said = { last: readU32(payload, 0), code: readU32(payload, 4), text };
    }
    return said;
  }

  [Symbol.dispose](): void {
    closeQuietly(this.#conn);
  }
}

/** Returns the frames of the head of a request. */
export function headFrames(
  stream: number,
  fields: Readonly<Record<string, string>> = {},
  end = true,
): readonly Uint8Array[] {
  const usual = { ":method": "GET", ":scheme": "https", ":path": "/", ":authority": "localhost" };
  return encodeHeaders(stream, encodeHeaderBlock(Object.entries({ ...usual, ...fields })), end);
}
