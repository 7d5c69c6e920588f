import { type Daemon, listening } from "./daemon.ts";
import { freePort } from "./port.ts";

/** The IRC bouncer ZNC, with one user, `ann`, whose password at the bouncer is `bouncer`. */
export interface Znc extends Daemon {
  /** Its port on 127.0.0.1. */
  readonly port: number;
}

/** Server that ZNC connects to. */
export interface ZncUpstream {
  /** Port of the server on 127.0.0.1. */
  readonly port: number;
  /** Whether it uses TLS; the certificate is not verified. */
  readonly tls?: boolean;
  /** Mechanism of SASL. */
  readonly mechanism: "PLAIN" | "EXTERNAL";
  /** Password of the account. */
  readonly password?: string;
  /** Certificate and key of the client, in PEM. */
  readonly certificate?: string;
}

/** Starts `znc` in a folder of its own; it connects to the server as `ann`, and joins `#a`. */
export async function startZnc(upstream: ZncUpstream): Promise<Znc> {
  const folder = await Deno.makeTempDir();
  const port = freePort();
  const network = `${folder}/users/ann/networks/here/moddata`;
  await Deno.mkdir(`${folder}/configs`);
  await Deno.mkdir(`${network}/sasl`, { recursive: true });
  // Its own format of settings: a name and the value.
  const settings = {
    mechanisms: upstream.mechanism,
    require_auth: "yes",
    username: "ann",
    password: upstream.password ?? "",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
  await Deno.writeTextFile(`${network}/sasl/.registry`, lines.join(""));
  if (upstream.certificate !== undefined) {
    await Deno.mkdir(`${network}/cert`);
    await Deno.writeTextFile(`${network}/cert/user.pem`, upstream.certificate, { mode: 0o600 });
  }
  await Deno.writeTextFile(
    `${folder}/configs/znc.conf`,
    `Version = 1.8.2
ConnectDelay = 0
ServerThrottle = 0
<Listener l>
  Host = 127.0.0.1
  Port = ${port}
  IPv4 = true
  IPv6 = false
  SSL = false
</Listener>
<User ann>
  Admin = true
  Nick = ann
  Ident = ann
  AutoClearChanBuffer = false
  <Pass password>
    Method = plain
    Hash = bouncer
  </Pass>
  <Network here>
    TrustAllCerts = true
    JoinDelay = 0
    FloodBurst = 50
    LoadModule = sasl
    ${upstream.certificate === undefined ? "" : "LoadModule = cert"}
    Server = 127.0.0.1 ${upstream.tls ? "+" : ""}${upstream.port}
    <Chan #a>
    </Chan>
  </Network>
</User>
`,
  );
  // As root it would wait for 30 s.
  const owner = `${Deno.uid() || 65_534}`;
  const user = ["setpriv", `--reuid=${owner}`, `--regid=${owner}`, "--clear-groups"];
  if (Deno.uid() === 0) await new Deno.Command("chown", { args: ["-R", `${owner}:${owner}`, folder] }).output();
  const command = ["znc", "--foreground", "--no-color", "--datadir", folder];
  const [program = "", ...args] = Deno.uid() === 0 ? [...user, ...command] : command;
  const process = new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  return { port, ...await listening(process, port, { signal: "SIGKILL", folder }) };
}
