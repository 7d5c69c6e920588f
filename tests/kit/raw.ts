import { closeQuietly, concat, writeAll } from "../../lib/core/mod.ts";

/** Encodes text, one byte for each character. */
export function octets(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Decodes bytes, one character for each. */
export function octetText(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => String.fromCharCode(octet)).join("");
}

/** Sends bytes to a port of this machine, and returns everything received until the peer closes. */
export async function rawExchange(
  port: number,
  text: string,
  options: { readonly end?: boolean } = {},
): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  // An early rejection can reset the connection while data is still being sent.
  const sent = writeAll(conn, octets(text)).then(() => options.end ? conn.closeWrite() : undefined).catch(() => {});
  const heard = await readToEnd(conn);
  await sent;
  return heard;
}

/** Reads until the peer closes or resets the connection. */
export async function readToEnd(conn: Deno.Conn): Promise<string> {
  const pieces: Uint8Array[] = [];
  while (true) {
    const piece = new Uint8Array(64 * 1024);
    const count = await conn.read(piece).catch(() => null);
    if (count === null) return octetText(concat(pieces));
    pieces.push(piece.subarray(0, count));
  }
}

/** Reads until the received text matches, and returns it. */
export async function readUntil(conn: Deno.Conn, pattern: RegExp): Promise<string> {
  let text = "";
  while (!pattern.test(text)) {
    const piece = new Uint8Array(16 * 1024);
    const count = await conn.read(piece);
    if (count === null) throw new Error(`the end came before ${pattern}: ${JSON.stringify(text)}`);
    text += octetText(piece.subarray(0, count));
  }
  return text;
}

/** A scripted server. */
export interface ScriptedServer extends AsyncDisposable {
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** Number of clients so far. */
  readonly clients: number;
}

/**
 * Calls a function with each client, and closes the connection afterwards. Errors of clients that disconnect are
 * ignored.
 */
export function scriptedServer(script: (conn: Deno.TcpConn, client: number) => Promise<void>): ScriptedServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();
  const served: Promise<void>[] = [];
  let clients = 0;
  const serve = async (conn: Deno.TcpConn) => {
    open.add(conn);
    try {
      await script(conn, clients++);
    } catch {
      // It has disconnected.
    } finally {
      open.delete(conn);
      closeQuietly(conn);
    }
  };
  const loop = (async () => {
    for await (const conn of listener) served.push(serve(conn));
  })();
  return {
    port: listener.addr.port,
    get clients() {
      return clients;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await loop;
      open.forEach(closeQuietly);
      await Promise.all(served);
    },
  };
}

/** Responds to each client with these bytes once it has sent a complete head. */
export function answering(...answers: readonly string[]): ScriptedServer {
  return scriptedServer(async (conn, client) => {
    await readUntil(conn, /\r\n\r\n/);
    await writeAll(conn, octets(answers[Math.min(client, answers.length - 1)] ?? ""));
  });
}
