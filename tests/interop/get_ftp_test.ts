import { assertEquals, assertMatch } from "@std/assert";
import { makeCertificate } from "../kit/certificates.ts";
import { entityBytes } from "../kit/entity_server.ts";
import { withFolder } from "../kit/folder.ts";
import {
  FTP_DAEMON_PROGRAMS,
  type FtpDaemon,
  type FtpDaemonName,
  type FtpDaemonOptions,
  startFtpDaemon,
} from "../kit/ftp_daemons.ts";
import { peerTest } from "../kit/peer.ts";
import { allNames } from "../kit/served.ts";
import { runTool, startTool } from "../kit/tool.ts";
import { until } from "../kit/wait.ts";

const SIZE = 3_000_000;
const BODY = entityBytes(SIZE, 0);
/** A time that no test reaches: files that are just made are not resumed. */
const TIME = new Date(Date.UTC(2020, 0, 2, 3, 4, 5));

const ROWS: readonly (readonly [FtpDaemonName, NonNullable<FtpDaemonOptions["security"]>])[] = [
  ["vsftpd", "none"],
  ["vsftpd", "explicit"],
  ["vsftpd", "implicit"],
  ["proftpd", "none"],
  ["proftpd", "explicit"],
  ["proftpd", "implicit"],
  ["pure-ftpd", "none"],
  ["pure-ftpd", "explicit"],
];

interface Setting {
  readonly here: string;
  readonly daemon: FtpDaemon;
  /** Returns the URL of a path below the folder of the server. */
  readonly url: (path: string) => string;
  /** Options that each call needs. */
  readonly words: readonly string[];
}

function withDaemon(
  name: FtpDaemonName,
  security: NonNullable<FtpDaemonOptions["security"]>,
  use: (setting: Setting) => Promise<void>,
): () => Promise<void> {
  return () =>
    withFolder((folder) =>
      withFolder(async (here) => {
        const tls = security === "none" ? undefined : await makeCertificate({ authority: false });
        await using daemon = await startFtpDaemon(name, folder, { security, tls });
        if (tls) await Deno.writeTextFile(`${here}/ca.pem`, tls.cert);
        const scheme = security === "implicit" ? "ftps" : "ftp";
        const place = `${scheme}://127.0.0.1:${daemon.port}${daemon.path}`;
        await use({
          here,
          daemon,
          url: (path) => place + path,
          words: [
            ...(tls ? ["--cacert", `${here}/ca.pem`] : []),
            ...(security === "explicit" ? ["--ftp-tls"] : []),
            ...(daemon.user ? ["--user", `${daemon.user}:${daemon.password}`] : []),
          ],
        });
      })
    );
}

async function place({ daemon }: Setting, name: string, bytes: Uint8Array): Promise<void> {
  await Deno.writeFile(`${daemon.folder}/${name}`, bytes);
  await Deno.utime(`${daemon.folder}/${name}`, TIME, TIME);
}

for (const [name, security] of ROWS) {
  const peers = FTP_DAEMON_PROGRAMS[name];
  peerTest(
    `get ftp: from ${name}, TLS ${security}: files, a listing, sizes and times, and what is missing`,
    peers,
    withDaemon(name, security, async (setting) => {
      const { here, url, words } = setting;
      await place(setting, "big.bin", BODY);
      await place(setting, "a b ü.txt", new TextEncoder().encode("hello\n"));
      await Deno.mkdir(`${setting.daemon.folder}/sub`);
      const got = await runTool("get", [...words, "--save", "-D", here, url("big.bin"), url("a%20b%20%C3%BC.txt")]);
      assertEquals([got.code, got.stdout], [0, `${here}/big.bin\n${here}/a b ü.txt\n`], got.stderr);
      assertEquals(Deno.readFileSync(`${here}/big.bin`).every((byte, index) => byte === BODY[index]), true);
      assertEquals(Deno.statSync(`${here}/big.bin`).mtime, TIME);
      const head = await runTool("get", [...words, "--head", url("big.bin")]);
      assertEquals(head.stdout, `Last-Modified: Thu, 02 Jan 2020 03:04:05 GMT\nContent-Length: ${SIZE}\n`, head.stderr);
      const listing = await runTool("get", [...words, url("")]);
      const [, first = "", second = "", third = ""] = /^(.*)\n(.*)\n(.*)\n$/.exec(listing.stdout) ?? [listing.stdout];
      assertMatch(first, /^-\S{9} +6 2020-01-02(?:T03:04(?::05)?Z)? +a b ü\.txt$/);
      assertMatch(second, /^-\S{9} +3000000 2020-01-02(?:T03:04(?::05)?Z)? +big\.bin$/);
      assertMatch(third, /^d\S{9} .* sub$/);
      const missing = await runTool("get", [...words, url("none")]);
      assertEquals([missing.code, missing.stdout], [1, ""], missing.stderr);
    }),
  );
  peerTest(
    `get ftp: from ${name}, TLS ${security}: killed, then resumed`,
    peers,
    withDaemon(name, security, async (setting) => {
      const { here, url, words } = setting;
      const body = entityBytes(48 << 20, 1);
      await place(setting, "big.bin", body);
      const file = `${here}/big.bin`;
      const args = [...words, "-q", "--resume", "--output", file, url("big.bin")];
      {
        await using running = await startTool("get", args);
        const begun = () => allNames(here).includes("big.bin") || (sizeOf(`${file}.part`) ?? 0) > 1_000_000;
        await until("a part", begun);
        running.process.kill("SIGKILL");
        await running.code;
      }
      const kept = sizeOf(`${file}.part`) ?? body.length;
      const { code, stdout, stderr } = await runTool("get", ["--json", ...args]);
      assertEquals([code, JSON.parse(stdout).resumedFrom], [
        0,
        Math.min(kept, body.length - Number(kept < body.length)),
      ], stderr);
      assertEquals(Deno.readFileSync(file).every((byte, index) => byte === body[index]), true);
    }),
  );
}

for (const name of ["vsftpd", "proftpd"] as const) {
  peerTest(
    `get ftp: from ${name} that requires TLS: without it, and with another certificate`,
    FTP_DAEMON_PROGRAMS[name],
    withDaemon(name, "explicit", async (setting) => {
      const { url } = setting;
      await place(setting, "a", new Uint8Array(3));
      const plain = await runTool("get", ["--retries", "0", "--user", "ada:secret", url("a")]);
      assertEquals([plain.code === 0, plain.stdout], [false, ""], plain.stderr);
      const unknown = await runTool("get", ["--ftp-tls", "--retries", "0", url("a")]);
      assertEquals([unknown.code, unknown.stdout], [3, ""], unknown.stderr);
    }),
  );
}

function sizeOf(path: string): number | undefined {
  try {
    return Deno.statSync(path).size;
  } catch {
    return undefined;
  }
}
