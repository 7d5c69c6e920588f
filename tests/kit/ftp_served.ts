import { ByteReader, closeQuietly, type Connection, dial, writeAll } from "../../lib/core/mod.ts";
import type { FileServerOptions } from "../../lib/file/mod.ts";
import { parseEpsvReply } from "../../lib/ftp/internal.ts";
import { octets, octetText, readToEnd } from "./raw.ts";
import { type Served, served } from "./served.ts";

/** File server with a door for FTP. */
export interface FtpServed extends Served {
  /** Port for FTP. */
  readonly ftpPort: number;
}

/** Serves files over HTTP and FTP, see {@link served}. */
export async function ftpServed(
  files: Readonly<Record<string, string>>,
  options: FileServerOptions = {},
): Promise<FtpServed> {
  const site = await served(files, { ftp: { listen: "127.0.0.1:0" }, ...options });
  return Object.assign(site, { ftpPort: site.server.ftp[0]?.port ?? 0 });
}

/** FTP client that sends the exact bytes of a test. */
export class RawFtp implements Disposable {
  /** Control connection. */
  readonly conn: Pick<Deno.Conn, "read" | "write" | "close">;
  readonly #reader: ByteReader;

  /** Speaks over a connection. */
  constructor(conn: Pick<Deno.Conn, "read" | "write" | "close">) {
    this.conn = conn;
    this.#reader = new ByteReader(conn, "the server");
  }

  /** Connects, and reads the greeting. */
  static async connect(port: number): Promise<RawFtp> {
    const client = new RawFtp(await Deno.connect({ hostname: "127.0.0.1", port }));
    await client.reply();
    return client;
  }

  /** Connects, and logs in. */
  static async login(port: number, user = "ada", password = "s3cret"): Promise<RawFtp> {
    const client = await RawFtp.connect(port);
    await client.ask(`USER ${user}`);
    const reply = await client.ask(`PASS ${password}`);
    if (!reply.startsWith("230 ")) throw new Error(reply);
    return client;
  }

  /** Sends text, one byte for each character. */
  async say(text: string): Promise<void> {
    await writeAll(this.conn, octets(text));
  }

  /** Returns the next reply with all of its lines, separated by LF; empty when the server has closed. */
  async reply(): Promise<string> {
    const lines: string[] = [];
    while (true) {
      const line = await this.#reader.readLine(100_000).catch(() => null);
      if (!line) return lines.join("\n");
      lines.push(octetText(line));
      if (/^\d{3} /.test(lines.at(-1) ?? "")) return lines.join("\n");
    }
  }

  /** Sends a command, one byte for each character, and returns the reply. */
  async ask(command: string): Promise<string> {
    await this.say(`${command}\r\n`).catch(() => {});
    return await this.reply();
  }

  /** Sends a command as UTF-8, and returns the code of the reply. */
  async code(command: string): Promise<number> {
    return Number((await this.ask(octetText(new TextEncoder().encode(command)))).slice(0, 3));
  }

  /** Returns the port that the server waits on for a data connection. */
  async passive(): Promise<number> {
    const reply = await this.ask("EPSV");
    const port = parseEpsvReply(reply);
    if (port === undefined) throw new Error(reply);
    return port;
  }

  /** Opens a data connection. */
  async open(): Promise<Deno.TcpConn> {
    return await Deno.connect({ hostname: "127.0.0.1", port: await this.passive() });
  }

  /** Returns what a command sends on a data connection, one character for each byte, and the last reply. */
  async receive(command: string): Promise<{ data: string; reply: string }> {
    const data = await this.open();
    try {
      const opening = await this.ask(octetText(new TextEncoder().encode(command)));
      if (!opening.startsWith("150")) return { data: "", reply: opening };
      return { data: await readToEnd(data), reply: await this.reply() };
    } finally {
      closeQuietly(data);
    }
  }

  /** Sends text on a data connection, and returns the last reply. */
  async send(command: string, text: string): Promise<string> {
    const data = await this.open();
    try {
      const opening = await this.ask(octetText(new TextEncoder().encode(command)));
      if (!opening.startsWith("150")) return opening;
      await writeAll(data, octets(text));
      await data.closeWrite();
      return await this.reply();
    } finally {
      closeQuietly(data);
    }
  }

  /** Closes the control connection. */
  [Symbol.dispose](): void {
    closeQuietly(this.conn);
  }
}

/** Connects with TLS to a server that is trusted by its pin. */
export async function secureFtp(port: number, pin: string): Promise<RawFtp> {
  const connection: Connection = await dial(`127.0.0.1:${port}`, { tls: { pin } });
  const client = new RawFtp(connection);
  await client.reply();
  return client;
}
