import type { KeyPair } from "../../lib/core/mod.ts";
import { type Daemon, startDaemon } from "./daemon.ts";
import { freePort, untilListening } from "./port.ts";

/** Options of {@link startDovecot}. */
export interface DovecotOptions {
  /** Certificate for STARTTLS, STLS and the ports with implicit TLS; without it the server offers no TLS. */
  readonly tls?: Pick<KeyPair, "cert" | "key">;
  /** Whether it requires TLS before a login; connections from its own address count as secure. @default false */
  readonly requireTls?: boolean;
  /** Further lines of its configuration. */
  readonly more?: readonly string[];
}

/** Dovecot with POP3 and IMAP, on 127.0.0.1. */
export interface Dovecot extends AsyncDisposable {
  /** Process id of its master. */
  readonly pid: number;
  /** Its ports; those with implicit TLS exist only with a certificate. */
  readonly ports: { readonly pop3: number; readonly pop3s: number; readonly imap: number; readonly imaps: number };
  /** User that can log in; any other name can, too, with the same password and a mailbox of its own. */
  readonly user: string;
  /** The password. */
  readonly password: string;
  /** Path of the user's maildir; folders are Maildir++. */
  readonly maildir: string;
  /** Delivers a message into the inbox (or a subfolder such as `.Archive`) of the user by a file in `new`. */
  deliver(message: string | Uint8Array, folder?: string): Promise<void>;
}

/** Programs that it needs, for `peerTest`. */
export const DOVECOT = ["dovecot"];

/** User of the system that owns the mail. */
const NOBODY = 65534;
const USER = "ada";
const PASSWORD = "secret";

/** Starts Dovecot in a folder of its own; needs root. It is stopped at the end of the scope. */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  const folder = await Deno.makeTempDir({ prefix: "dovecot" });
  const { tls, requireTls = false, more = [] } = options;
  const [pop3, pop3s, imap, imaps] = [freePort(), freePort(), freePort(), freePort()];
  // Its processes drop their privileges.
  await Deno.chmod(folder, 0o755);
  const maildir = `${folder}/mail/${USER}`;
  for (const path of [`${folder}/mail`, maildir, ...["cur", "new", "tmp"].map((part) => `${maildir}/${part}`)]) {
    await Deno.mkdir(path);
    await Deno.chown(path, NOBODY, NOBODY);
  }
  if (tls) {
    await Deno.writeTextFile(`${folder}/cert.pem`, tls.cert);
    await Deno.writeTextFile(`${folder}/key.pem`, tls.key, { mode: 0o600 });
  }
  const listener = (service: string, port: number, ssl: boolean) =>
    ssl && !tls
      ? [`inet_listener ${service} {`, "port = 0", "}"]
      : [`inet_listener ${service} {`, `port = ${port}`, `ssl = ${ssl ? "yes" : "no"}`, "}"];
  const lines = [
    ...[`base_dir = ${folder}/run`, `state_dir = ${folder}/state`, "log_path = /dev/stderr", "listen = 127.0.0.1"],
    ...["protocols = pop3 imap", `mail_location = maildir:${folder}/mail/%u`, "first_valid_uid = 1"],
    ...["passdb {", "driver = static", `args = password=${PASSWORD}`, "}"],
    ...["userdb {", "driver = static", `args = uid=${NOBODY} gid=${NOBODY} home=${folder}/mail/%u`, "}"],
    ...["namespace inbox {", "inbox = yes", "separator = /", "}"],
    ...["service pop3-login {", "chroot =", ...listener("pop3", pop3, false), ...listener("pop3s", pop3s, true), "}"],
    ...["service imap-login {", "chroot =", ...listener("imap", imap, false), ...listener("imaps", imaps, true), "}"],
    // No delays after a failed login.
    ...["service anvil {", "chroot =", "unix_listener anvil-auth-penalty {", "mode = 0", "}", "}"],
    "auth_failure_delay = 0",
    `ssl = ${!tls ? "no" : requireTls ? "required" : "yes"}`,
    `disable_plaintext_auth = ${requireTls ? "yes" : "no"}`,
    ...(tls ? [`ssl_cert = <${folder}/cert.pem`, `ssl_key = <${folder}/key.pem`] : []),
    // Every connection comes from one address.
    "mail_max_userip_connections = 100",
    ...more,
  ];
  await Deno.writeTextFile(`${folder}/dovecot.conf`, lines.map((line) => `${line}\n`).join(""));
  const daemon: Daemon = await startDaemon("dovecot", ["-F", "-c", `${folder}/dovecot.conf`], {
    folder,
    ready: "starting up",
  });
  try {
    for (const port of [pop3, imap, ...(tls ? [pop3s, imaps] : [])]) await untilListening(port);
  } catch (error) {
    await daemon[Symbol.asyncDispose]();
    throw error;
  }
  let count = 0;
  return {
    pid: daemon.pid,
    ports: { pop3, pop3s, imap, imaps },
    user: USER,
    password: PASSWORD,
    maildir,
    async deliver(message, subfolder) {
      const box = subfolder === undefined ? maildir : `${maildir}/${subfolder}`;
      const name = `${Math.floor(Date.now() / 1000)}.M${count++}.toucan`;
      const path = `${box}/tmp/${name}`;
      await Deno.writeFile(path, typeof message === "string" ? new TextEncoder().encode(message) : message);
      await Deno.chown(path, NOBODY, NOBODY);
      await Deno.rename(path, `${box}/new/${name}`);
    },
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}
