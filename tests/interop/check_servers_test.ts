import { assertEquals } from "@std/assert";
import { check, kindOf } from "../../lib/check/mod.ts";
import { mailSink } from "../../lib/mail/mod.ts";
import { listening } from "../kit/daemon.ts";
import { DOVECOT, startDovecot } from "../kit/dovecot.ts";
import { FTP_DAEMON_PROGRAMS, startFtpDaemon } from "../kit/ftp_daemons.ts";
import { INN, startInn } from "../kit/inn.ts";
import { startNgircd } from "../kit/ngircd.ts";
import { peerTest } from "../kit/peer.ts";
import { freePort } from "../kit/port.ts";
import { keyPair } from "../kit/sink_certificate.ts";
import { startUnbound } from "../kit/unbound.ts";

/** A server of another project, and what should be changed in it as far as `check` can tell. */
interface Server {
  readonly name: string;
  readonly peers?: readonly string[];
  /** Starts it; returns its targets, each with the codes of its warnings. */
  readonly start: (stack: AsyncDisposableStack) => Promise<Readonly<Record<string, readonly string[]>>>;
}

const at = (scheme: string, port: number | undefined, path = "") => `${scheme}://127.0.0.1:${port}${path}`;

/** Name servers of the root, which a test cannot ask. */
const ROOT = ['local-data: ". 300 NS a.root.test."'];

/** Dovecot and smtp-sink treat this machine as secure, or know no TLS. */
const SERVERS: readonly Server[] = [
  {
    name: "dovecot",
    peers: DOVECOT,
    async start(stack) {
      const { ports } = stack.use(await startDovecot({ tls: keyPair }));
      return {
        [at("imap", ports.imap)]: ["login-in-clear"],
        [at("pop3", ports.pop3)]: ["login-in-clear"],
        [at("imaps", ports.imaps)]: [],
        [at("pop3s", ports.pop3s)]: [],
      };
    },
  },
  {
    name: "exim",
    peers: ["exim4"],
    async start(stack) {
      const port = await startExim(stack);
      return { [at("smtp", port)]: [], [at("submission", port)]: [] };
    },
  },
  {
    name: "smtp-sink of Postfix",
    peers: ["smtp-sink"],
    async start(stack) {
      const port = freePort();
      const args = ["-u", "nobody", "-c", `127.0.0.1:${port}`, "10"];
      const process = new Deno.Command("smtp-sink", { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
      stack.use(await listening(process, port));
      return { [at("smtp", port)]: ["login-in-clear", "starttls-not-offered"] };
    },
  },
  {
    name: "vsftpd",
    peers: FTP_DAEMON_PROGRAMS.vsftpd,
    async start(stack) {
      const folder = await Deno.makeTempDir();
      stack.defer(() => Deno.remove(folder, { recursive: true }));
      const { port } = stack.use(await startFtpDaemon("vsftpd", folder, { security: "explicit", tls: keyPair }));
      return { [at("ftp", port)]: [] };
    },
  },
  {
    name: "INN",
    peers: INN,
    async start(stack) {
      return { [at("nntp", stack.use(await startInn({ tls: keyPair })).port)]: ["login-in-clear"] };
    },
  },
  {
    name: "ngircd",
    peers: ["ngircd"],
    start: async (stack) => ({ [at("irc", stack.use(await startNgircd()).port)]: [] }),
  },
  {
    name: "unbound",
    peers: ["unbound"],
    async start(stack) {
      const { port, tls, https } = stack.use(await startUnbound(keyPair, ROOT));
      return { [at("dns", port)]: [], [at("dot", tls)]: [], [at("doh", https, "/dns-query")]: [] };
    },
  },
  {
    name: "our own",
    async start(stack) {
      const mail = stack.use(await mailSink({ keyPair, port: 0, authWithoutTls: false }));
      return { [at("smtp", mail.port)]: [] };
    },
  },
];

for (const { name, peers = [], start } of SERVERS) {
  peerTest(`check: all is well with ${name}`, peers, async () => {
    await using stack = new AsyncDisposableStack();
    const targets = await start(stack);
    await Promise.all(
      Object.entries(targets).map(async ([target, warnings]) => {
        const { probes } = await check(target, { tls: { caCerts: [keyPair.cert] }, timeout: 8000 });
        const findings = probes.flatMap((probe) =>
          probe.layer === "tls" || probe.layer === "application" ? probe.findings : []
        );
        const marked = (mark: string) => findings.filter((finding) => kindOf(finding).mark === mark);
        assertEquals([target, marked("fault")], [target, []]);
        assertEquals([target, marked("warning").map(({ code }) => code).sort()], [target, [...warnings].sort()]);
      }),
    );
  });
}

/** Starts Exim with TLS, for mail of `exim.test` only; returns its port. */
async function startExim(stack: AsyncDisposableStack): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "exim" });
  const port = freePort();
  await Deno.chmod(folder, 0o777);
  await Deno.writeTextFile(`${folder}/tls.pem`, `${keyPair.key}\n${keyPair.cert}`);
  const lines = [
    ...["exim_path = /usr/local/sbin/exim4", "primary_hostname = exim.test", `spool_directory = ${folder}/spool`],
    ...[
      `log_file_path = ${folder}/%slog`,
      "exim_user = daemon",
      "exim_group = daemon",
      "never_users =",
      "keep_environment =",
    ],
    ...[
      "domainlist local_domains = exim.test",
      `tls_certificate = ${folder}/tls.pem`,
      "tls_advertise_hosts = *",
      "tls_require_ciphers = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1",
    ],
    ...["host_lookup =", "rfc1413_query_timeout = 0s", "acl_smtp_rcpt = rcpt", "pid_file_path ="],
    ...["begin acl", "rcpt:", "  accept domains = +local_domains", "  deny message = relay not permitted"],
    ...["begin routers", "all:", "  driver = redirect", "  data = :blackhole:"],
  ];
  await Deno.writeTextFile(`${folder}/conf`, lines.map((line) => `${line}\n`).join(""));
  const args = ["-C", `${folder}/conf`, "-bdf", "-oX", `127.0.0.1.${port}`];
  const process = new Deno.Command("exim4", { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  stack.use(await listening(process, port, { folder }));
  return port;
}
