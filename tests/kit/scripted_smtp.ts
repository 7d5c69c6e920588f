import { ByteReader, closeQuietly, type HostPort, writeAll } from "../../lib/core/mod.ts";

/** The server side of a connection, for a script. */
export interface SmtpWire {
  /** Sends text, one byte for each character. */
  say(text: string): Promise<void>;
  /** Returns the next line from the client, without its line end; null when it has disconnected. */
  line(): Promise<string | null>;
  /** Reads lines up to the given one. */
  until(line: string): Promise<string[]>;
  /** Ends the connection. */
  close(): void;
  /** Waits for the client to disconnect. */
  gone(): Promise<void>;
  /** Number of the connection, from 0. */
  readonly number: number;
}

/** A scripted SMTP server. */
export interface ScriptedSmtp extends AsyncDisposable {
  /** Its port. */
  readonly address: HostPort;
  /** All received lines, over all connections. */
  readonly lines: readonly string[];
  /** Number of connections. */
  readonly connections: number;
}

/** Starts a server that runs the script for each connection. */
export function scriptedSmtp(script: (wire: SmtpWire) => Promise<void>): ScriptedSmtp {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const lines: string[] = [];
  const open = new Set<Deno.Conn>();
  const runs: Promise<void>[] = [];
  let connections = 0;
  const serve = async (conn: Deno.Conn, number: number) => {
    const reader = new ByteReader(conn, "the client");
    const wire: SmtpWire = {
      number,
      say: (text) => writeAll(conn, Uint8Array.from(text, (char) => char.charCodeAt(0))),
      async line() {
        const bytes = await reader.readLine(1 << 22);
        if (!bytes) return null;
        const text = new TextDecoder().decode(bytes);
        lines.push(text);
        return text;
      },
      async until(wanted) {
        const got: string[] = [];
        for (let line = await wire.line(); line !== null; line = await wire.line()) {
          got.push(line);
          if (line === wanted) break;
        }
        return got;
      },
      close: () => closeQuietly(conn),
      async gone() {
        while (await reader.readLine(1 << 22) !== null);
      },
    };
    try {
      await script(wire);
    } catch {
      // The client has disconnected first.
    } finally {
      closeQuietly(conn);
      open.delete(conn);
    }
  };
  const accept = async () => {
    for await (const conn of listener) {
      open.add(conn);
      runs.push(serve(conn, connections++));
    }
  };
  const accepted = accept().catch(() => {});
  return {
    address: { transport: "ip", host: "127.0.0.1", port: listener.addr.port },
    lines,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      closeQuietly(listener);
      for (const conn of open) closeQuietly(conn);
      await accepted;
      await Promise.all(runs);
    },
  };
}

/** Replies of a correct server by the first word of a command; a script overrides some of them. */
export const GOOD: Readonly<Record<string, string>> = {
  greeting: "220 mx.test ESMTP\r\n",
  EHLO: "250-mx.test\r\n250-PIPELINING\r\n250 SIZE 100000\r\n",
  HELO: "250 mx.test\r\n",
  MAIL: "250 2.1.0 ok\r\n",
  RCPT: "250 2.1.5 ok\r\n",
  DATA: "354 go on\r\n",
  ".": "250 2.0.0 kept\r\n",
  RSET: "250 2.0.0 ok\r\n",
  QUIT: "221 2.0.0 bye\r\n",
};

/** Action of a script in place of a reply. */
export type Mischief = string | ((wire: SmtpWire, line: string) => Promise<void> | void);

/** Starts a correct server, with other replies or actions for some commands. */
export function smtpServer(changes: Readonly<Record<string, Mischief>> = {}): ScriptedSmtp {
  const answers: Record<string, Mischief> = { ...GOOD, ...changes };
  return scriptedSmtp(async (wire) => {
    const answer = async (word: string, line: string) => {
      const how = answers[word] ?? "500 5.5.1 what\r\n";
      if (typeof how === "string") await wire.say(how);
      else await how(wire, line);
    };
    await answer("greeting", "");
    for (let line = await wire.line(); line !== null; line = await wire.line()) {
      const word = line.split(" ")[0] ?? "";
      await answer(word, line);
      if (word === "QUIT") return;
      const data = answers.DATA;
      if (word === "DATA" && typeof data === "string" && data.startsWith("354")) {
        const body = await wire.until(".");
        if (body.at(-1) === ".") await answer(".", "");
      }
    }
  });
}
