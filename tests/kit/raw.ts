import { closeQuietly, concat, writeAll } from "../../lib/core/mod.ts";

/** Text as bytes, one for each character. */
export function octets(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Bytes as text, one character for each. */
export function octetText(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => String.fromCharCode(octet)).join("");
}

/** Sends this to a port of this machine, and gives all that comes back until the other end closes. */
export async function rawExchange(
  port: number,
  text: string,
  options: { readonly end?: boolean } = {},
): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  // Who is refused early may reset what is still being sent.
  const sent = writeAll(conn, octets(text)).then(() => options.end ? conn.closeWrite() : undefined).catch(() => {});
  const heard = await readToEnd(conn);
  await sent;
  return heard;
}

/** All that comes until the other end closes, or resets. */
export async function readToEnd(conn: Deno.Conn): Promise<string> {
  const pieces: Uint8Array[] = [];
  while (true) {
    const piece = new Uint8Array(64 * 1024);
    const count = await conn.read(piece).catch(() => null);
    if (count === null) return octetText(concat(pieces));
    pieces.push(piece.subarray(0, count));
  }
}

/** Reads until what came matches, and gives it all. */
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

/** A server that does what a test says. */
export interface ScriptedServer extends AsyncDisposable {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  /** How many clients have come. */
  readonly clients: number;
}

/** Does this with each client, and closes the connection then. A client that goes away is part of many scripts. */
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
      // It went away.
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

/** Answers each client with this once it has sent a whole head. */
export function answering(...answers: readonly string[]): ScriptedServer {
  return scriptedServer(async (conn, client) => {
    await readUntil(conn, /\r\n\r\n/);
    await writeAll(conn, octets(answers[Math.min(client, answers.length - 1)] ?? ""));
  });
}
