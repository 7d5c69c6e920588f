import { listening } from "./daemon.ts";
import { freePort } from "./port.ts";

/** The IRC server ngircd. */
export interface Ngircd extends AsyncDisposable {
  /** Its port on 127.0.0.1. */
  readonly port: number;
}

/** Starts `ngircd` with its own configuration, without limits that would affect a test. */
export async function startNgircd(
  options: {
    readonly password?: string;
    /** Starts the process, for callers that manage it. */
    readonly spawn?: (program: string, options: Deno.CommandOptions) => Deno.ChildProcess;
  } = {},
): Promise<Ngircd> {
  const folder = await Deno.makeTempDir();
  const port = freePort();
  const config = `[Global]
Name = irc.test.example
Info = for a test
AdminEMail = nobody@test.example
Listen = 127.0.0.1
Ports = ${port}
ServerUID = root
ServerGID = root
PidFile = ${folder}/pid
${options.password === undefined ? "" : `Password = ${options.password}`}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
`;
  await Deno.writeTextFile(`${folder}/ngircd.conf`, config);
  const args = ["--nodaemon", "--config", `${folder}/ngircd.conf`];
  const { spawn = (program, options) => new Deno.Command(program, options).spawn() } = options;
  const process = spawn("ngircd", { args, stdin: "null", stdout: "null", stderr: "null" });
  const daemon = await listening(process, port, { signal: "SIGKILL", folder });
  return { port, ...daemon };
}
