import { kind, option, type Values } from "../../lib/cli/mod.ts";
import { formatNetAddress, isLocalHost, type LineServer, parseAddress, UsageError } from "../../lib/core/mod.ts";
import type { MailSink } from "../../lib/mail/internal.ts";

/** Where a protocol listens; without a host, on that of --host. */
interface MailboxPort {
  readonly host?: string;
  readonly port: number;
}

const place = kind.parsed<MailboxPort>("[HOST:]PORT", "a port, or a host and a port", (text) => {
  const anyPort = { anyPort: true };
  if (/^\d+$/.test(text)) {
    const address = parseAddress(`127.0.0.1:${text}`, anyPort);
    if (address.transport === "ip") return { port: address.port };
  }
  const address = parseAddress(text, anyPort);
  if (address.transport !== "ip") throw new UsageError(`invalid address "${text}"`);
  return { host: address.host, port: address.port };
});

/** Options of the ports by which mail clients read the mail. */
export const MAILBOX_PORTS = {
  "pop3": option(place, "also listen for POP3 clients, such as 1110; with STLS where STARTTLS is offered"),
  "pop3s": option(place, "also listen for POP3 clients with implicit TLS, such as 1995"),
  "imap": option(place, "also listen for IMAP clients, such as 1143; with STARTTLS where it is offered for SMTP"),
  "imaps": option(place, "also listen for IMAP clients with implicit TLS, such as 1993"),
  "nntp": option(place, "also listen for newsreaders, such as 1119; with STARTTLS where it is offered for SMTP"),
  "nntps": option(place, "also listen for newsreaders with implicit TLS, such as 1563"),
};

type Options = Values<typeof MAILBOX_PORTS> & { readonly host: string; readonly "max-size": number };

/** Where a server of mailboxes listens. */
export interface ListeningMailboxes {
  /** Scheme of its URL. */
  readonly scheme: string;
  /** Its address. */
  readonly addr: string;
  /** Whether it uses TLS. */
  readonly secure: boolean;
}

/** Whether a port has TLS from the first byte. */
export function needsTls({ pop3s, imaps, nntps }: Options): boolean {
  return (pop3s ?? imaps ?? nntps) !== undefined;
}

/**
 * Checks that only this machine can connect.
 *
 * @throws {UsageError} When a port is reachable for other machines.
 */
export function requireLocalMailboxes(options: Options, hint: string): void {
  const { pop3, pop3s, imap, imaps, nntp, nntps } = options;
  const places = { POP3: pop3, POP3S: pop3s, IMAP: imap, IMAPS: imaps, NNTP: nntp, NNTPS: nntps };
  for (const [name, at] of Object.entries(places)) {
    if (at?.host === undefined || isLocalHost(at.host)) continue;
    throw new UsageError(`listening for ${name} on ${at.host} requires authentication`, { hint });
  }
}

/** Starts the servers that the options name; they stop with the sink. */
export async function serveMailboxes({ access, store }: MailSink, options: Options): Promise<ListeningMailboxes[]> {
  const { pop3, pop3s, imap, imaps, nntp, nntps, host } = options;
  const { serveImap, serveNntp, servePop3 } = await import("../../lib/mail/internal.ts");
  const listenOf = (at: MailboxPort) => ({ transport: "ip" as const, host: at.host ?? host, port: at.port });
  const listening: ListeningMailboxes[] = [];
  const add = (scheme: string, { addr }: LineServer, { implicitTls, tls }: ReturnType<typeof access.security>) =>
    listening.push({
      scheme: implicitTls ? `${scheme}s` : scheme,
      addr: formatNetAddress(addr),
      secure: tls !== undefined,
    });
  for (const [at, implicit] of [[pop3, false], [pop3s, true]] as const) {
    if (!at) continue;
    const security = access.security(implicit);
    add("pop3", servePop3(listenOf(at), { ...access, ...security }), security);
  }
  for (const [at, implicit] of [[imap, false], [imaps, true]] as const) {
    if (!at) continue;
    const security = access.security(implicit);
    const messageSize = options["max-size"];
    add("imap", serveImap(listenOf(at), { ...access, ...security, messageSize }), security);
  }
  for (const [at, implicit] of [[nntp, false], [nntps, true]] as const) {
    if (!at) continue;
    const security = access.security(implicit);
    const login = access.requiresLogin ? access.login : undefined;
    const posting = { post: access.keep, maxArticle: options["max-size"] };
    add(
      "nntp",
      serveNntp(listenOf(at), store.account().inbox, { ...access, ...security, login, ...posting }),
      security,
    );
  }
  return listening;
}
