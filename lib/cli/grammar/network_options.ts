import type { Address, AddressDefaults } from "../../core/address/address.ts";
import { parseAddress } from "../../core/address/address.ts";
import { type KeyPair, parsePin } from "../../core/tls/certificate/certificate.ts";
import { parseProxy, type Proxy, proxyFromEnvironment } from "../../core/dial/proxy/proxy.ts";
import { parseConnectRule, parseResolveRule } from "../../core/dial/routes.ts";
import { readVariable } from "../../core/environment.ts";
import { UsageError } from "../../core/errors/errors.ts";
import { asciiHostName } from "../../core/address/host_name.ts";
import { ipVersion } from "../../core/address/ip.ts";
import { readCaFile } from "../../core/tls/files/ca_file.ts";
import { readClientCertificate } from "../../core/tls/files/client_certificate.ts";
import type { TlsOptions } from "../../core/tls/client/options.ts";
import type { ServerTls } from "../../core/tls/server/options.ts";
import { serverKeyPair } from "../../core/tls/files/server_key_pair.ts";
import { dirname } from "../../deps/std/path.ts";
import { certificateNames, type ServerNames } from "../sandbox/certificate_names.ts";
import { directory, duration, file, parsed } from "./kind.ts";
import { releasePaths } from "../sandbox/drop_permissions.ts";
import { flag, list, option, type Options, type Values } from "./option.ts";
import type { Output } from "../stdio/output.ts";
import { type Needs, PROXY_VARIABLES } from "../sandbox/sandbox.ts";

const pin = parsed("PIN", "sha256: and the Base64 of a SHA-256", parsePin);
const protocols = parsed("NAMES", "names separated by commas, such as h2,http/1.1", (names) => {
  // RFC 7301 §3.1: no name is empty, or longer than a byte can count.
  const list = names.split(",");
  if (!list.every((name) => /^[\x21-\x7e]{1,255}$/.test(name))) throw new UsageError(`"${names}" is no such list`);
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

/** Options that choose an address family. */
export const FAMILY = {
  "ipv4": flag("only IPv4", { short: "4" }),
  "ipv6": flag("only IPv6", { short: "6", without: ["ipv4"] }),
} satisfies Options;

/** Options of a client that say how it verifies the server, and how it authenticates to it, in the TLS handshake. */
export const TRUST = {
  "cacert": option(file, "additional certificates to trust (PEM): of authorities, or the server's own", {
    reads: true,
    startup: true,
  }),
  "pin": option(pin, "trust the server's key by its SHA-256 instead of its certificate"),
  "insecure": flag("disable TLS certificate verification", { without: ["pin"] }),
  "sni": option(serverName, "server name to send (SNI) and verify instead of the host"),
  "cert": option(file, "client certificate (PEM)", { reads: true, startup: true }),
  "key": option(file, "private key of the client certificate (PEM; default: in the file of --cert)", {
    reads: true,
    startup: true,
    with: ["cert"],
  }),
} satisfies Options;

/** The option that limits connecting. */
export const CONNECT_TIMEOUT = {
  "connect-timeout": option(
    duration,
    "limit for each step of connecting: name lookup, each address, proxy, TLS handshake (phases resolve, connect, proxy, tls)",
    { default: "10s" },
  ),
} satisfies Options;

const WITH_TLS = { with: ["tls"] } as const;

/** Options of a client that may speak TLS. */
export const CLIENT_TLS = {
  "tls": flag("speak TLS"),
  "cacert": { ...TRUST.cacert, ...WITH_TLS },
  "pin": { ...TRUST.pin, ...WITH_TLS },
  "insecure": { ...TRUST.insecure, ...WITH_TLS },
  "sni": { ...TRUST.sni, ...WITH_TLS },
  "cert": { ...TRUST.cert, ...WITH_TLS },
  "key": TRUST.key,
} satisfies Options;

/** Options of a server that say where its certificate comes from. */
export const CERTIFICATE = {
  "cert": option(file, "the certificate, PEM (default: one made in memory)", { reads: true, startup: true }),
  "key": option(file, "its private key, PEM", { reads: true, startup: true }),
  "tls-dir": option(directory, "keep the certificate made in this folder", {
    reads: true,
    writes: true,
    startup: true,
    without: ["cert", "key"],
  }),
} satisfies Options;

/** Options of a server that may speak TLS. */
export const SERVER_TLS = {
  "tls": flag("speak TLS"),
  "cert": { ...CERTIFICATE.cert, ...WITH_TLS },
  "key": { ...CERTIFICATE.key, ...WITH_TLS },
  "tls-dir": { ...CERTIFICATE["tls-dir"], ...WITH_TLS },
  "client-ca": option(
    file,
    "require a client certificate issued by one of these authorities, or listed itself (PEM, X.509 version 3)",
    { reads: true, startup: true, ...WITH_TLS },
  ),
} satisfies Options;

/** The option of a client that offers protocols within TLS. */
export const ALPN = {
  "alpn": option(protocols, "offer these protocols in the TLS handshake", WITH_TLS),
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
  "resolve": list(resolveRule, "use these addresses for a host and port instead of a lookup", { without: ["http2"] }),
  "connect-to": list(
    connectRule,
    "connect to HOST2:PORT2 instead of HOST1:PORT1; TLS and Host keep the name of the URL",
    {
      without: ["http2"],
    },
  ),
} satisfies Options;

/** The option that names a proxy. */
export const PROXY = {
  "proxy": option(proxy, "go through a proxy; env: the one in ALL_PROXY", {
    needs: (value) => value === "env" ? { env: PROXY_VARIABLES } : {},
  }),
} satisfies Options;

/** Options that say how a proxy is trusted that is spoken to over TLS. */
export const PROXY_TRUST = {
  "proxy-cacert": option(file, "additional certificates to trust for an https: proxy (PEM)", {
    reads: true,
    startup: true,
  }),
  "proxy-insecure": flag("disable TLS certificate verification for an https: proxy"),
  "proxy-pin": option(pin, "trust the key of an https: proxy by its SHA-256 instead of its certificate", {
    without: ["proxy-insecure"],
  }),
} satisfies Options;

/** How a proxy is trusted that is spoken to over TLS. Warns when its certificate is not verified. */
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

/** How a server speaks TLS, or nothing without `--tls`. */
export async function serverTls(
  options: Values<typeof SERVER_TLS> & ServerNames,
): Promise<(KeyPair & ServerTls) | undefined> {
  if (!options.tls) return undefined;
  const { "client-ca": file } = options;
  const clientCa = file === undefined ? undefined : await readCaFile(file);
  const pair = await keyPairOf(options);
  releasePaths(file);
  return { ...pair, clientCa };
}

/**
 * The certificate of a server; one made here is for the host that it listens on and the names of `--allow-host`, too. The paths are
 * dropped when it has been read.
 */
export async function keyPairOf(options: Values<typeof CERTIFICATE> & ServerNames): Promise<KeyPair> {
  const { cert: certFile, key: keyFile, "tls-dir": directory } = options;
  const pair = await serverKeyPair({ certFile, keyFile, directory, names: certificateNames(options) });
  releasePaths(certFile, keyFile, directory);
  return pair;
}

/** The proxy to go through to a host, or nothing. */
export function proxyOf({ proxy }: Values<typeof PROXY>, address: Address): Proxy | undefined {
  if (proxy !== "env") return proxy;
  return address.transport === "ip" ? proxyFromEnvironment(address.host, readVariable, address.port) : undefined;
}

/** What using an address needs: the network, and for a unix socket its path. */
export function addressNeeds(text: string | undefined, defaults?: AddressDefaults): Needs {
  const address = parseAddress(text ?? "", defaults);
  if (address.transport === "ip") return { net: true };
  return { net: true, read: [address.path], write: [address.path] };
}

/** What sending to those needs who send to a unix socket: the folder of it, where their own sockets have to lie. */
export function clientNeeds(text: string | undefined, defaults?: AddressDefaults): Needs {
  const address = parseAddress(text ?? "", defaults);
  if (address.transport === "ip") return {};
  const folder = dirname(address.path);
  return { read: [folder], write: [folder] };
}

/** What an option whose value is an address needs, given as such or as a text: its path, where it has one. */
export function pathNeeds(value: unknown): Needs {
  const address: unknown = typeof value === "string" ? parseAddress(value, { port: 0, anyPort: true }) : value;
  if (typeof address !== "object" || !address || !("path" in address) || typeof address.path !== "string") return {};
  return { read: [address.path], write: [address.path] };
}
