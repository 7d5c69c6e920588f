import type { KeyPair } from "../../lib/core/mod.ts";
import { listening } from "./daemon.ts";
import { freePort } from "./port.ts";

/** FTP servers of other projects. */
export type FtpDaemonName = "vsftpd" | "proftpd" | "pure-ftpd";

/** Options of {@link startFtpDaemon}. */
export interface FtpDaemonOptions {
  /** TLS that the server requires for commands and data. Pure-FTPd has no implicit TLS. @default "none" */
  readonly security?: "none" | "explicit" | "implicit";
  /** Certificate for TLS. */
  readonly tls?: Pick<KeyPair, "cert" | "key">;
  /** Whether data connections must resume a TLS session, the default of vsftpd and ProFTPD. */
  readonly sessionReuse?: boolean;
}

/** An FTP server of another project. */
export interface FtpDaemon extends AsyncDisposable {
  /** Its port, on 127.0.0.1. */
  readonly port: number;
  /** Local path of the folder that its user can write to, without a slash at the end. */
  readonly folder: string;
  /** Path of that folder on the server, with slashes at both ends. */
  readonly path: string;
  /** User to log in with; anonymous without it. */
  readonly user?: string;
  /** Password of the user. */
  readonly password?: string;
}

/** Programs that each server needs. */
export const FTP_DAEMON_PROGRAMS: Readonly<Record<FtpDaemonName, readonly string[]>> = {
  vsftpd: ["vsftpd"],
  proftpd: ["proftpd"],
  "pure-ftpd": ["pure-ftpd", "pure-pw"],
};

/** User and group of the system that own the files. */
const NOBODY = 65534;
/** User that every system has, with a home folder that exists: vsftpd enters that. */
const DAEMON = 1;
const ACCOUNT = { user: "ada", password: "secret" };
/** The password, hashed for `passwd` files. */
const HASHED = "$6$toucan$gda1qukxiFBNjdNzstEBI8NhwQi8ZiJDKnsZAEWx8YaO5bEDsIODDGsJttyTZKzPDL2bolyvkJIV/rsgt7COr/";

/** Starts an FTP server with its files in a folder; needs root. It is stopped at the end of the scope. */
export async function startFtpDaemon(
  name: FtpDaemonName,
  folder: string,
  options: FtpDaemonOptions = {},
): Promise<FtpDaemon> {
  const port = freePort();
  const { tls } = options;
  // The servers drop their privileges.
  await Deno.chmod(folder, 0o755);
  await Deno.mkdir(`${folder}/root`);
  if (tls) await Deno.writeTextFile(`${folder}/tls.pem`, `${tls.key}\n${tls.cert}`, { mode: 0o600 });
  const { args, ...daemon } = await STARTS[name](folder, port, options);
  const process = new Deno.Command(name, { args: [...args], stdin: "null", stdout: "null", stderr: "null" }).spawn();
  return { port, ...daemon, ...await listening(process, port) };
}

interface Start extends Pick<FtpDaemon, "folder" | "path" | "user" | "password"> {
  readonly args: readonly string[];
}

const STARTS: Readonly<
  Record<FtpDaemonName, (folder: string, port: number, options: FtpDaemonOptions) => Promise<Start>>
> = {
  vsftpd: async (folder, port, { security = "none", sessionReuse = false }) => {
    // An anonymous user must not own the root.
    await Deno.mkdir(`${folder}/empty`);
    await Deno.mkdir(`${folder}/root/files`);
    await Deno.chown(`${folder}/root/files`, DAEMON, DAEMON);
    const yes = ["listen", "anonymous_enable", "no_anon_password", "write_enable", "mdtm_write"];
    const anonymous = ["anon_upload_enable", "anon_mkdir_write_enable", "anon_other_write_enable"];
    const ssl = ["ssl_enable", "allow_anon_ssl", "force_anon_logins_ssl", "force_anon_data_ssl"];
    const enabled = [
      ...[...yes, ...anonymous],
      ...(security === "none" ? [] : ssl),
      ...(security === "implicit" ? ["implicit_ssl"] : []),
      ...(sessionReuse ? ["require_ssl_reuse"] : []),
    ];
    const disabled = ["background", "xferlog_enable", "seccomp_sandbox", "anon_world_readable_only"];
    const lines = [
      ...enabled.map((name) => `${name}=YES`),
      ...[...disabled, ...(sessionReuse ? [] : ["require_ssl_reuse"])].map((name) => `${name}=NO`),
      ...["listen_address=127.0.0.1", `listen_port=${port}`, "ftp_username=daemon", "anon_umask=022", "max_per_ip=0"],
      ...[`anon_root=${folder}/root`, `secure_chroot_dir=${folder}/empty`, "ssl_ciphers=HIGH"],
      ...[`rsa_cert_file=${folder}/tls.pem`, `rsa_private_key_file=${folder}/tls.pem`],
    ];
    await Deno.writeTextFile(`${folder}/vsftpd.conf`, lines.map((line) => `${line}\n`).join(""));
    return { args: [`${folder}/vsftpd.conf`], folder: `${folder}/root/files`, path: "/files/" };
  },
  proftpd: async (folder, port, { security = "none", sessionReuse = false }) => {
    await Deno.chown(`${folder}/root`, NOBODY, NOBODY);
    const account = [ACCOUNT.user, HASHED, NOBODY, NOBODY, "", `${folder}/root`, "/bin/false"];
    await Deno.writeTextFile(`${folder}/passwd`, `${account.join(":")}\n`, { mode: 0o600 });
    await Deno.writeTextFile(`${folder}/group`, `nogroup:x:${NOBODY}:\n`, { mode: 0o600 });
    const flags = [
      ...(sessionReuse ? [] : ["NoSessionReuseRequired"]),
      ...(security === "implicit" ? ["UseImplicitSSL"] : []),
    ];
    const tls = security === "none" ? [] : [
      ...["TLSEngine on", "TLSRequired on", `TLSOptions ${["NoEmptyFragments", ...flags].join(" ")}`],
      ...[`TLSECCertificateFile ${folder}/tls.pem`, `TLSECCertificateKeyFile ${folder}/tls.pem`],
    ];
    const lines = [
      ...[`ModulePath ${await modulesOfProftpd()}`, "LoadModule mod_tls.c", "LoadModule mod_digest.c"],
      ...["ServerType standalone", "DefaultAddress 127.0.0.1", "SocketBindTight on", `Port ${port}`, "UseIPv6 off"],
      ...[`PidFile ${folder}/pid`, `ScoreboardFile ${folder}/score`, `SystemLog ${folder}/log`],
      ...["TransferLog NONE", "WtmpLog off", "UseReverseDNS off", "DelayEngine off", "RequireValidShell off"],
      ...["AuthOrder mod_auth_file.c", `AuthUserFile ${folder}/passwd`, `AuthGroupFile ${folder}/group`],
      ...["User nobody", "Group nogroup", "DefaultRoot ~", "AllowOverwrite on", "MaxInstances 100"],
      ...["AllowStoreRestart on", "AllowRetrieveRestart on", ...tls],
    ];
    await Deno.writeTextFile(`${folder}/proftpd.conf`, lines.map((line) => `${line}\n`).join(""));
    const args = ["--nodaemon", "--quiet", "--config", `${folder}/proftpd.conf`];
    return { args, folder: `${folder}/root`, path: "/", ...ACCOUNT };
  },
  "pure-ftpd": async (folder, port, { security = "none" }) => {
    if (security === "implicit") throw new Error("Pure-FTPd has no implicit TLS");
    await Deno.chown(`${folder}/root`, NOBODY, NOBODY);
    const account = [ACCOUNT.user, HASHED, NOBODY, NOBODY, "", `${folder}/root/./`];
    await Deno.writeTextFile(`${folder}/passwd`, `${account.join(":")}::::::::::::\n`);
    const made = await new Deno.Command("pure-pw", { args: ["mkdb", `${folder}/db`, "-f", `${folder}/passwd`] })
      .output();
    if (!made.success) throw new Error(`pure-pw: ${new TextDecoder().decode(made.stderr)}`);
    const tls = security === "none" ? [] : ["--tls", "3", "--certfile", `${folder}/tls.pem`];
    const where = ["--bind", `127.0.0.1,${port}`, "--ipv4only", "--dontresolve", "--pidfile", `${folder}/pid`];
    const limits = ["--maxclientsnumber", "100", "--maxclientsperip", "100", "--noanonymous", "--minuid", "1"];
    const args = [...where, ...limits, "--login", `puredb:${folder}/db`, ...tls];
    return { args, folder: `${folder}/root`, path: "/", ...ACCOUNT };
  },
};

/** Folder of the modules: the program may be installed aside, since packages of FTP servers exclude each other. */
async function modulesOfProftpd(): Promise<string> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const program = await Deno.realPath(`${folder}/proftpd`).catch(() => undefined);
    if (program) return program.replace(/sbin\/proftpd$/, "lib/proftpd");
  }
  throw new Error("proftpd not found");
}
