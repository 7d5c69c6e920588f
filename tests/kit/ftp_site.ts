import { ByteReader, closeQuietly, writeAll } from "../../lib/core/mod.ts";

/** A fault of the server in one transfer. */
export type FtpFault =
  | { readonly kind: "none" }
  /** Closes the data connection after this number of bytes, and replies 426. */
  | { readonly kind: "abort"; readonly after: number }
  /** Closes both connections after this number of bytes. */
  | { readonly kind: "cut"; readonly after: number }
  /** Sends all, and closes the control connection instead of confirming it. */
  | { readonly kind: "unconfirmed" }
  /** Stalls after this number of bytes. */
  | { readonly kind: "stall"; readonly after: number }
  /** Rejects the transfer with this reply. */
  | { readonly kind: "reply"; readonly reply: string }
  /** Changes the file permanently before the reply to its size. */
  | { readonly kind: "change" }
  /** Sends this number of bytes more than the file has. */
  | { readonly kind: "longer"; readonly by: number };

/** Options of {@link ftpSite}. */
export interface FtpSiteOptions {
  /** Faults of the transfers in turn; later ones have none. */
  readonly faults?: readonly FtpFault[];
  /** User and password; without them any are accepted. */
  readonly login?: readonly [user: string, password: string];
  /** Whether it has `MLST` and `MLSD`, or `SIZE` and `MDTM` with `LIST`, or `LIST` alone. @default "mlst" */
  readonly has?: "mlst" | "size" | "list";
  /** Lines of a listing in place of those of the files. */
  readonly listing?: readonly string[];
  /** Replies to commands in place of its own; null closes the connection. */
  readonly replies?: Readonly<Record<string, string | null>>;
}

/** An FTP server with files in one folder, for tests. */
export interface FtpSite extends AsyncDisposable {
  /** URL of its folder. */
  readonly url: string;
  /** Its port. */
  readonly port: number;
  /** Commands received, over all connections. */
  readonly commands: readonly string[];
  /** Number of control connections. */
  readonly connections: number;
  /** Replaces a file. */
  put(name: string, bytes: Uint8Array): void;
}

interface Closable {
  close(): void;
}

interface File {
  readonly bytes: Uint8Array;
  /** Seconds of its time. */
  readonly second: number;
}

const FEATURES = { mlst: " MLST type*;size*;modify*;\r\n", size: " SIZE\r\n MDTM\r\n REST STREAM\r\n", list: "" };

/** Starts the server. */
export function ftpSite(content: Readonly<Record<string, string | Uint8Array>>, options: FtpSiteOptions = {}): FtpSite {
  const { faults = [], login, has = "mlst", listing, replies = {} } = options;
  const files = new Map<string, File>();
  let changes = 0;
  const put = (name: string, bytes: Uint8Array) => void files.set(name, { bytes, second: changes++ });
  const encoder = new TextEncoder();
  for (const [name, given] of Object.entries(content)) {
    put(name, typeof given === "string" ? encoder.encode(given) : given);
  }
  const commands: string[] = [];
  const open = new Set<Closable>();
  const runs: Promise<void>[] = [];
  const gone = Promise.withResolvers<void>();
  const applied = new Set<number>();
  let connections = 0;
  let transfers = 0;
  const keep = <T extends Closable>(closer: T): T => (open.add(closer), closer);

  async function serve(control: Deno.TcpConn): Promise<void> {
    const reader = new ByteReader(control, "the client");
    const say = (reply: string) => writeAll(control, encoder.encode(`${reply}\r\n`));
    let passive: Deno.TcpListener | undefined;
    let rest = 0;
    let user = "";

    async function send(bytes: Uint8Array, fault: FtpFault): Promise<boolean> {
      if (fault.kind === "reply") return await say(fault.reply), true;
      const listener = passive;
      if (!listener) return await say("425 Use EPSV first"), true;
      await say("150 Here it comes");
      using data = keep(await listener.accept());
      closeQuietly(listener);
      passive = undefined;
      const more = fault.kind === "longer" ? new Uint8Array(fault.by) : new Uint8Array();
      const whole = new Uint8Array([...bytes, ...more]);
      await writeAll(data, "after" in fault ? whole.subarray(0, fault.after) : whole);
      if (fault.kind === "stall") return await gone.promise, false;
      closeQuietly(data);
      if (fault.kind === "cut" || fault.kind === "unconfirmed") return false;
      await say(fault.kind === "abort" ? "426 Connection closed; transfer aborted" : "226 Transfer complete");
      return true;
    }

    /** Handles a command; returns whether the connection stays open. */
    async function obey(verb: string, argument: string): Promise<boolean> {
      const own = replies[verb];
      if (own !== undefined) return own !== null && (await say(own), true);
      const name = argument.replace(/^.*\//, "");
      const file = files.get(name);
      const facts = (found: File) => `type=file;size=${found.bytes.length};modify=${timeOf(found)};`;
      switch (verb) {
        case "USER":
          user = argument;
          return await say("331 Password please"), true;
        case "PASS": {
          const known = !login || (user === login[0] && argument === login[1]);
          return await say(known ? "230 Welcome" : "530 Login incorrect"), true;
        }
        case "FEAT":
          return await say(`211-Features\r\n${FEATURES[has]} EPSV\r\n211 End`), true;
        case "OPTS":
        case "TYPE":
          return await say("200 OK"), true;
        case "PWD":
          return await say('257 "/" is the folder'), true;
        case "CWD":
          return await say(!/(?:^|\/)\./.test(argument) && !file ? "250 OK" : "550 No such folder"), true;
        case "MLST": {
          if (has !== "mlst") return await say("500 Unknown command"), true;
          const fault = faults[transfers];
          if (fault?.kind === "change" && file && !applied.has(transfers)) {
            applied.add(transfers);
            put(name, file.bytes.map((byte) => byte ^ 1));
          }
          const found = files.get(name);
          const folder = name === "" || name === "sub";
          if (folder) return await say(`250-Listing\r\n type=dir; ${argument}\r\n250 End`), true;
          return await say(found ? `250-Listing\r\n ${facts(found)} ${argument}\r\n250 End` : "550 No such file"), true;
        }
        case "SIZE":
          if (has !== "size") return await say("500 Unknown command"), true;
          return await say(file ? `213 ${file.bytes.length}` : "550 No such file"), true;
        case "MDTM":
          if (has !== "size") return await say("500 Unknown command"), true;
          return await say(file ? `213 ${timeOf(file)}` : "550 No such file"), true;
        case "EPSV":
          passive = keep(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
          return await say(`229 Entering Extended Passive Mode (|||${passive.addr.port}|)`), true;
        case "REST":
          rest = Number(argument);
          return await say("350 Restarting"), true;
        case "RETR": {
          const from = rest;
          rest = 0;
          const fault = faults[transfers++] ?? { kind: "none" };
          if (!file) return await say("550 No such file"), true;
          return await send(file.bytes.subarray(from), fault);
        }
        case "MLSD":
        case "LIST": {
          if (verb === "MLSD" && has !== "mlst") return await say("500 Unknown command"), true;
          const lines = listing ??
            [...files].map(([file, found]) =>
              verb === "MLSD"
                ? `${facts(found)} ${file}`
                : `-rw-r--r-- 1 ftp ftp ${found.bytes.length} Jan  1  2020 ${file}`
            );
          return await send(encoder.encode(lines.map((line) => `${line}\r\n`).join("")), { kind: "none" });
        }
        case "QUIT":
          await say("221 Goodbye");
          return false;
        default:
          return await say("500 Unknown command"), true;
      }
    }

    try {
      await say(replies.greeting ?? "220 Ready");
      for (let line = await reader.readLine(8192); line !== null; line = await reader.readLine(8192)) {
        const text = new TextDecoder().decode(line);
        commands.push(text);
        const [, verb = "", argument = ""] = /^(\S*) ?(.*)$/s.exec(text) ?? [];
        if (!await obey(verb.toUpperCase(), argument)) return;
      }
    } catch {
      // The client has disconnected first.
    } finally {
      if (passive) closeQuietly(passive);
      closeQuietly(control);
      open.delete(control);
    }
  }

  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accept = async () => {
    for await (const conn of listener) {
      connections++;
      runs.push(serve(keep(conn)));
    }
  };
  const accepted = accept().catch(() => {});
  const { port } = listener.addr;
  return {
    url: `ftp://127.0.0.1:${port}/`,
    port,
    commands,
    put,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      gone.resolve();
      closeQuietly(listener);
      for (const closer of open) closeQuietly(closer);
      await accepted;
      await Promise.all(runs);
    },
  };
}

/** Returns the time of a file: in 2020, a second later for each change. */
function timeOf({ second }: File): string {
  return `202001010000${String(second % 60).padStart(2, "0")}`;
}
