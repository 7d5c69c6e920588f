/** Begin of TLS. */
export type TlsStart = "none" | "direct" | "starttls";

/** Properties of a scheme. */
export interface SchemeFacts {
  /** Port without one in the target. */
  readonly port?: number;
  /** Begin of TLS. */
  readonly tls: TlsStart;
  /** Transport. */
  readonly transport: "tcp" | "udp";
  /** Protocol that the application layer is asked in; undefined if only the layers below are checked. */
  readonly application?: Application;
}

/** Protocols of the application layer. */
export type Application = "http" | "websocket" | "smtp" | "imap" | "pop3" | "ftp" | "nntp" | "irc" | "dns";

/** Scheme of a target. */
export type Scheme =
  | "http"
  | "https"
  | "ws"
  | "wss"
  | "smtp"
  | "smtps"
  | "submission"
  | "imap"
  | "imaps"
  | "pop3"
  | "pop3s"
  | "ftp"
  | "ftps"
  | "nntp"
  | "nntps"
  | "irc"
  | "ircs"
  | "dns"
  | "dot"
  | "doh"
  | "tcp"
  | "tls"
  | "udp";

/** Schemes that a target may have. */
export const SCHEMES: Readonly<Record<Scheme, SchemeFacts>> = {
  http: { port: 80, tls: "none", transport: "tcp", application: "http" },
  https: { port: 443, tls: "direct", transport: "tcp", application: "http" },
  ws: { port: 80, tls: "none", transport: "tcp", application: "websocket" },
  wss: { port: 443, tls: "direct", transport: "tcp", application: "websocket" },
  smtp: { port: 25, tls: "starttls", transport: "tcp", application: "smtp" },
  smtps: { port: 465, tls: "direct", transport: "tcp", application: "smtp" },
  submission: { port: 587, tls: "starttls", transport: "tcp", application: "smtp" },
  imap: { port: 143, tls: "starttls", transport: "tcp", application: "imap" },
  imaps: { port: 993, tls: "direct", transport: "tcp", application: "imap" },
  pop3: { port: 110, tls: "starttls", transport: "tcp", application: "pop3" },
  pop3s: { port: 995, tls: "direct", transport: "tcp", application: "pop3" },
  ftp: { port: 21, tls: "starttls", transport: "tcp", application: "ftp" },
  ftps: { port: 990, tls: "direct", transport: "tcp", application: "ftp" },
  nntp: { port: 119, tls: "starttls", transport: "tcp", application: "nntp" },
  nntps: { port: 563, tls: "direct", transport: "tcp", application: "nntp" },
  irc: { port: 6667, tls: "none", transport: "tcp", application: "irc" },
  ircs: { port: 6697, tls: "direct", transport: "tcp", application: "irc" },
  dns: { port: 53, tls: "none", transport: "udp", application: "dns" },
  dot: { port: 853, tls: "direct", transport: "tcp", application: "dns" },
  doh: { port: 443, tls: "direct", transport: "tcp", application: "dns" },
  tcp: { tls: "none", transport: "tcp" },
  tls: { tls: "direct", transport: "tcp" },
  udp: { tls: "none", transport: "udp" },
};

/** Names of all schemes. */
export const SCHEME_NAMES: readonly string[] = Object.keys(SCHEMES);

/** Whether a text is a scheme that can be checked. */
export function isScheme(text: string): text is Scheme {
  return Object.hasOwn(SCHEMES, text);
}

/** Returns what is known of a scheme. */
export function factsOf(scheme: Scheme): SchemeFacts {
  return SCHEMES[scheme];
}

/** Schemes of ports that stand without one: of several, the first in the table. */
const BY_PORT: ReadonlyMap<number, Scheme> = new Map(
  Object.entries(SCHEMES).reverse().flatMap(([scheme, { port }]) =>
    port === undefined || !isScheme(scheme) ? [] : [[port, scheme]]
  ),
);

/** Returns the scheme that a port is usually for. */
export function schemeOfPort(port: number): Scheme | undefined {
  return BY_PORT.get(port);
}
