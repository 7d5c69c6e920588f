import { ByteReader, closeQuietly, writeAll } from "../../lib/core/mod.ts";

/** A client that sends the exact bytes of a test. */
export interface RawSmtp extends Disposable {
  /** Sends text, one byte for each character. */
  say(text: string): Promise<void>;
  /** Returns the next reply with all of its lines, separated by LF; empty when the server has closed. */
  reply(): Promise<string>;
  /** Sends text and returns the reply. */
  ask(text: string): Promise<string>;
  /** The connection. */
  readonly conn: Deno.Conn;
}

/** Connects and reads the greeting. */
export async function rawSmtp(port: number, greeting = true): Promise<RawSmtp> {
  return await speak(await Deno.connect({ hostname: "127.0.0.1", port }), greeting);
}

/** Wraps a connection. */
export async function speak(conn: Deno.Conn, greeting: boolean): Promise<RawSmtp> {
  const reader = new ByteReader(conn, "the server");
  const client: RawSmtp = {
    conn,
    say: (text) => writeAll(conn, Uint8Array.from(text, (char) => char.charCodeAt(0))),
    async reply() {
      const lines: string[] = [];
      while (true) {
        const line = await reader.readLine(10_000).catch(() => null);
        if (!line) return lines.join("\n");
        lines.push(new TextDecoder().decode(line));
        if (line[3] !== 45) return lines.join("\n");
      }
    },
    async ask(text) {
      await client.say(text);
      return await client.reply();
    },
    [Symbol.dispose]: () => closeQuietly(conn),
  };
  if (greeting) await client.reply();
  return client;
}
