import { kind, option, type Values } from "../../lib/cli/mod.ts";
import {
  formatNetAddress,
  isLocalHost,
  type LineServer,
  parseAddress,
  SystemError,
  UsageError,
} from "../../lib/core/mod.ts";
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

/** Port on which SMTP listens, unless another is named. */
export const SMTP_PORT = 1025;

/** Options of the ports by which mail clients read the mail. */
export const MAILBOX_PORTS = {
  "pop3": option(
    place,
    "also listen for POP3 clients, with STLS where STARTTLS is offered (default: 1110 if free and no option names a port)",
  ),
  "pop3s": option(place, "also listen for POP3 clients with implicit TLS, such as 1995"),
  "imap": option(
    place,
    "also listen for IMAP clients, with STARTTLS where SMTP has it (default: 1143 if free and no option names a port)",
  ),
  "imaps": option(place, "also listen for IMAP clients with implicit TLS, such as 1993"),
  "nntp": option(
    place,
    "also listen for newsreaders, with STARTTLS where SMTP has it (default: 1119 if free and no option names a port)",
  ),
  "nntps": option(place, "also listen for newsreaders with implicit TLS, such as 1563"),
};

/** Ports that are used when none is named, without and with TLS from the first byte. */
const DEFAULT_PORTS = { pop3: [1110, 1995], imap: [1143, 1993], nntp: [1119, 1563] } as const;
const PROTOCOLS = ["pop3", "imap", "nntp"] as const;

type Protocol = (typeof PROTOCOLS)[number];

type Options = Values<typeof MAILBOX_PORTS> & {
  readonly host: string;
  readonly port: number;
  readonly smtps?: number;
  readonly tls: boolean;
  readonly "smtp-only": boolean;
  readonly "max-size": number;
};

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
  for (const protocol of PROTOCOLS) {
    for (const name of [protocol, `${protocol}s`] as const) {
      const at = options[name];
      if (at?.host === undefined || isLocalHost(at.host)) continue;
      throw new UsageError(`listening for ${name.toUpperCase()} on ${at.host} requires authentication`, { hint });
    }
  }
}

/** A port that is to be opened. */
interface Wanted extends MailboxPort {
  readonly protocol: Protocol;
  /** Whether it has TLS from the first byte. */
  readonly implicit: boolean;
  /** Whether it may be in use by another program: no option has named it. */
  readonly optional: boolean;
}

/** Returns the ports that the options name; those of the three protocols where no port is named. */
function wantedPorts(options: Options): Wanted[] {
  const named = PROTOCOLS.flatMap((protocol) =>
    ([[options[protocol], false], [options[`${protocol}s`], true]] as const).flatMap(([at, implicit]): Wanted[] =>
      at ? [{ ...at, protocol, implicit, optional: false }] : []
    )
  );
  const { port, smtps, tls } = options;
  if (options["smtp-only"] || named.length > 0 || port !== SMTP_PORT || smtps !== undefined) return named;
  return PROTOCOLS.map((protocol) => {
    const [plain, secure] = DEFAULT_PORTS[protocol];
    return { protocol, port: tls ? secure : plain, implicit: tls, optional: true };
  });
}

/**
 * Starts the servers of mailboxes; they stop with the sink.
 *
 * @param onTaken Called for a port that no option has named, and that is in use.
 */
export async function serveMailboxes(
  { access, store }: MailSink,
  options: Options,
  onTaken: (protocol: string, port: number) => void,
): Promise<ListeningMailboxes[]> {
  const { serveImap, serveNntp, servePop3 } = await import("../../lib/mail/internal.ts");
  const messageSize = options["max-size"];
  const open = ({ protocol, host = options.host, port }: Wanted, security: ReturnType<typeof access.security>) => {
    const listen = { transport: "ip", host, port } as const;
    const common = { ...access, ...security };
    if (protocol === "pop3") return servePop3(listen, common);
    if (protocol === "imap") return serveImap(listen, { ...common, messageSize });
    const login = access.requiresLogin ? access.login : undefined;
    return serveNntp(listen, store.account().inbox, {
      ...{ ...common, login, post: access.keep, maxArticle: messageSize },
    });
  };
  const listening: ListeningMailboxes[] = [];
  for (const wanted of wantedPorts(options)) {
    const { protocol, implicit, optional, port } = wanted;
    const security = access.security(implicit);
    let server: LineServer;
    try {
      server = open(wanted, security);
    } catch (error) {
      if (!optional || !(error instanceof SystemError) || error.code !== "address-in-use") throw error;
      onTaken(protocol.toUpperCase(), port);
      continue;
    }
    listening.push({
      scheme: security.implicitTls ? `${protocol}s` : protocol,
      addr: formatNetAddress(server.addr),
      secure: security.tls !== undefined,
    });
  }
  return listening;
}
