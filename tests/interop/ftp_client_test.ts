import { assert, assertEquals, assertRejects } from "@std/assert";
import { NetworkError, ToucanError } from "../../lib/core/mod.ts";
import { connectFtp, type FtpClient, type FtpClientOptions } from "../../lib/ftp/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import {
  FTP_DAEMON_PROGRAMS,
  type FtpDaemon,
  type FtpDaemonName,
  type FtpDaemonOptions,
  startFtpDaemon,
} from "../kit/ftp_daemons.ts";
import { peerTest } from "../kit/peer.ts";
import { DEADLINE_MS } from "../kit/wait.ts";

type Security = NonNullable<FtpDaemonOptions["security"]>;

const SERVERS: readonly [name: FtpDaemonName, securities: readonly Security[]][] = [
  ["vsftpd", ["none", "explicit", "implicit"]],
  ["proftpd", ["none", "explicit", "implicit"]],
  // It has no implicit TLS.
  ["pure-ftpd", ["none", "explicit"]],
];
const WORDS: Readonly<Record<Security, string>> = { none: "plain", explicit: "explicit TLS", implicit: "implicit TLS" };

const authority = await makeCertificate({ authority: true, names: [] });
const certificate = await makeCertificate({ issuer: authority });

/** Starts a server, and runs a test with a session on it. */
async function session(
  name: FtpDaemonName,
  security: Security,
  use: (client: FtpClient, daemon: FtpDaemon) => Promise<void>,
  options: FtpDaemonOptions = {},
): Promise<void> {
  await withFolder(async (folder) => {
    await using daemon = await startFtpDaemon(name, folder, { security, tls: certificate, ...options });
    await using client = await connectFtp(`127.0.0.1:${daemon.port}`, clientOptions(daemon, security));
    await use(client, daemon);
  });
}

function clientOptions({ user, password }: FtpDaemon, security: Security): FtpClientOptions {
  const tls = { caCerts: [authority.cert] };
  return { user, password, security, tls, timeout: DEADLINE_MS, stall: DEADLINE_MS };
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
/** Bytes that differ everywhere: more than the buffers of a connection hold. */
const LARGE = Uint8Array.from({ length: 5_000_003 }, (_, index) => (index * 2654435761) >>> 13);
const NAMES = [
  "a b",
  " leading",
  "trailing ",
  "ümlaut",
  "-dash",
  "#%?;=",
  "a -> b",
  '"quoted"',
  ".dot",
  "\u{1f600}",
  "(1) [x] *",
];

for (const [name, securities] of SERVERS) {
  for (const security of securities) {
    const test = (what: string, use: (client: FtpClient, daemon: FtpDaemon) => Promise<void>) =>
      peerTest(
        `ftp client, ${name}, ${WORDS[security]}: ${what}`,
        FTP_DAEMON_PROGRAMS[name],
        () => session(name, security, use),
      );

    test("upload and download", async (client, { folder, path }) => {
      await client.store(`${path}large`, LARGE, { size: LARGE.length });
      assertEquals(await Deno.readFile(`${folder}/large`), LARGE);
      assertEquals(await client.retrieveBytes(`${path}large`), LARGE);
      for (const content of ["", "x", "lines\r\nof\ntext\r"]) {
        await client.store(`${path}small`, content);
        assertEquals(await Deno.readTextFile(`${folder}/small`), content);
        assertEquals(text(await client.retrieveBytes(`${path}small`)), content);
      }
      assertEquals((await assertRejects(() => client.retrieve(`${path}none`), ToucanError)).code, "no-such-file");
    });

    test("resume of an upload and of a download", async (client, { folder, path }) => {
      const half = 2_000_001;
      await client.store(`${path}large`, LARGE.subarray(0, half));
      assertEquals((await client.stat(`${path}large`))?.size, half);
      await client.store(`${path}large`, LARGE.subarray(half), { offset: half });
      assertEquals(await Deno.readFile(`${folder}/large`), LARGE);
      const download = await client.retrieve(`${path}large`, { offset: half, size: LARGE.length });
      const rest = new Uint8Array(LARGE.length);
      let got = 0;
      for (let count = await download.read(rest); count !== null; count = await download.read(rest.subarray(got))) {
        got += count;
      }
      await download.end();
      assertEquals(rest.subarray(0, got), LARGE.subarray(half));
      await client.store(`${path}large`, "end", { append: true });
      assertEquals((await Deno.stat(`${folder}/large`)).size, LARGE.length + 3);
    });

    test("listing, folders, names, times", async (client, { folder, path }) => {
      await client.makeFolder(`${path}sub`);
      // Pure-FTPd writes a space at the end of a name as an underscore.
      const names = NAMES.filter((text) => name !== "pure-ftpd" || !text.endsWith(" "));
      for (const name of names) await client.store(`${path}sub/${name}`, name);
      await client.makeFolder(`${path}sub/folder`);
      const { entries, unreadable } = await client.list(`${path}sub`);
      assertEquals(unreadable, 0);
      assertEquals(new Set(entries.map(({ name }) => name)), new Set([...names, "folder"]));
      assertEquals(entries.find(({ name }) => name === "folder")?.type, "folder");
      assertEquals(entries.find(({ name }) => name === "a b")?.size, 3);
      const modified = Date.UTC(2020, 1, 29, 12, 34, 56);
      assertEquals(await client.setModified(`${path}sub/a b`, modified), true);
      assertEquals((await Deno.stat(`${folder}/sub/a b`)).mtime?.getTime(), modified);
      assertEquals((await client.stat(`${path}sub/a b`))?.modified, modified);
      assertEquals((await client.stat(`${path}sub`))?.type, "folder");
      assertEquals(await client.stat(`${path}none`), undefined);
      await client.rename(`${path}sub/a b`, `${path}sub/moved`);
      await client.remove(`${path}sub/moved`);
      await client.removeFolder(`${path}sub/folder`);
      assertEquals((await client.list(`${path}sub`)).entries.length, names.length - 1);
      assertEquals((await assertRejects(() => client.list(`${path}none`), ToucanError)).code, "no-such-file");
      assertEquals((await assertRejects(() => client.makeFolder(`${path}sub`), ToucanError)).code, "ftp-refused");
    });
  }

  peerTest(
    `ftp client, ${name}: an aborted download leaves the session usable`,
    FTP_DAEMON_PROGRAMS[name],
    () =>
      session(name, "none", async (client, { folder, path }) => {
        await Deno.writeFile(`${folder}/huge`, new Uint8Array(50_000_000));
        for (let count = 0; count < 3; count++) {
          await using download = await client.retrieve(`${path}huge`);
          assert((await download.read(new Uint8Array(1000)) ?? 0) > 0);
        }
        assertEquals((await client.retrieveBytes(`${path}huge`)).length, 50_000_000);
      }),
  );

  peerTest(
    `ftp client, ${name}: a wrong password is refused`,
    FTP_DAEMON_PROGRAMS[name],
    () =>
      withFolder(async (folder) => {
        await using daemon = await startFtpDaemon(name, folder);
        const options = { ...clientOptions(daemon, "none"), user: "ada", password: "wrong" };
        const error = await assertRejects(() => connectFtp(`127.0.0.1:${daemon.port}`, options), ToucanError);
        assertEquals(error.code, "login-refused");
      }),
  );
}

for (const name of ["vsftpd", "proftpd"] as const) {
  const title = `ftp client, ${name}, explicit TLS: required session reuse is reported, and nothing is stored`;
  peerTest(title, FTP_DAEMON_PROGRAMS[name], () =>
    session(name, "explicit", async (client, { folder, path }) => {
      const error = await assertRejects(() => client.store(`${path}a`, "secret"), NetworkError);
      assertEquals(error.code, "tls-session-reuse");
      assertEquals(await Deno.readTextFile(`${folder}/a`).catch(() => ""), "");
    }, { sessionReuse: true }));
}

peerTest(
  "ftp client, proftpd: hashes by HASH are those of the files",
  FTP_DAEMON_PROGRAMS.proftpd,
  () =>
    session("proftpd", "none", async (client, { path }) => {
      await client.store(`${path}a b 7`, "hello");
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode("hello")));
      assertEquals(await client.hash(`${path}a b 7`, "sha256"), digest.toHex());
    }),
);
