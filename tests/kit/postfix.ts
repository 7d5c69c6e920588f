import type { KeyPair } from "../../lib/core/mod.ts";
import { listening } from "./daemon.ts";
import { freePort, untilListening } from "./port.ts";

/** The mail server Postfix, with a configuration and a queue of its own. */
export interface Postfix extends AsyncDisposable {
  /** Port of SMTP on 127.0.0.1. */
  readonly smtp: number;
  /** Port of SMTP over TLS from the start, on 127.0.0.1. */
  readonly smtps: number;
}

/** Options of {@link startPostfix}. */
export interface PostfixOptions {
  /** Its certificate. */
  readonly tls: Pick<KeyPair, "cert" | "key">;
  /** Name of the server. @default "mail.test" */
  readonly host?: string;
  /** Further lines of `main.cf`. */
  readonly more?: readonly string[];
  /** Address that it listens on. @default "127.0.0.1" */
  readonly address?: string;
  /** Port of SMTP. @default a free one */
  readonly port?: number;
}

/** Programs that it needs, for `peerTest`. */
export const POSTFIX = ["postfix", "setsid"];

const DAEMONS = "/usr/lib/postfix/sbin";
/** Folders of its queue that belong to its own user. */
const OWNED = ["active", "bounce", "defer", "deferred", "flush", "hold", "incoming", "private", "public", "trace"];

/** Starts Postfix in a folder of its own, without delivery; needs root. It is stopped at the end of the scope. */
export async function startPostfix(options: PostfixOptions): Promise<Postfix> {
  const folder = await Deno.makeTempDir({ prefix: "postfix" });
  const { tls, host = "mail.test", address = "127.0.0.1", more = [] } = options;
  const [smtp, smtps] = [options.port ?? freePort(), freePort()];
  // Its processes drop their privileges.
  await Deno.chmod(folder, 0o755);
  for (const name of ["queue", "queue/pid", "data", ...OWNED.map((name) => `queue/${name}`)]) {
    await Deno.mkdir(`${folder}/${name}`);
  }
  await own([`${folder}/data`, ...OWNED.map((name) => `${folder}/queue/${name}`)]);
  await Deno.writeTextFile(`${folder}/cert.pem`, tls.cert);
  await Deno.writeTextFile(`${folder}/key.pem`, tls.key, { mode: 0o600 });
  const main = [
    ...["compatibility_level = 3.6", `queue_directory = ${folder}/queue`, `data_directory = ${folder}/data`],
    ...[`daemon_directory = ${DAEMONS}`, "command_directory = /usr/sbin", `inet_interfaces = ${address}`],
    ...[`myhostname = ${host}`, `mydestination = ${host}`, "mynetworks =", "alias_maps =", "local_recipient_maps ="],
    ...["smtpd_peername_lookup = no", "smtpd_relay_restrictions = reject_unauth_destination"],
    ...["smtpd_tls_security_level = may", "smtpd_tls_auth_only = yes"],
    ...["smtpd_tls_protocols = >=TLSv1.2", "smtpd_tls_mandatory_protocols = >=TLSv1.2"],
    ...[`smtpd_tls_cert_file = ${folder}/cert.pem`, `smtpd_tls_key_file = ${folder}/key.pem`],
    ...[`maillog_file = ${folder}/log`, `maillog_file_prefixes = ${folder}`],
    ...more,
  ];
  const services = [
    ...[`${address}:${smtp} inet n - n - - smtpd`, `${address}:${smtps} inet n - n - - smtpd`],
    ...["  -o smtpd_tls_wrappermode=yes", "cleanup unix n - n - 0 cleanup", "tlsmgr unix - - n 1000? 1 tlsmgr"],
    ...["rewrite unix - - n - - trivial-rewrite", "anvil unix - - n - 1 anvil", "proxymap unix - - n - - proxymap"],
    "postlog unix-dgram n - n - 1 postlogd",
  ];
  await Deno.writeTextFile(`${folder}/main.cf`, main.map((line) => `${line}\n`).join(""));
  await Deno.writeTextFile(`${folder}/master.cf`, services.map((line) => `${line}\n`).join(""));
  // It reads a file again until that is older than a second.
  const before = new Date(2020, 0, 1);
  for (const name of ["main.cf", "master.cf"]) await Deno.utime(`${folder}/${name}`, before, before);
  // As the leader of a group of processes it ends them all with itself.
  const args = [`${DAEMONS}/master`, "-c", folder, "-d"];
  const process = new Deno.Command("setsid", { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  const daemon = await listening(process, smtp, { folder });
  await untilListening(smtps, process);
  return { smtp, smtps, [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose]() };
}

async function own(paths: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command("chown", { args: ["postfix", ...paths], stdin: "null" }).output();
  if (!success) throw new Error("there is no user postfix");
}
