import { assert } from "@std/assert";
import type { FtpClientOptions } from "../../../lib/ftp/mod.ts";
import { attemptFtp, expectFtpError, FTP_WORK, type FtpWork } from "../../kit/ftp_attempt.ts";
import { type FtpMischief, scriptedFtp } from "../../kit/scripted_ftp.ts";

const PLAIN_FEAT = "211-Features:\r\n EPSV\r\n MDTM\r\n SIZE\r\n MFMT\r\n HASH SHA-256*\r\n211 End\r\n";

/** Commands in whose place a server does something else, what the client does then, and other changes of the server. */
const PHASES: Readonly<Record<string, readonly [work: FtpWork, changes?: Record<string, FtpMischief>]>> = {
  greeting: ["retrieve"],
  USER: ["retrieve"],
  PASS: ["retrieve"],
  FEAT: ["retrieve"],
  OPTS: ["retrieve"],
  TYPE: ["retrieve"],
  PWD: ["retrieve"],
  EPSV: ["retrieve"],
  PASV: ["retrieve", { EPSV: "500 Unknown command.\r\n" }],
  RETR: ["retrieve"],
  CWD: ["list"],
  MLSD: ["list"],
  LIST: ["list", { FEAT: PLAIN_FEAT }],
  MLST: ["stat"],
  SIZE: ["stat", { FEAT: PLAIN_FEAT }],
  MDTM: ["stat", { FEAT: PLAIN_FEAT }],
  STOR: ["store"],
  RNFR: ["rename"],
  RNTO: ["rename"],
  DELE: ["remove"],
  MFMT: ["setModified", { FEAT: PLAIN_FEAT }],
  HASH: ["hash", { FEAT: PLAIN_FEAT }],
};

/** Faults in place of any reply, and the code of the error. */
const FAULTS: Readonly<Record<string, readonly [mischief: FtpMischief, code: RegExp, options?: FtpClientOptions]>> = {
  "closes": [(wire) => wire.close(), /^connection-(?:cut|reset|closed)$/],
  "closes within a line": [
    async (wire) => {
      await wire.say("22");
      wire.close();
    },
    /^connection-(?:cut|reset)$|^ftp-invalid-reply$/,
  ],
  "closes within a reply": [
    async (wire) => {
      await wire.say("250-One\r\n");
      wire.close();
    },
    /^connection-(?:cut|reset)$/,
  ],
  "says nothing": [(wire) => wire.gone(), /^timeout$/, { timeout: 150 }],
  "says nothing after half a line": [
    async (wire) => {
      await wire.say("220 h");
      await wire.gone();
    },
    /^timeout$/,
    { timeout: 150 },
  ],
  "line without an end": [
    async (wire) => {
      const piece = "2".repeat(64 * 1024);
      while (true) await wire.say(piece);
    },
    /^line-too-long$/,
  ],
  "reply of 10,000 lines": [
    async (wire) => {
      await wire.say(`220-${"x\r\n220-".repeat(9_999)}x\r\n220 end\r\n`);
      await wire.gone();
    },
    /^ftp-reply-too-long$/,
  ],
  "reply without an end": [
    async (wire) => {
      while (true) await wire.say("220-x\r\n".repeat(100));
    },
    /^ftp-reply-too-long$/,
  ],
  "no reply at all": ["hello\r\n", /^ftp-invalid-reply$/],
  "bytes that are not text": ["\0\xff\x1b[2J\r\n", /^ftp-invalid-reply$/],
  "empty line": ["\r\n", /^ftp-invalid-reply$/],
  "code that does not exist": ["999 x\r\n", /^ftp-invalid-reply$/],
  "is about to close": ["421 Shutting\x1b[2J down\r\n", /^ftp-closing$/],
};

for (const [phase, [work, changes]] of Object.entries(PHASES)) {
  for (const [fault, [mischief, code, options]] of Object.entries(FAULTS)) {
    // A server may take minutes to read a large file.
    if (phase === "HASH" && options?.timeout !== undefined) continue;
    Deno.test(`FTP client, ${phase}: ${fault}`, async () => {
      await using server = scriptedFtp({
        changes: { ...changes, [phase]: mischief },
        files: { "/home/a.txt": "hello world" },
      });
      const { error, client } = await attemptFtp(server, FTP_WORK[work], options);
      try {
        expectFtpError(error, code);
        if (client) assert(client.closed, "closed");
      } finally {
        client?.close();
      }
    });
  }
}
