import { startDaemon } from "./daemon.ts";
import type { KeyPair } from "../../lib/core/mod.ts";
import { freePort } from "./port.ts";

/** The name server nsd with zones of a test. */
export interface Nsd extends AsyncDisposable {
  /** The port on 127.0.0.1, UDP and TCP. */
  readonly port: number;
  /** The port for TLS, with a certificate. */
  readonly tlsPort?: number;
}

/** Permission to transfer the zones, for clients on 127.0.0.1, with a key if there is one; where it listens. */
export interface NsdOptions {
  /** Address of the loopback network. @default "127.0.0.1" */
  readonly address?: string;
  /** Port. @default a free one */
  readonly port?: number;
  readonly transfers?: boolean;
  readonly certificate?: KeyPair;
  readonly key?: { readonly name: string; readonly algorithm: string; readonly secret: string };
}

/** Writes the configuration of `nsd` for these zones, by their names, to a folder; returns its path. */
export async function writeNsdConfig(
  folder: string,
  port: number,
  zones: Readonly<Record<string, string>>,
  { address = "127.0.0.1", transfers = false, key, certificate }: NsdOptions = {},
  tlsPort?: number,
): Promise<string> {
  const lines = [
    "server:",
    ...[`ip-address: ${address}`, `port: ${port}`, 'username: ""', 'chroot: ""', `pidfile: "${folder}/nsd.pid"`],
    ...[`zonesdir: "${folder}"`, 'database: ""', `xfrdfile: "${folder}/xfrd"`, `zonelistfile: "${folder}/zones"`],
    ...["server-count: 1", "hide-version: no", "minimal-responses: no", "verbosity: 1", "rrl-ratelimit: 0"],
    "remote-control:",
    "  control-enable: no",
  ];
  if (certificate) {
    await Deno.writeTextFile(`${folder}/cert.pem`, certificate.cert);
    await Deno.writeTextFile(`${folder}/key.pem`, certificate.key);
    lines.splice(
      1,
      1,
      `ip-address: 127.0.0.1@${port}`,
      `ip-address: 127.0.0.1@${tlsPort}`,
      `tls-port: ${tlsPort}`,
      `tls-service-key: "${folder}/key.pem"`,
      `tls-service-pem: "${folder}/cert.pem"`,
    );
  }
  if (key) {
    lines.push("key:", `  name: "${key.name}"`, `  algorithm: ${key.algorithm}`, `  secret: "${key.secret}"`);
  }
  for (const [index, [name, text]] of Object.entries(zones).entries()) {
    await Deno.writeTextFile(`${folder}/${index}.zone`, text);
    lines.push("zone:", `  name: "${name}"`, `  zonefile: "${index}.zone"`);
    if (transfers || key) lines.push(`  provide-xfr: 127.0.0.1 ${key?.name ?? "NOKEY"}`);
  }
  await Deno.writeTextFile(`${folder}/nsd.conf`, lines.join("\n") + "\n");
  return `${folder}/nsd.conf`;
}

/** Starts `nsd` with these zones, by their names, in a temporary folder; it is stopped at the end of the scope. */
export async function startNsd(
  zones: Readonly<Record<string, string>>,
  options: NsdOptions = {},
): Promise<Nsd> {
  const folder = await Deno.makeTempDir();
  const port = options.port ?? freePort();
  const tlsPort = options.certificate && freePort();
  const config = await writeNsdConfig(folder, port, zones, options, tlsPort);
  const daemon = await startDaemon("nsd", ["-d", "-c", config], { folder, ready: "nsd started" });
  return { port, tlsPort, [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose]() };
}
