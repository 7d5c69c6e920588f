import { closeQuietly, writeAll } from "../../lib/core/mod.ts";
import { octets, octetText } from "./raw.ts";

/** A fault of a server in one response. */
export type Fault =
  | { readonly kind: "none" }
  /** Closes the connection cleanly after this number of bytes of the body. */
  | { readonly kind: "close"; readonly after: number }
  /** Resets the connection after this number of bytes. */
  | { readonly kind: "reset"; readonly after: number }
  /** Stalls, and closes the connection when the promise resolves, if given. */
  | { readonly kind: "stall"; readonly after: number; readonly until?: Promise<void> }
  /** Responds with this status and header fields. */
  | { readonly kind: "status"; readonly status: number; readonly fields?: string }
  /** Announces a length greater than that of the body. */
  | { readonly kind: "longer"; readonly by: number }
  /** Responds with another range than requested, with its correct Content-Range. */
  | { readonly kind: "shifted"; readonly by: number }
  /** Responds with another range than requested, with a wrong length. */
  | { readonly kind: "lying-length"; readonly by: number }
  /** Ignores the range. */
  | { readonly kind: "whole" }
  /** Ignores If-Range, and responds with a part of another entity with its own entity tag. */
  | { readonly kind: "other-part" }
  /** Changes the entity permanently before this response. */
  | { readonly kind: "change" }
  /** Uses chunked transfer coding. */
  | { readonly kind: "chunked"; readonly cut?: number }
  /** Sends these bytes instead of a response. */
  | { readonly kind: "raw"; readonly text: string };

/** A server with one entity, and a fault for each request in turn; later requests have none. */
export interface EntityServer extends AsyncDisposable {
  /** Its URL. */
  readonly url: string;
  /** The current content of the entity. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Heads of the requests so far. */
  readonly requests: readonly string[];
}

/** Options of the server. */
export interface EntityOptions {
  /** Size of the entity in bytes. @default 300000 */
  readonly size?: number;
  /** Header fields with validators, or none. @default an entity tag for each version */
  readonly fields?: (version: number) => string;
}

/** Returns the content of a version of the entity. */
export function entityBytes(size: number, version: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = (version + 1) * 0x9e3779b1;
  for (let i = 0; i < size; i++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Starts the server. */
export function entityServer(faults: readonly Fault[], options: EntityOptions = {}): EntityServer {
  const { size = 300_000, fields = (version) => `ETag: "v${version}"\r\n` } = options;
  const versions = [entityBytes(size, 0)];
  const requests: string[] = [];
  const open = new Set<Deno.TcpConn>();
  const served: Promise<void>[] = [];
  const gone = new AbortController();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const current = () => versions.at(-1) ?? new Uint8Array();

  async function answer(conn: Deno.TcpConn, head: string): Promise<void> {
    const fault = faults[requests.length - 1] ?? { kind: "none" };
    if (fault.kind === "change") versions.push(entityBytes(size, versions.length));
    if (fault.kind === "raw") return await writeAll(conn, octets(fault.text));
    if (fault.kind === "status") {
      const text = `HTTP/1.1 ${fault.status} X\r\n${fault.fields ?? ""}Content-Length: 4\r\n\r\nnope`;
      return await writeAll(conn, octets(text));
    }
    const version = versions.length - 1;
    const asked = /^range: bytes=(\d+)-(\d*)\r$/im.exec(head);
    const wanted = /^if-range: (.*)\r$/im.exec(head)?.[1];
    const valid = wanted === undefined || fields(version).includes(wanted) || fault.kind === "other-part";
    const from = Number(asked?.[1] ?? 0);
    const partly = asked && valid && from < size && fault.kind !== "whole";
    const to = partly && asked[2] !== "" ? Math.min(Number(asked[2]), size - 1) : size - 1;
    const other = partly && fault.kind === "other-part";
    const source = other ? entityBytes(size, 1000 + version) : current();
    const shift = fault.kind === "shifted" || fault.kind === "lying-length" ? fault.by : 0;
    const start = partly ? Math.max(0, from - shift) : 0;
    const body = source.subarray(start, to + 1);
    const said = fault.kind === "lying-length" ? from : start;
    const length = body.length + (fault.kind === "longer" ? fault.by : 0);
    const framing = fault.kind === "chunked" ? "Transfer-Encoding: chunked\r\n" : `Content-Length: ${length}\r\n`;
    const tag = other ? 'ETag: "other"\r\n' : fields(version);
    const first = partly
      ? `HTTP/1.1 206 Partial Content\r\nContent-Range: bytes ${said}-${to}/${size}\r\n`
      : "HTTP/1.1 200 OK\r\n";
    await writeAll(conn, octets(`${first}${tag}${framing}\r\n`));
    if (fault.kind === "chunked") return await writeChunks(conn, body, fault.cut);
    const cut = "after" in fault ? Math.min(fault.after, body.length) : body.length;
    await writeAll(conn, body.subarray(0, cut));
    if (fault.kind === "stall") {
      const over = new Promise((resolve) => gone.signal.addEventListener("abort", resolve));
      await (fault.until ? Promise.race([fault.until, over]) : over);
    }
  }

  async function serve(conn: Deno.TcpConn): Promise<void> {
    open.add(conn);
    try {
      let head = "";
      // Closing with unread data makes the system send a reset.
      const resets = faults[requests.length]?.kind === "reset";
      while (!head.endsWith(resets ? "\r\n\r" : "\r\n\r\n")) {
        const piece = new Uint8Array(resets ? 1 : 16 * 1024);
        const count = await conn.read(piece);
        if (count === null) return;
        head += octetText(piece.subarray(0, count));
      }
      requests.push(head);
      await answer(conn, head);
    } catch {
      // The client has disconnected.
    } finally {
      open.delete(conn);
      closeQuietly(conn);
    }
  }

  const loop = (async () => {
    for await (const conn of listener) served.push(serve(conn));
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}/dir/file.bin`,
    get bytes() {
      return current();
    },
    requests,
    async [Symbol.asyncDispose]() {
      gone.abort();
      listener.close();
      await loop;
      open.forEach(closeQuietly);
      await Promise.all(served);
    },
  };
}

async function writeChunks(conn: Deno.TcpConn, body: Uint8Array, cut = Infinity): Promise<void> {
  for (let at = 0; at < body.length && at < cut; at += 30_000) {
    const piece = body.subarray(at, Math.min(at + 30_000, body.length));
    await writeAll(conn, octets(`${piece.length.toString(16)}\r\n`));
    await writeAll(conn, piece);
    await writeAll(conn, octets("\r\n"));
  }
  if (cut === Infinity) await writeAll(conn, octets("0\r\n\r\n"));
}
