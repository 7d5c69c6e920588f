import { freePort } from "./port.ts";
import type { TestCertificate } from "./certificates.ts";

/** The server unbound with DNS over TLS and HTTPS. */
export interface Unbound extends AsyncDisposable {
  /** Port of DNS over TLS on 127.0.0.1. */
  readonly tls: number;
  /** Port of DNS over HTTPS on 127.0.0.1. */
  readonly https: number;
}

/** Starts `unbound` with a certificate; it answers for `example.test` from local data. */
export async function startUnbound({ cert, key }: Pick<TestCertificate, "cert" | "key">): Promise<Unbound> {
  const folder = await Deno.makeTempDir();
  const [tls, https] = [freePort(), freePort()];
  await Deno.writeTextFile(`${folder}/cert.pem`, cert);
  await Deno.writeTextFile(`${folder}/key.pem`, key);
  const lines = [
    "server:",
    ...[`interface: 127.0.0.1@${tls}`, `interface: 127.0.0.1@${https}`, `tls-port: ${tls}`, `https-port: ${https}`],
    ...[`tls-service-pem: "${folder}/cert.pem"`, `tls-service-key: "${folder}/key.pem"`, "num-threads: 1"],
    ...['username: ""', 'chroot: ""', `directory: "${folder}"`, 'pidfile: ""', "use-syslog: no", "do-daemonize: no"],
    ...["incoming-num-tcp: 100", "module-config: iterator", "verbosity: 1"],
    ...['local-zone: "example.test." redirect', 'local-data: "example.test. 300 A 192.0.2.1"'],
    "remote-control:",
    "  control-enable: no",
  ];
  await Deno.writeTextFile(`${folder}/unbound.conf`, lines.join("\n") + "\n");
  const process = new Deno.Command("unbound", {
    args: ["-d", "-c", `${folder}/unbound.conf`],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let log = "";
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  const gather = async () => {
    for await (const piece of process.stderr.pipeThrough(new TextDecoderStream())) {
      log += piece;
      if (log.includes("start of service")) ready.resolve();
    }
    ready.reject(new Error(`unbound ended: ${log}`));
  };
  const gathered = gather();
  const stop = async () => {
    try {
      process.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await Promise.all([process.status, gathered]);
    await Deno.remove(folder, { recursive: true });
  };
  try {
    await ready.promise;
  } catch (error) {
    await stop();
    throw error;
  }
  return { tls, https, [Symbol.asyncDispose]: stop };
}
