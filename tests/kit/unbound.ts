import { startDaemon } from "./daemon.ts";
import { freePort } from "./port.ts";
import type { TestCertificate } from "./certificates.ts";

/** The server unbound with DNS over TLS and HTTPS. */
export interface Unbound extends AsyncDisposable {
  /** Port of UDP and TCP on 127.0.0.1. */
  readonly port: number;
  /** Port of DNS over TLS on 127.0.0.1. */
  readonly tls: number;
  /** Port of DNS over HTTPS on 127.0.0.1. */
  readonly https: number;
}

/** Starts `unbound` with a certificate; it answers for `example.test` from local data, and has further lines of configuration. */
export async function startUnbound(
  { cert, key }: Pick<TestCertificate, "cert" | "key">,
  more: readonly string[] = [],
): Promise<Unbound> {
  const folder = await Deno.makeTempDir();
  const [port, tls, https] = [freePort(), freePort(), freePort()];
  await Deno.writeTextFile(`${folder}/cert.pem`, cert);
  await Deno.writeTextFile(`${folder}/key.pem`, key);
  const lines = [
    "server:",
    ...[port, tls, https].map((port) => `interface: 127.0.0.1@${port}`),
    ...[`tls-port: ${tls}`, `https-port: ${https}`],
    ...[`tls-service-pem: "${folder}/cert.pem"`, `tls-service-key: "${folder}/key.pem"`, "num-threads: 1"],
    ...['username: ""', 'chroot: ""', `directory: "${folder}"`, 'pidfile: ""', "use-syslog: no", "do-daemonize: no"],
    ...["incoming-num-tcp: 100", "module-config: iterator", "verbosity: 1"],
    ...['local-zone: "example.test." redirect', 'local-data: "example.test. 300 A 192.0.2.1"'],
    ...more,
    "remote-control:",
    "  control-enable: no",
  ];
  await Deno.writeTextFile(`${folder}/unbound.conf`, lines.join("\n") + "\n");
  const args = ["-d", "-c", `${folder}/unbound.conf`];
  const daemon = await startDaemon("unbound", args, { folder, ready: "start of service" });
  return { port, tls, https, [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose]() };
}
