import { closeQuietly, type KeyPair } from "../../lib/core/mod.ts";

/** Handles a request of a test server for HTTP/2. */
export type Http2Script = (stream: ScriptedStream) => Promise<void> | void;

/** The server side of a stream, frame by frame (RFC 9113 §6). */
export interface ScriptedStream {
  /** Number of earlier requests on all connections. */
  readonly count: number;
  /** Encoded header fields of the request (RFC 7541). */
  readonly block: Uint8Array;
  /** Sends HEADERS, the status as `:status`. */
  head(fields: Readonly<Record<string, string>> | readonly (readonly [string, string])[], end?: boolean): Promise<void>;
  /** Sends DATA. */
  data(bytes: string | Uint8Array, end?: boolean): Promise<void>;
  /** Sends RST_STREAM with an error code. */
  reset(code: number): Promise<void>;
  /** Sends GOAWAY with the last stream that is processed, and an error code. */
  goAway(last: number, code: number): Promise<void>;
  /** Sends any frame, on this stream or another one. */
  frame(type: number, flags: number, payload: ArrayLike<number>, stream?: number): Promise<void>;
  /** Stream identifier. */
  readonly id: number;
  /** Closes the connection without GOAWAY. */
  close(): void;
}

/** A scripted HTTP/2 server. */
export interface ScriptedHttp2 extends AsyncDisposable {
  /** Its URL, with a slash at the end. */
  readonly url: string;
  /** Its port. */
  readonly port: number;
  /** Number of connections. */
  readonly connections: number;
  /** Number of requests. */
  readonly requests: number;
}

const DATA = 0, HEADERS = 1, RST_STREAM = 3, SETTINGS = 4, GOAWAY = 7, CONTINUATION = 9;
const END_STREAM = 1, ACK = 1, END_HEADERS = 4;
const PREFACE = 24;
const LARGEST = 16_384;

/** Starts a scripted HTTP/2 server, over TLS with a certificate, else with prior knowledge. */
export function scriptedHttp2(script: Http2Script, options: { readonly tls?: KeyPair } = {}): ScriptedHttp2 {
  const where = { hostname: "127.0.0.1", port: 0 };
  const listener = options.tls
    ? Deno.listenTls({ ...where, cert: options.tls.cert, key: options.tls.key, alpnProtocols: ["h2"] })
    : Deno.listen(where);
  const { port } = listener.addr as Deno.NetAddr;
  const open = new Set<Deno.Conn>();
  const over: Promise<void>[] = [];
  let connections = 0;
  let requests = 0;
  const loop = (async () => {
    for await (const conn of listener) {
      connections++;
      open.add(conn);
      over.push(serve(conn, script, () => requests++).finally(() => (open.delete(conn), closeQuietly(conn))));
    }
  })();
  return {
    ...{ port, url: `${options.tls ? "https" : "http"}://localhost:${port}/` },
    get connections() {
      return connections;
    },
    get requests() {
      return requests;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const conn of open) closeQuietly(conn);
      await loop;
      await Promise.all(over);
    },
  };
}

async function serve(conn: Deno.Conn, script: Http2Script, next: () => number): Promise<void> {
  let queue: Promise<void> = Promise.resolve();
  const write = (bytes: Uint8Array) =>
    queue = queue.then(async () => {
      for (let done = 0; done < bytes.length;) done += await conn.write(bytes.subarray(done));
    });
  const running: Promise<void>[] = [];
  try {
    const bytes = new Incoming(conn);
    await bytes.take(PREFACE);
    await write(frame(SETTINGS, 0, 0, []));
    while (true) {
      const head = await bytes.take(9);
      const payload = await bytes.take(head[0] << 16 | head[1] << 8 | head[2]);
      const id = new DataView(head.buffer).getUint32(5);
      if (head[3] === SETTINGS && !(head[4] & ACK)) await write(frame(SETTINGS, ACK, 0, []));
      if (head[3] !== HEADERS) continue;
      const stream = streamOn(conn, write, { id, count: next(), block: payload });
      running.push(Promise.resolve(script(stream)).catch(() => {}));
    }
  } catch {
    // The client has disconnected.
  } finally {
    closeQuietly(conn);
    await Promise.all(running);
    await queue.catch(() => {});
  }
}

function streamOn(
  conn: Deno.Conn,
  write: (bytes: Uint8Array) => Promise<void>,
  facts: Pick<ScriptedStream, "id" | "count" | "block">,
): ScriptedStream {
  const { id } = facts;
  return {
    ...facts,
    async head(fields, end = false) {
      const list = Array.isArray(fields) ? fields : Object.entries(fields);
      const block = list.flatMap(([name, value]) => [0, ...literal(name), ...literal(value)]);
      for (let at = 0; at === 0 || at < block.length; at += LARGEST) {
        const last = at + LARGEST >= block.length ? END_HEADERS : 0;
        const piece = block.slice(at, at + LARGEST);
        await write(
          at === 0 ? frame(HEADERS, last | (end ? END_STREAM : 0), id, piece) : frame(CONTINUATION, last, id, piece),
        );
      }
    },
    data: (bytes, end = false) => {
      const octets = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
      return write(frame(DATA, end ? END_STREAM : 0, id, octets));
    },
    reset: (code) => write(frame(RST_STREAM, 0, id, u32(code))),
    goAway: (last, code) => write(frame(GOAWAY, 0, 0, [...u32(last), ...u32(code)])),
    frame: (type, flags, payload, stream = id) => write(frame(type, flags, stream, payload)),
    close: () => closeQuietly(conn),
  };
}

function frame(type: number, flags: number, id: number, payload: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(9 + payload.length);
  bytes.set([payload.length >> 16, payload.length >> 8 & 255, payload.length & 255, type, flags, ...u32(id)]);
  bytes.set(payload, 9);
  return bytes;
}

function u32(value: number): number[] {
  return [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];
}

/** Returns a string literal without Huffman coding (RFC 7541 §5.2); each character is one octet. */
function literal(text: string): number[] {
  const octets = Array.from(text, (character) => character.charCodeAt(0));
  if (octets.length < 127) return [octets.length, ...octets];
  const size = [127];
  let rest = octets.length - 127;
  for (; rest >= 128; rest >>>= 7) size.push(rest & 127 | 128);
  return [...size, rest, ...octets];
}

class Incoming {
  readonly #conn: Deno.Conn;
  #held = new Uint8Array(0);

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#held.length < count) {
      const piece = new Uint8Array(65_536);
      const read = await this.#conn.read(piece);
      if (read === null) throw new Error("the connection is over");
      const joined = new Uint8Array(this.#held.length + read);
      joined.set(this.#held);
      joined.set(piece.subarray(0, read), this.#held.length);
      this.#held = joined;
    }
    const taken = this.#held.slice(0, count);
    this.#held = this.#held.slice(count);
    return taken;
  }
}
