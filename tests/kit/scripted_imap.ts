import { ByteReader, closeQuietly, type HostPort, type KeyPair, TlsEngine, writeAll } from "../../lib/core/mod.ts";

type ServerConn = Pick<Deno.Conn, "read" | "write" | "close">;

/** The server side of a connection, for a script. */
export interface ImapWire {
  /** Sends text, one byte for each character. */
  say(text: string): Promise<void>;
  /** Returns the next line of the client, without its line end; null when it has disconnected. */
  line(): Promise<string | null>;
  /** Waits for the client to disconnect. */
  gone(): Promise<void>;
  /** Closes the connection. */
  close(): void;
  /** Does the handshake of TLS. */
  secure(): Promise<void>;
}

/** A response in place of that of a correct server, with `TAG` for the tag of the command; or an action of a script. */
export type ImapMischief = string | ((wire: ImapWire, tag: string, rest: string) => Promise<void> | void);

/** Options of {@link scriptedImap}. */
export interface ImapScript {
  /** Responses or actions by command, such as `UID FETCH`, in place of those of a correct server; `greeting` is one, too. */
  readonly changes?: Readonly<Record<string, ImapMischief>>;
  /** Capabilities. @default IMAP4rev1 and what {@link IMAP_CAPABILITIES} has */
  readonly capabilities?: string;
  /** Messages, by UID in ascending order. @default one, with UID 7 */
  readonly mails?: Readonly<Record<number, string>>;
  /** Certificate for STARTTLS. */
  readonly tls?: Pick<KeyPair, "cert" | "key">;
}

/** A scripted IMAP server. */
export interface ScriptedImap extends AsyncDisposable {
  /** Its address. */
  readonly address: HostPort;
  /** Lines that it received, over all connections, without their tags. */
  readonly lines: readonly string[];
}

/** Capabilities of the server unless others are given. */
export const IMAP_CAPABILITIES = "IMAP4rev1 AUTH=PLAIN SASL-IR LITERAL+ IDLE UIDPLUS MOVE";

const MAILS = { 7: "Subject: hello\r\n\r\nworld\r\n" };

/** Starts a correct server, with other responses or actions for some commands. */
export function scriptedImap(
  { changes = {}, capabilities = IMAP_CAPABILITIES, mails = MAILS, tls }: ImapScript = {},
): ScriptedImap {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const engine = tls && new TlsEngine(tls);
  const ending = new AbortController();
  const lines: string[] = [];
  const open = new Set<{ close(): void }>();
  const runs: Promise<void>[] = [];
  const answers: Record<string, ImapMischief> = { ...goodAnswers(capabilities, mails), ...changes };

  const serve = async (accepted: Deno.Conn) => {
    let conn: ServerConn = accepted;
    let reader = new ByteReader(conn, "the client");
    const wire: ImapWire = {
      say: (text) => writeAll(conn, Uint8Array.from(text, (char) => char.charCodeAt(0))),
      async line() {
        const bytes = await reader.readLine(1 << 20);
        return bytes && new TextDecoder().decode(bytes);
      },
      async gone() {
        while (await reader.readLine(1 << 20) !== null);
      },
      close: () => closeQuietly(conn),
      async secure() {
        if (!engine) throw new Error("no certificate");
        const { transport } = await engine.secure(accepted, ending.signal);
        open.add(transport);
        conn = transport;
        reader = new ByteReader(conn, "the client");
      },
    };
    const answer = async (name: string, tag: string, rest: string) => {
      const how = answers[name] ?? "TAG BAD unknown command\r\n";
      if (typeof how === "string") await wire.say(how.replaceAll("TAG", tag));
      else await how(wire, tag, rest);
    };
    try {
      await answer("greeting", "", "");
      for (let line = await wire.line(); line !== null; line = await wire.line()) {
        const [tag = "", rest = ""] = line.split(/ (.*)/s);
        lines.push(rest);
        const name = /^(?:UID )?\S*/i.exec(rest)?.[0].toUpperCase() ?? "";
        await answer(name, tag, rest);
        if (name === "LOGOUT") break;
      }
    } catch {
      // The client has disconnected first.
    } finally {
      closeQuietly(conn);
      closeQuietly(accepted);
    }
  };
  const accept = async () => {
    for await (const conn of listener) {
      open.add(conn);
      runs.push(serve(conn));
    }
  };
  const accepted = accept().catch(() => {});
  return {
    address: { transport: "ip", host: "127.0.0.1", port: listener.addr.port },
    lines,
    async [Symbol.asyncDispose]() {
      closeQuietly(listener);
      ending.abort();
      for (const conn of open) closeQuietly(conn);
      await accepted;
      await Promise.all(runs);
      engine?.[Symbol.dispose]();
    },
  };
}

function goodAnswers(capabilities: string, mails: Readonly<Record<number, string>>): Record<string, ImapMischief> {
  // A test may add messages.
  const all = () => Object.keys(mails).map(Number);
  const uids = all();
  const done = "TAG OK done\r\n";
  const opened = `* ${uids.length} EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen \\Deleted)\r\n* OK [UIDVALIDITY 3] ok\r\n` +
    `* OK [UIDNEXT ${(uids.at(-1) ?? 0) + 1}] ok\r\n`;
  return {
    greeting: `* OK [CAPABILITY ${capabilities}] ready\r\n`,
    CAPABILITY: `* CAPABILITY ${capabilities}\r\n${done}`,
    STARTTLS: async (wire, tag) => {
      await wire.say(`${tag} OK go\r\n`);
      await wire.secure();
    },
    AUTHENTICATE: done,
    LOGIN: done,
    LIST: `* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST () "/" "Entw&APw-rfe"\r\n${done}`,
    EXAMINE: `${opened}TAG OK [READ-ONLY] done\r\n`,
    SELECT: `${opened}TAG OK [READ-WRITE] done\r\n`,
    "UID SEARCH": async (wire, tag, rest) => {
      const [, from = "1"] = /UID (\d+):\*/.exec(rest) ?? [];
      const found = all().filter((uid, index, { length }) => uid >= Number(from) || index === length - 1);
      await wire.say(`* SEARCH ${found.join(" ")}\r\n${tag} OK done\r\n`);
    },
    "UID FETCH": async (wire, tag, rest) => {
      const [, set = ""] = /^UID FETCH (\S+)/i.exec(rest) ?? [];
      for (const [index, uid] of all().entries()) {
        if (!contains(set, uid)) continue;
        const mail = mails[uid] ?? "";
        const head = mail.slice(0, mail.indexOf("\r\n\r\n") + 4);
        const bytes = /\[\]/.test(rest) ? mail : head;
        const section = /BODY\.PEEK(\[.*\])/i.exec(rest)?.[1];
        const body = section === undefined ? "" : ` BODY${section} {${bytes.length}}\r\n${bytes}`;
        await wire.say(`* ${index + 1} FETCH (UID ${uid} FLAGS () RFC822.SIZE ${mail.length}${body})\r\n`);
      }
      await wire.say(`${tag} OK done\r\n`);
    },
    "UID STORE": done,
    "UID COPY": done,
    "UID MOVE": `* 1 EXPUNGE\r\n${done}`,
    "UID EXPUNGE": `* 1 EXPUNGE\r\n${done}`,
    EXPUNGE: `* 1 EXPUNGE\r\n${done}`,
    NOOP: done,
    IDLE: async (wire, tag) => {
      await wire.say(`+ idling\r\n* ${uids.length + 1} EXISTS\r\n`);
      if (await wire.line() === "DONE") await wire.say(`${tag} OK done\r\n`);
    },
    LOGOUT: `* BYE bye\r\n${done}`,
  };
}

function contains(set: string, uid: number): boolean {
  return set.split(",").some((range) => {
    const [from = 0, to = from] = range.split(":").map((end) => end === "*" ? Infinity : Number(end));
    return uid >= from && uid <= to;
  });
}
