import { closeQuietly, writeAll } from "../../../lib/core/mod.ts";
import type { FtpClientOptions } from "../../../lib/ftp/mod.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { attemptFtp, expectFtpError, FTP_WORK } from "../../kit/ftp_attempt.ts";
import { drain, type FtpDataEnd } from "../../kit/ftp_faults.ts";
import { type FtpMischief, scriptedFtp } from "../../kit/scripted_ftp.ts";

const authority = await makeCertificate({ authority: true, names: [] });
const certificate = await makeCertificate({ issuer: authority });

const TRUST = { tls: { caCerts: [authority.cert] } } as const;
const SHORT = { connectTimeout: 200, timeout: 200, stall: 200 } as const;

/** Changes for a data connection on which the server does something else than TLS, in spite of PROT P. */
function unprotected(work: (data: FtpDataEnd) => Promise<void> | void, end: string): Record<string, FtpMischief> {
  const transfer: FtpMischief = async (wire) => {
    await wire.say("150 Go\r\n");
    const data = await wire.data();
    await work(data);
    closeQuietly(data);
    await wire.say(end);
  };
  return { PROT: "200 Protected, I say\r\n", RETR: transfer, MLSD: transfer, STOR: transfer };
}

const PLAIN = unprotected((data) => writeAll(data, new TextEncoder().encode("hello world")), "226 Done\r\n");
const CLOSED = unprotected(() => {}, "426 Closed\r\n");
const SILENT = unprotected(drain, "426 Closed\r\n");
const NO_TLS = /^(?:tls|connection|data-tls|protocol|transfer-incomplete)/;

/** Faults of a handshake, what the client does, and the code of the error. */
const FAULTS: readonly [
  what: string,
  changes: Record<string, FtpMischief>,
  code: RegExp,
  options?: FtpClientOptions,
  work?: keyof typeof FTP_WORK,
][] = [
  ["AUTH: closes after 234", {
    AUTH: async (wire) => {
      await wire.say("234 Go\r\n");
      wire.close();
    },
  }, /^(?:tls|connection)/],
  ["AUTH: a plain reply in place of the handshake", {
    AUTH: async (wire) => {
      await wire.say("234 Go\r\n");
      await wire.say("500 Not today\r\n");
      await wire.gone();
    },
  }, /^tls/],
  [
    "AUTH: says nothing after 234",
    {
      AUTH: async (wire) => {
        await wire.say("234 Go\r\n");
        await wire.gone();
      },
    },
    /^timeout$/,
    SHORT,
  ],
  ["RETR: plain data", PLAIN, NO_TLS],
  ["RETR: closes in place of the handshake", CLOSED, NO_TLS],
  ["RETR: says nothing in place of the handshake", SILENT, /^(?:timeout|stalled)$/, SHORT],
  ["MLSD: plain data", PLAIN, NO_TLS, {}, "list"],
  ["MLSD: closes in place of the handshake", CLOSED, NO_TLS, {}, "list"],
  ["STOR: plain data", PLAIN, NO_TLS, {}, "store"],
  ["STOR: closes in place of the handshake", CLOSED, NO_TLS, {}, "store"],
];

for (const [what, changes, code, options, work = "retrieve"] of FAULTS) {
  Deno.test(`FTP client over TLS, ${what}`, async () => {
    await using server = scriptedFtp({ changes, tls: certificate, files: { "/home/a.txt": "hello world" } });
    const { error, client } = await attemptFtp(server, FTP_WORK[work], { security: "explicit", ...TRUST, ...options });
    client?.close();
    expectFtpError(error, code);
  });
}

Deno.test("FTP client over TLS: a plain greeting where TLS begins at once", async () => {
  await using server = scriptedFtp({ tls: certificate });
  const { error, client } = await attemptFtp(server, FTP_WORK.stat, { security: "implicit", ...TRUST });
  client?.close();
  expectFtpError(error, /^tls/);
});
