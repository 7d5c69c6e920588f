import { ByteReader, closeQuietly, type HostPort, type KeyPair, TlsEngine, writeAll } from "../../lib/core/mod.ts";
import { goodReplies } from "./ftp_replies.ts";

type ServerConn = Pick<Deno.Conn, "read" | "write" | "close">;

/** The server side of a control connection, for a script. */
export interface FtpWire {
  /** Number of the connection, from 0. */
  readonly number: number;
  /** Sends text, one byte for each character. */
  say(text: string): Promise<void>;
  /** Returns the next line of the client, without its line end; null when it has disconnected. */
  line(): Promise<string | null>;
  /** Returns what was received behind the last line. */
  pending(): string;
  /** Returns the next line without consuming it. */
  peek(): Promise<string | null>;
  /** Waits for the client to disconnect. */
  gone(): Promise<void>;
  /** Closes the control connection. */
  close(): void;
  /** Does the handshake of TLS on the control connection. */
  secure(): Promise<void>;
  /** Opens a passive port for one data connection, and returns it. */
  passive(): number;
  /** Waits for the data connection, and does the handshake of TLS if `PROT P` was requested. */
  data(): Promise<ServerConn>;
  /** Closes the data connection beneath TLS, without close_notify. */
  cut(): void;
  /** Offset of `REST`, once. */
  restart(): number;
  /** Current folder. */
  folder: string;
  /** Certificate of data connections, if it is not that of the control connection. */
  dataCertificate?: Pick<KeyPair, "cert" | "key">;
}

/** Action of a script in place of a reply. */
export type FtpMischief = string | ((wire: FtpWire, argument: string, server: ScriptedFtp) => Promise<void> | void);

/** Options of {@link scriptedFtp}. */
export interface FtpScript {
  /** Replies or actions by verb, in place of those of a correct server; `greeting` is one, too. */
  readonly changes?: Readonly<Record<string, FtpMischief>>;
  /** Content of files by their absolute path, one byte for each character. A path that ends with a slash is a folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** Certificate for `AUTH TLS`. */
  readonly tls?: Pick<KeyPair, "cert" | "key">;
  /** Whether TLS begins with the first byte. */
  readonly implicit?: boolean;
  /** Called with each command, before it is answered. */
  readonly received?: (wire: FtpWire) => void;
  /** Address to listen on. @default "127.0.0.1" */
  readonly hostname?: string;
  /** Lines of `FEAT`. @default MLST, SIZE, MDTM, REST STREAM, UTF8 */
  readonly features?: readonly string[];
}

/** A scripted FTP server. */
export interface ScriptedFtp extends AsyncDisposable {
  /** Its address. */
  readonly address: HostPort;
  /** Lines that it received, over all control connections. */
  readonly lines: readonly string[];
  /** Number of control connections. */
  readonly connections: number;
  /** Files, with those that were stored. */
  readonly files: Map<string, string>;
}

/** Features of the server unless others are given. */
export const FTP_FEATURES = ["MLST type*;size*;modify*;", "SIZE", "MDTM", "REST STREAM", "UTF8"];

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** Starts a correct server, with other replies or actions for some commands. */
export function scriptedFtp(
  { changes = {}, files: given = {}, tls, implicit, received, hostname = "127.0.0.1", features = FTP_FEATURES }:
    FtpScript = {},
): ScriptedFtp {
  const listener = Deno.listen({ hostname, port: 0 });
  const engines = new Map<unknown, TlsEngine>();
  const ending = new AbortController();
  const lines: string[] = [];
  const files = new Map(Object.entries(given));
  const open = new Set<{ close(): void }>();
  const runs: Promise<void>[] = [];
  let connections = 0;

  const secured = async (conn: Deno.Conn, certificate: Pick<KeyPair, "cert" | "key"> | undefined) => {
    if (!certificate) throw new Error("no certificate");
    const engine = engines.get(certificate) ?? new TlsEngine(certificate);
    engines.set(certificate, engine);
    const { transport } = await engine.secure(conn, ending.signal);
    open.add(transport);
    return transport;
  };

  const serve = async (accepted: Deno.Conn, number: number) => {
    let control: ServerConn = accepted;
    let reader = new ByteReader(control, "the client");
    let port: Deno.TcpListener | undefined;
    let offset = 0;
    let raw: Deno.Conn | undefined;
    let isProtected = false;
    let ahead: string | null | undefined;
    const wire: FtpWire = {
      number,
      folder: "/",
      say: (text) => writeAll(control, bytes(text)),
      async line() {
        const line = await wire.peek();
        ahead = undefined;
        if (line !== null) lines.push(line);
        return line;
      },
      pending: () => (ahead ?? "") + new TextDecoder().decode(reader.rest()),
      async peek() {
        if (ahead !== undefined) return ahead;
        const line = await reader.readLine(1 << 20);
        return ahead = line && new TextDecoder().decode(line);
      },
      async gone() {
        while (await reader.readLine(1 << 20) !== null);
      },
      close: () => closeQuietly(control),
      async secure() {
        control = await secured(accepted, tls);
        reader = new ByteReader(control, "the client");
      },
      passive() {
        if (port) closeQuietly(port);
        port = Deno.listen({ hostname, port: 0 });
        open.add(port);
        return port.addr.port;
      },
      async data() {
        if (!port) throw new Error("no passive port");
        const conn = raw = await port.accept();
        closeQuietly(port);
        open.add(conn);
        return isProtected ? await secured(conn, wire.dataCertificate ?? tls) : conn;
      },
      cut: () => raw && closeQuietly(raw),
      restart: () => [offset, offset = 0][0] ?? 0,
    };
    const good: Record<string, FtpMischief> = {
      ...goodReplies(files, features),
      AUTH: async () => {
        await wire.say("234 Proceed with negotiation\r\n");
        await wire.secure();
      },
      PROT: async (_, argument) => {
        isProtected = argument === "P";
        await wire.say("200 Protection set\r\n");
      },
      REST: async (_, argument) => {
        offset = Number(argument);
        await wire.say("350 Restart position accepted\r\n");
      },
    };
    const answers: Record<string, FtpMischief> = { ...good, ...changes };
    const answer = async (verb: string, argument: string) => {
      const how = answers[verb] ?? "502 Command not implemented\r\n";
      if (typeof how === "string") await wire.say(how);
      else await how(wire, argument, server);
    };
    try {
      if (implicit) await wire.secure();
      await answer("greeting", "");
      for (let line = await wire.line(); line !== null; line = await wire.line()) {
        const [, verb = "", argument = ""] = /^(\S*) ?(.*)$/s.exec(line) ?? [];
        received?.(wire);
        await answer(verb, argument);
        if (verb === "QUIT") break;
      }
    } catch {
      // The client has disconnected first.
    } finally {
      [control, accepted, ...(port ? [port] : [])].forEach(closeQuietly);
    }
  };
  const accept = async () => {
    for await (const conn of listener) {
      // Replies to commands that came together are sent one by one.
      conn.setNoDelay(true);
      open.add(conn);
      runs.push(serve(conn, connections++));
    }
  };
  const accepted = accept().catch(() => {});
  const server: ScriptedFtp = {
    address: { transport: "ip", host: hostname, port: listener.addr.port },
    lines,
    files,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      closeQuietly(listener);
      ending.abort();
      for (const closable of open) closeQuietly(closable);
      await accepted;
      await Promise.all(runs);
      for (const engine of engines.values()) engine[Symbol.dispose]();
    },
  };
  return server;
}
