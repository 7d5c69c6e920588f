import type { Address, AddressDefaults } from "../../../core/address/address.ts";
import { parseAddress } from "../../../core/address/address.ts";
import { parsePin } from "../../../core/tls/certificate/certificate.ts";
import { parseProxy, type Proxy, proxyFromEnvironment } from "../../../core/dial/proxy/proxy.ts";
import { parseConnectRule, parseResolveRule } from "../../../core/dial/routes.ts";
import { readVariable } from "../../../core/environment.ts";
import { UsageError } from "../../../core/errors/errors.ts";
import { asciiHostName } from "../../../core/address/host_name.ts";
import { ipVersion } from "../../../core/address/ip.ts";
import { readCaFile } from "../../../core/tls/files/ca_file.ts";
import { readClientCertificate } from "../../../core/tls/files/client_certificate.ts";
import type { TlsOptions } from "../../../core/tls/client/options.ts";
import { dirname } from "../../../deps/std/path.ts";
import { directory, duration, file, parsed } from "../kind.ts";
import { releasePaths } from "../../sandbox/drop_permissions.ts";
import { flag, list, option, type Options, type Values } from "../option.ts";
import type { Output } from "../../stdio/output.ts";
import { type Needs, PROXY_VARIABLES } from "../../sandbox/sandbox.ts";

const pin = parsed("PIN", "sha256: and the Base64 of a SHA-256", parsePin);
const protocols = parsed("NAMES", "names separated by commas, such as h2,http/1.1", (names) => {
  // RFC 7301 §3.1: no name is empty, or longer than a byte can count.
  const list = names.split(",");
  if (!list.every((name) => /^[\x21-\x7e]{1,255}$/.test(name))) throw new UsageError(`invalid list "${names}"`);
  return list;
});
const serverName = parsed("NAME", "a host name", (name) => {
  const written = ipVersion(name) ? name : asciiHostName(name);
  if (!/^(?=.{1,253}$)[^.]{1,63}(?:\.[^.]{1,63})*$/.test(written)) throw new UsageError(`"${name}" is not a host name`);
  return written;
});
const proxy = parsed<Proxy | "env">(
  "URL",
  "[http://][USER:PASSWORD@]HOST[:PORT], https://…, socks5://…, socks5h://… or env",
  (url) => url === "env" ? url : parseProxy(url),
);

const TLS = { group: "TLS" } as const;

/** Options that choose an address family. */
export const FAMILY = {
  "ipv4": flag("use IPv4 only", { short: "4", group: "network" }),
  "ipv6": flag("use IPv6 only", { short: "6", group: "network", without: ["ipv4"] }),
} satisfies Options;

/** Options of a client that say how it verifies the server, and how it authenticates to it, in the TLS handshake. */
export const TRUST = {
  "cacert": option(file, "additional CA certificates (PEM)", {
    ...TLS,
    more: "They are trusted beside those of the system. A certificate of the server itself is trusted, too.",
    alias: ["--ca-certificate", "--ssl-trustfile", "--CAfile", "-CAfile"],
    reads: true,
    startup: true,
  }),
  "pin": option(pin, "trust the server's key by its SHA-256", {
    ...TLS,
    more: "The SHA-256 of the certificate's SubjectPublicKeyInfo in Base64. It replaces the verification of the " +
      "certificate's issuer and names, and is checked before anything is sent.",
    alias: ["--pinnedpubkey"],
  }),
  "insecure": flag("disable TLS certificate verification", {
    ...TLS,
    alias: ["--no-check-certificate"],
    without: ["pin"],
  }),
  "sni": option(serverName, "TLS server name (SNI) to send and verify", {
    ...TLS,
    more: "Replaces the host of the address, both in the handshake and when the certificate is verified.",
    alias: ["--servername", "-servername", "--ssl-servername"],
  }),
  "cert": option(file, "client certificate (PEM)", {
    ...TLS,
    alias: ["--certificate", "--ssl-cert"],
    reads: true,
    startup: true,
  }),
  "key": option(file, "private key of the client certificate (PEM)", {
    ...TLS,
    more: "By default it is read from the file of --cert.",
    alias: ["--private-key", "--ssl-key"],
    reads: true,
    startup: true,
    with: ["cert"],
  }),
} satisfies Options;

/** The option that limits connecting. */
export const CONNECT_TIMEOUT = {
  "connect-timeout": option(
    duration,
    "limit for each step of connecting",
    {
      default: "10s",
      group: "network",
      more: "The steps are the lookup of the name, the connection to each address, the proxy and the TLS handshake " +
        "(in JSON the phases resolve, connect, proxy and tls).",
    },
  ),
} satisfies Options;

const WITH_TLS = { with: ["tls"] } as const;

/** Options of a client that may speak TLS. */
export const CLIENT_TLS = {
  "tls": flag("use TLS", { ...TLS, alias: ["--ssl", "--openssl"] }),
  "cacert": { ...TRUST.cacert, ...WITH_TLS },
  "pin": { ...TRUST.pin, ...WITH_TLS },
  "insecure": { ...TRUST.insecure, ...WITH_TLS },
  "sni": { ...TRUST.sni, ...WITH_TLS },
  "cert": { ...TRUST.cert, ...WITH_TLS },
  "key": TRUST.key,
} satisfies Options;

/** Options of a server that say where its certificate comes from. */
export const CERTIFICATE = {
  "cert": option(file, "server certificate (PEM)", {
    ...TLS,
    more:
      "By default a self-signed certificate is made in memory, and its pin printed. Files that change are read again " +
      "within 10s, and at SIGHUP; new connections use them. Files that cannot be used change nothing.",
    alias: ["--ssl-cert", "--tls-cert"],
    reads: true,
  }),
  "key": option(file, "private key of the server certificate (PEM)", {
    ...TLS,
    alias: ["--ssl-key", "--tls-key"],
    reads: true,
  }),
  "tls-dir": option(directory, "folder in which a certificate that is made is stored", {
    ...TLS,
    more: "The next run uses the same certificate. Changed files are read again, as those of --cert.",
    needs: (value) => ({
      read: ["cert.pem", "key.pem"].map((name) => `${value}/${name}`),
      startup: { read: [String(value)], write: [String(value)] },
    }),
    without: ["cert", "key"],
  }),
} satisfies Options;

/** Options of a server that may speak TLS. */
export const SERVER_TLS = {
  "tls": flag("use TLS", { ...TLS, alias: ["--ssl", "--openssl"] }),
  "cert": { ...CERTIFICATE.cert, ...WITH_TLS },
  "key": { ...CERTIFICATE.key, ...WITH_TLS },
  "tls-dir": { ...CERTIFICATE["tls-dir"], ...WITH_TLS },
  "client-ca": option(
    file,
    "require a client certificate of these authorities (PEM)",
    {
      ...TLS,
      more: "A client certificate that is in the file itself is accepted, too. Client certificates have to be of " +
        "X.509 version 3.",
      reads: true,
      startup: true,
      ...WITH_TLS,
    },
  ),
} satisfies Options;

/** The option of a client that offers protocols within TLS. */
export const ALPN = {
  "alpn": option(protocols, "protocols to offer in the TLS handshake", {
    ...TLS,
    alias: ["--ssl-alpn"],
    ...WITH_TLS,
  }),
} satisfies Options;

const resolveRule = parsed(
  "HOST:PORT:ADDRESS",
  "HOST:PORT:ADDRESS[,ADDRESS], with * for any host, or -HOST:PORT",
  parseResolveRule,
);
const connectRule = parsed(
  "HOST1:PORT1:HOST2:PORT2",
  "HOST1:PORT1:HOST2:PORT2, of which each may be empty",
  parseConnectRule,
);

/** Options that lead a client to other addresses than those of the name. */
export const ROUTES = {
  "resolve": list(resolveRule, "use these addresses instead of a lookup", {
    group: "network",
    more: "HOST may be * for any host; several addresses are separated by commas; -HOST:PORT removes a rule.",
    without: ["http2"],
  }),
  "connect-to": list(
    connectRule,
    "connect to HOST2:PORT2 instead of HOST1:PORT1",
    {
      group: "network",
      more: "TLS and the header field Host still use the name of the URL.",
      without: ["http2"],
    },
  ),
} satisfies Options;

/** The option that names a proxy. */
export const PROXY = {
  "proxy": option(proxy, "use a proxy; env: the one that ALL_PROXY names", {
    group: "proxy",
    needs: (value) => value === "env" ? { env: PROXY_VARIABLES } : {},
  }),
} satisfies Options;

/** Options that say how a proxy is trusted that is spoken to over TLS. */
export const PROXY_TRUST = {
  "proxy-cacert": option(file, "additional CA certificates for an https: proxy (PEM)", {
    group: "proxy",
    reads: true,
    startup: true,
  }),
  "proxy-insecure": flag("disable certificate verification of an https: proxy", { group: "proxy" }),
  "proxy-pin": option(pin, "trust the key of an https: proxy by its SHA-256", {
    group: "proxy",
    alias: ["--proxy-pinnedpubkey"],
    without: ["proxy-insecure"],
  }),
} satisfies Options;

/** Returns the TLS options of an https: proxy. Prints a warning if its certificate is not verified. */
export async function proxyTls(options: Values<typeof PROXY_TRUST>, output: Output): Promise<TlsOptions> {
  const { "proxy-cacert": cacert, "proxy-insecure": insecure, "proxy-pin": pin } = options;
  if (insecure) output.note("warning: --proxy-insecure: TLS certificate of the proxy is not verified");
  const caCerts = cacert === undefined ? undefined : await readCaFile(cacert);
  releasePaths(cacert);
  return { caCerts, insecure, pin };
}

/** The family that was chosen. */
export function familyOf(options: Values<typeof FAMILY>): 4 | 6 | undefined {
  return options.ipv4 ? 4 : options.ipv6 ? 6 : undefined;
}

/**
 * The TLS options of a client, or nothing when it does not speak TLS. Warns when the certificate is not verified.
 *
 * @throws {UsageError} When there is no TLS, and something is said that means nothing without; `hint` says how to have it.
 */
export async function clientTls(
  options: Values<typeof TRUST> & { readonly tls: boolean; readonly alpn?: readonly string[] },
  output: Output,
  hint = "add --tls",
): Promise<TlsOptions | undefined> {
  const { tls, cacert, pin, insecure, sni, alpn, cert, key } = options;
  if (!tls) {
    const idle = Object.entries({ cacert, pin, insecure, sni, cert }).find(([, value]) =>
      value !== undefined && value !== false
    );
    if (idle) throw new UsageError(`option --${idle[0]} requires TLS`, { hint });
    return undefined;
  }
  if (insecure) output.note("warning: --insecure: TLS certificate is not verified");
  const caCerts = cacert === undefined ? undefined : await readCaFile(cacert);
  const clientCertificate = cert === undefined ? undefined : await readClientCertificate(cert, key);
  releasePaths(cacert, cert, key);
  return { pin, insecure, serverName: sni, alpn, caCerts, clientCertificate };
}

/** The proxy to go through to a host, or nothing. */
export function proxyOf({ proxy }: Values<typeof PROXY>, address: Address): Proxy | undefined {
  if (proxy !== "env") return proxy;
  return address.transport === "ip" ? proxyFromEnvironment(address.host, readVariable, address.port) : undefined;
}

/** Returns the needs of an address: the network, and for a unix socket its path. */
export function addressNeeds(text: string | undefined, defaults?: AddressDefaults): Needs {
  const address = parseAddress(text ?? "", defaults);
  if (address.transport === "ip") return { net: true };
  return { net: true, read: [address.path], write: [address.path] };
}

/** Returns the needs of replies to senders to a unix socket: its folder, in which their sockets have to be. */
export function clientNeeds(text: string | undefined, defaults?: AddressDefaults): Needs {
  const address = parseAddress(text ?? "", defaults);
  if (address.transport === "ip") return {};
  const folder = dirname(address.path);
  return { read: [folder], write: [folder] };
}

/** Returns the needs of an option with an address, parsed or as text: its path, if any. */
export function pathNeeds(value: unknown): Needs {
  const address: unknown = typeof value === "string" ? parseAddress(value, { port: 0, anyPort: true }) : value;
  if (typeof address !== "object" || !address || !("path" in address) || typeof address.path !== "string") return {};
  return { read: [address.path], write: [address.path] };
}
