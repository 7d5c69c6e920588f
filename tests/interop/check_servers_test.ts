import { assertWell, at, certificateFiles, type Server, siteFolder } from "../kit/check_servers.ts";
import { listening } from "../kit/daemon.ts";
import { FTP_DAEMON_PROGRAMS, startFtpDaemon } from "../kit/ftp_daemons.ts";
import { INN, startInn } from "../kit/inn.ts";
import { startNgircd } from "../kit/ngircd.ts";
import { startNsd } from "../kit/nsd.ts";
import { peerTest } from "../kit/peer.ts";
import { freePort } from "../kit/port.ts";
import { POSTFIX, startPostfix } from "../kit/postfix.ts";
import { keyPair } from "../kit/sink_certificate.ts";
import { startTool } from "../kit/tool.ts";

/** Servers; `check_tool_test.ts` has further ones. The server smtp-sink knows no TLS. */
const SERVERS: readonly Server[] = [
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
    name: "Postfix",
    peers: POSTFIX,
    async start(stack) {
      const { smtp, smtps } = stack.use(await startPostfix({ tls: keyPair }));
      return { [at("smtp", smtp)]: [], [at("submission", smtp)]: [], [at("smtps", smtps)]: [] };
    },
  },
  {
    name: "nsd",
    peers: ["nsd"],
    async start(stack) {
      const zone = "@ 300 IN SOA ns host 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n";
      const { port, tlsPort } = stack.use(await startNsd({ "nsd.test.": zone }, { certificate: keyPair }));
      return { [at("dns", port, "/nsd.test")]: [], [at("dot", tlsPort, "/nsd.test")]: [] };
    },
  },
  {
    name: "mail sink, our own",
    async start(stack) {
      const args = ["sink", "--port", "0", "--web", "0", "--pop3", "0", "--imap", "0", "--nntp", "0", "--starttls"];
      const secure = ["--smtps", "0", "--imaps", "0", "--pop3s", "0", "--nntps", "0"];
      const urls = await startOwn(stack, "mail", [...args, ...secure, ...(await certificateFiles(stack))]);
      // Beyond TLS it takes passwords from this machine.
      return Object.fromEntries(
        urls.map((url) => [url, /^(?:smtp|pop3|imap|nntp):/.test(url) ? ["login-in-clear"] : []]),
      );
    },
  },
  {
    name: "file serve, our own",
    async start(stack) {
      const args = ["serve", "--port", "0", "--tls", "--ftp", "0", "--ftps", "0", ...(await certificateFiles(stack))];
      const urls = await startOwn(stack, "file", [...args, await siteFolder(stack)]);
      return Object.fromEntries(urls.map((url) => [url, []]));
    },
  },
  {
    name: "chat serve, our own",
    async start(stack) {
      const args = ["serve", "--port", "0", "--web", "0", "--tls", ...(await certificateFiles(stack))];
      const urls = await startOwn(stack, "chat", args);
      return Object.fromEntries(urls.map((url) => [url, []]));
    },
  },
  {
    name: "resolve serve, our own",
    async start(stack) {
      const args = ["serve", "--port", "0", "--tls-listen", "0", "--https-listen", "0", "own.test=192.0.2.1"];
      const urls = await startOwn(stack, "resolve", [...args, ...(await certificateFiles(stack))]);
      return Object.fromEntries(urls.map((url) => [url, []]));
    },
  },
];

for (const { name, peers = [], start } of SERVERS) {
  peerTest(`check: all is well with ${name}`, peers, async () => {
    await using stack = new AsyncDisposableStack();
    await assertWell(stack, await start(stack));
  });
}

/** Schemes of targets by those of the URLs that this project's servers print. */
const TARGETS: Readonly<Record<string, string>> = { udp: "dns", tls: "dot", tcp: "" };

/** Starts a tool's server as a process, and returns the targets at which it listens. */
async function startOwn(stack: AsyncDisposableStack, tool: string, args: readonly string[]): Promise<string[]> {
  const running = stack.use(await startTool(tool, args));
  const last = LAST[tool];
  if (last) await running.stderrMatch(new RegExp(`listening on ${last}://`));
  return running.stderr().split("\n").flatMap((line) => {
    const [, scheme = "", rest = ""] = /^listening on (\w+)(:\/\/\S+)/.exec(line) ?? [];
    const doh = scheme === "https" && rest.endsWith("/dns-query");
    const target = doh ? "doh" : TARGETS[scheme] ?? scheme;
    return target === "" ? [] : [`${target}${rest}`];
  });
}

/** Scheme of the URL that a server prints last. */
const LAST: Readonly<Record<string, string>> = { mail: "http", file: "ftps", chat: "http", resolve: "https" };

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
