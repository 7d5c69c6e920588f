import { formatAddress, UsageError } from "../../core/mod.ts";
import type { MailAuth, MailClientOptions } from "../client/options.ts";
import { connectImap } from "../imap/client/connect.ts";
import { ImapSource } from "../imap/client/source.ts";
import { connectNntp } from "../nntp/client/connect.ts";
import { NntpSource } from "../nntp/client/source.ts";
import { connectPop3 } from "../pop3/client/connect.ts";
import { Pop3Source } from "../pop3/client/source.ts";
import type { MailSource, MailSourceEvent, MailSourceProtocol } from "./source.ts";
import { type MailSourceUrl, parseMailSourceUrl } from "./url.ts";

/** Options of {@link openMailSource}. `timeout` is in milliseconds for each phase, 30000 unless given. */
export interface MailSourceOptions extends Omit<MailClientOptions, "helo" | "auth"> {
  /**
   * Credentials.
   *
   * @default {those of the URL}
   */
  readonly auth?: Pick<MailAuth, "user" | "secret" | "withoutTls">;
  /**
   * Whether messages are to be deleted or marked as read: an IMAP folder is opened for changes then.
   *
   * @default {false}
   */
  readonly writable?: boolean;
  /**
   * Options to open a connection again that is lost while messages are waited for. `delay` is in milliseconds, before the first attempt; it is
   * doubled for each further one, up to a minute.
   *
   * @default {it is not: a loss is an error}
   */
  readonly reconnect?: {
    readonly notify?: (event: MailSourceEvent) => void;
    readonly delay?: number;
  };
}

type Open = (url: MailSourceUrl, options: MailSourceOptions) => Promise<MailSource>;

/** Functions that open a source, by protocol. */
const OPENERS: Partial<Record<MailSourceProtocol, Open>> = {
  pop3: async (url, { auth, writable: _, reconnect: _reconnect, ...options }) => {
    const { user, password = "" } = url;
    const who = auth ?? (user === undefined ? undefined : { user, secret: password });
    if (!who) throw new UsageError("POP3 requires a user name", { code: "user-missing" });
    const client = await connectPop3(url.address, { ...options, auth: who });
    return new Pop3Source(client, mailSourceName(url, auth?.user));
  },
  imap: async (url, { auth, writable = false, reconnect, ...options }) => {
    const { user, password = "", path } = url;
    const who = auth ?? (user === undefined ? undefined : { user, secret: password });
    if (!who) throw new UsageError("IMAP requires a user name", { code: "user-missing" });
    const open = async () => {
      const client = await connectImap(url.address, { ...options, auth: who });
      try {
        return { client, folder: await client.open(path || "INBOX", { readOnly: !writable }) };
      } catch (error) {
        await client.close();
        throw error;
      }
    };
    return new ImapSource(await open(), reconnect && { ...reconnect, open });
  },
  nntp: async (url, { auth, writable: _, reconnect: _reconnect, ...options }) => {
    const { user, password = "", path } = url;
    const client = await connectNntp(url.address, {
      ...options,
      auth: auth ?? (user === undefined ? undefined : { user, secret: password }),
    });
    try {
      return new NntpSource(client, path === "" ? undefined : await client.group(path));
    } catch (error) {
      await client.quit();
      throw error;
    }
  },
};

/**
 * Opens the mailbox of a URL for reading. TLS is required unless the options or the scheme say otherwise.
 *
 * Permissions: `--allow-net=HOST:PORT`.
 *
 * @param url URL such as `pop3s://ada@mail.example.com`, as text or parsed.
 * @returns The open mailbox.
 * @throws {UsageError} `invalid-url`, `unsupported-scheme`, `user-missing`.
 * @throws {ToucanError} What the client of the protocol throws, such as {@link connectPop3}.
 * @example List the subjects of a mailbox
 * ```ts
 * import { listMails, mailSink, openMailSource, sendMail, servePop3 } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * const server = servePop3("127.0.0.1:0", sink.access);
 * await sendMail(sink.address, { from: "ada@example.com", to: "bob@example.com", subject: "hello" }, { tls: "none" });
 * const auth = { user: "bob", secret: "any", withoutTls: true };
 * await using source = await openMailSource(`pop3://${server.address}`, { tls: "none", auth });
 * const subjects = [];
 * for await (const { content } of listMails(source)) subjects.push(content.subject);
 * assertEquals(subjects, ["hello"]);
 * ```
 */
export function openMailSource(url: string | MailSourceUrl, options?: MailSourceOptions): Promise<MailSource>;
export async function openMailSource(
  url: string | MailSourceUrl,
  options: MailSourceOptions = {},
): Promise<MailSource> {
  const parsed = typeof url === "string" ? parseMailSourceUrl(url) : url;
  const open = OPENERS[parsed.protocol];
  if (!open) throw new Error(`no client for ${parsed.protocol}`);
  return await open(parsed, parsed.implicitTls ? { ...options, tls: "implicit" } : options);
}

/** Returns the name of a mailbox in state files and messages: its URL without the password. */
export function mailSourceName({ protocol, address, user, path }: MailSourceUrl, login?: string): string {
  const who = login ?? user;
  const name = who === undefined ? "" : `${encodeURIComponent(who)}@`;
  return `${protocol}://${name}${formatAddress(address)}${path === "" ? "" : `/${path}`}`;
}
