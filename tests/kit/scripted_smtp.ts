import { ByteReader, closeQuietly, type HostPort, writeAll } from "../../lib/core/mod.ts";

/** The server's side of one connection, for a script. */
export interface SmtpWire {
  /** Sends this, byte for byte. */
  say(text: string): Promise<void>;
  /** The next line from the client, without its end; null when it has gone. */
  line(): Promise<string | null>;
  /** Reads lines up to one that is this. */
  until(line: string): Promise<string[]>;
  /** Ends the connection. */
  close(): void;
  /** Waits for the client to go. */
  gone(): Promise<void>;
  /** Which connection this is, from 0. */
  readonly number: number;
}

/** A server that does what a script says, right or wrong. */
export interface ScriptedSmtp extends AsyncDisposable {
  /** Where it listens. */
  readonly address: HostPort;
  /** All lines that it got, over all connections. */
  readonly lines: readonly string[];
  /** How many connections there were. */
  readonly connections: number;
}

/** Starts one; the script runs for each connection. */
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
      // The client went away first.
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

/** How a well-behaved server answers, by the first word; a script changes single answers. */
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

/** What a script does instead of answering. */
export type Mischief = string | ((wire: SmtpWire, line: string) => Promise<void> | void);

/** A server that behaves, but for what is said of single words. */
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
