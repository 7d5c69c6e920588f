import { assert, assertEquals } from "@std/assert";
import { writeAll } from "../../../lib/core/mod.ts";
import { formatEpsvReply } from "../../../lib/ftp/internal.ts";
import type { FtpClient, FtpClientOptions } from "../../../lib/ftp/mod.ts";
import { attemptFtp, expectFtpError, FTP_WORK, retrieveAll } from "../../kit/ftp_attempt.ts";
import {
  CAN_RESET,
  drain,
  type FtpDataEnd,
  type FtpSending,
  receiving,
  resetting,
  sending,
} from "../../kit/ftp_faults.ts";
import { type FtpMischief, scriptedFtp } from "../../kit/scripted_ftp.ts";

const FILES = { "/home/a.txt": "hello world", "/a.txt": "hello world" };
const STALL: FtpClientOptions = { stall: 150 };
const LIST_ONLY: Record<string, FtpMischief> = { FEAT: "211-Features:\r\n EPSV\r\n211 End\r\n" };

interface Fault {
  /** Changes of the server. */
  readonly changes: Record<string, FtpMischief>;
  /** Call of the client. @default one that retrieves a file of 11 bytes */
  readonly work?: (client: FtpClient) => Promise<unknown>;
  readonly options?: FtpClientOptions;
  /** Code of the error; none for a success. */
  readonly code?: RegExp;
  /** Result without an error. */
  readonly result?: unknown;
  /** Whether the client is useless afterwards. */
  readonly closed?: boolean;
}

const retrieve = (sent: FtpSending, more: Partial<Fault> = {}): Fault => ({
  changes: { RETR: sending(sent) },
  ...more,
});
const list = (sent: FtpSending, more: Partial<Fault> = {}): Fault => ({
  changes: { MLSD: sending(sent) },
  work: FTP_WORK.list,
  ...more,
});
const unsized = { work: (client: FtpClient) => retrieveAll(client) };

async function forever(data: FtpDataEnd, piece: string): Promise<void> {
  const bytes = new TextEncoder().encode(piece);
  while (true) await writeAll(data, bytes);
}

const FAULTS: Readonly<Record<string, Fault>> = {
  // The end of a download.
  "RETR: less than the size": retrieve({ content: "hello" }, { code: /^transfer-incomplete$/ }),
  "RETR: more than the size": retrieve({ content: "hello world, again" }, { code: /^transfer-incomplete$/ }),
  "RETR: nothing": retrieve({}, { code: /^transfer-incomplete$/ }),
  "RETR: the size and 226": retrieve({ content: "hello world" }, { result: 11 }),
  "RETR: no 226": retrieve({ content: "hello world", end: "cut" }, { code: /^transfer-incomplete$/, closed: true }),
  "RETR: no 226, size unknown": retrieve({ content: "hello", end: "cut" }, {
    ...unsized,
    code: /^transfer-incomplete$/,
    closed: true,
  }),
  "RETR: 226 never comes": retrieve({ content: "hello world", end: "" }, {
    options: { timeout: 150 },
    code: /^timeout$/,
    closed: true,
  }),
  "RETR: 250 in place of 226": retrieve({ content: "hello world", end: "250 Ok.\r\n" }, { result: 11 }),
  "RETR: 426 after all data": retrieve({ content: "hello world", end: "426 Connection closed.\r\n" }, {
    code: /^transfer-incomplete$/,
  }),
  "RETR: 451 after all data": retrieve({ content: "hello world", end: "451 Disk\x1b[2J error.\r\n" }, {
    code: /^transfer-incomplete$/,
  }),
  "RETR: 551 after all data": retrieve({ content: "hello world", end: "551 No.\r\n" }, { code: /^ftp-refused$/ }),
  "RETR: 150 again after all data": retrieve({ content: "hello world", end: "150 What?\r\n" }, {
    code: /^transfer-incomplete$|^unexpected-reply$/,
  }),
  "RETR: nonsense after all data": retrieve({ content: "hello world", end: "ok\r\n" }, {
    code: /^ftp-invalid-reply$|^transfer-incomplete$/,
    closed: true,
  }),
  "RETR: 10,000 lines after all data": retrieve({
    content: "hello world",
    end: `226-${"x\r\n".repeat(10_000)}226 end\r\n`,
  }, { code: /^ftp-reply-too-long$|^transfer-incomplete$/, closed: true }),
  // The first reply.
  "RETR: 550 after passive mode": { changes: { RETR: "550 No such file.\r\n" }, code: /^no-such-file$/ },
  "RETR: 450": { changes: { RETR: "450 Busy.\r\n" }, code: /^ftp-transient$/ },
  "RETR: 425": { changes: { RETR: "425 Can't open data connection.\r\n" }, code: /^ftp-transient$/ },
  "RETR: 550 with data": {
    changes: {
      RETR: async (wire) => {
        const data = await wire.data();
        await writeAll(data, new TextEncoder().encode("hello world"));
        await wire.say("550 No.\r\n");
        data.close();
      },
    },
    code: /^no-such-file$/,
  },
  "RETR: 226 without 150": retrieve({ begin: "226 Here it is.\r\n", content: "hello world", end: "" }, { result: 11 }),
  "RETR: 331 in place of 150": retrieve({ begin: "331 Password?\r\n", end: "" }, { code: /^unexpected-reply$/ }),
  "RETR: 226 before the data": retrieve({
    begin: "150 Go.\r\n226 Done.\r\n",
    content: "hello world",
    end: "",
  }, { result: 11 }),
  // The data connection.
  "RETR: reset": {
    changes: resetting("RETR", "hello", "426 Reset.\r\n"),
    code: /^connection-reset$|^transfer-incomplete$/,
  },
  "RETR: reset, 226 all the same": {
    changes: resetting("RETR", "hello"),
    code: /^connection-reset$|^transfer-incomplete$/,
  },
  "RETR: reset, and cut": {
    changes: resetting("RETR", "hello", "cut"),
    code: /^connection-reset$|^transfer-incomplete$/,
    closed: true,
  },
  "RETR: no data": retrieve({ content: drain, end: "426 Aborted\r\n" }, { options: STALL, code: /^stalled$/ }),
  "RETR: 226, but an open data connection": retrieve({ content: "hello world", open: true }, {
    options: STALL,
    code: /^stalled$/,
  }),
  "RETR: data without an end": retrieve({ content: (data) => forever(data, "x".repeat(64 * 1024)) }, {
    work: async (client) => await client.retrieveBytes("a.txt", 1 << 20),
    code: /^too-large$/,
  }),
  // Passive mode.
  "EPSV: a closed port": {
    changes: {
      EPSV: async (wire) => {
        const port = wire.passive();
        wire.passive();
        await wire.say(`229 ${formatEpsvReply(port)}\r\n`);
      },
      PASV: "502 Not implemented.\r\n",
    },
    code: /^connection-refused$|^ftp-refused$/,
  },
  "EPSV: no port": { changes: { EPSV: "229 Entering (|||0|)\r\n" }, code: /^data-address$/ },
  "EPSV: nonsense": { changes: { EPSV: "229 \x1b[2J(\r\n" }, code: /^data-address$/ },
  "EPSV: 200": { changes: { EPSV: "200 (|||21|)\r\n" }, code: /^unexpected-reply$/ },
  "EPSV: 425": { changes: { EPSV: "425 No ports.\r\n" }, code: /^ftp-transient$/ },
  "EPSV and PASV: unknown": {
    changes: { EPSV: "500 What?\r\n", PASV: "500 What?\r\n" },
    code: /^ftp-refused$/,
  },
  "PASV: another address": {
    changes: {
      EPSV: "500 What?\r\n",
      PASV: async (wire) => {
        const port = wire.passive();
        await wire.say(`227 Entering Passive Mode (192,0,2,7,${port >> 8},${port & 255})\r\n`);
      },
    },
    result: 11,
  },
  "PASV: no address": {
    changes: { EPSV: "500 What?\r\n", PASV: "227 Entering Passive Mode\r\n" },
    code: /^data-address$/,
  },
  "PASV: numbers beyond 255": {
    changes: { EPSV: "500 What?\r\n", PASV: "227 (127,0,0,1,300,1)\r\n" },
    code: /^data-address$/,
  },
  // Listings.
  "MLSD: lines without an end": list({ content: (data) => forever(data, "type=file; " + "x".repeat(64 * 1024)) }, {
    code: /^listing-too-large$/,
  }),
  "MLSD: entries without an end": list({ content: (data) => forever(data, "type=file; a\r\n".repeat(10_000)) }, {
    code: /^listing-too-large$/,
  }),
  "LIST: entries without an end": {
    changes: { ...LIST_ONLY, LIST: sending({ content: (data) => forever(data, "x\r\n".repeat(10_000)) }) },
    work: FTP_WORK.list,
    code: /^listing-too-large$/,
  },
  "MLSD: no 226": list({ content: "type=file; a\r\n", end: "cut" }, { code: /^transfer-incomplete$/, closed: true }),
  "MLSD: 451": list({ content: "type=file; a\r\n", end: "451 Error.\r\n" }, { code: /^transfer-incomplete$/ }),
  "MLSD: reset": {
    changes: resetting("MLSD", "type=file; a\r\n", "426 x\r\n"),
    work: FTP_WORK.list,
    code: /^connection-reset$|^transfer-incomplete$/,
  },
  "MLSD: no data": list({ content: drain, end: "426 Aborted\r\n" }, { options: STALL, code: /^stalled$/ }),
  "MLSD: hostile names": list({
    content: [
      "type=file;size=1; ../../etc/passwd",
      "type=file;size=1; /etc/passwd",
      "type=file;size=1; a/b",
      "type=file;size=1; a\0b",
      "type=file;size=1; a\rb",
      "type=dir; ..",
      "type=cdir; /",
      "type=file;size=1; ok\x1b[2J",
      `type=file;size=1; ${"x".repeat(5000)}`,
      "hello",
      "",
    ].join("\r\n"),
  }, { result: { entries: [{ name: "ok\x1b[2J", type: "file", size: 1 }], unreadable: 7 } }),
  "LIST: hostile names": {
    changes: {
      ...LIST_ONLY,
      LIST: sending({
        content: [
          "total 8",
          "drwxr-xr-x 2 0 0 0 Jan  1  2026 .",
          "drwxr-xr-x 2 0 0 0 Jan  1  2026 ..",
          "-rw-r--r-- 1 0 0 1 Jan  1  2026 ../../etc/passwd",
          "-rw-r--r-- 1 0 0 1 Jan  1  2026 /etc/passwd",
          "lrwxrwxrwx 1 0 0 1 Jan  1  2026 a/b -> ..",
          "d--------- 1 0 0 0 -- broken",
          "",
        ].join("\r\n"),
      }),
    },
    work: FTP_WORK.list,
    result: { entries: [], unreadable: 4 },
  },
  // Uploads.
  "STOR: 552 in place of 150": {
    changes: { STOR: "552 Quota exceeded.\r\n" },
    work: FTP_WORK.store,
    code: /^ftp-refused$/,
  },
  "STOR: 552 after the data": {
    changes: {
      STOR: receiving(async (wire, data) => {
        await drain(data);
        await wire.say("552 Quota exceeded.\r\n");
      }),
    },
    work: FTP_WORK.store,
    code: /^ftp-refused$/,
  },
  "STOR: 452 in the middle": {
    changes: {
      STOR: receiving(async (wire, data) => {
        data.close();
        await wire.say("452 Disk full.\r\n");
      }),
    },
    work: (client) => client.store("new.txt", endless(), { size: 1 << 30 }),
    code: /^transfer-incomplete$|^ftp-transient$/,
  },
  "STOR: 226 in the middle": {
    changes: {
      STOR: receiving(async (wire, data) => {
        data.close();
        await wire.say("226 Enough.\r\n");
      }),
    },
    work: (client) => client.store("new.txt", endless(), { size: 1 << 30 }),
    code: /^connection-reset$|^transfer-incomplete$|^broken-pipe$|^connection-cut$/,
  },
  "STOR: no 226": {
    changes: {
      STOR: receiving(async (wire, data) => {
        await drain(data);
        wire.close();
      }),
    },
    work: FTP_WORK.store,
    code: /^transfer-incomplete$/,
    closed: true,
  },
  "STOR: reads nothing": {
    changes: { STOR: receiving((wire) => wire.gone()) },
    work: (client) => client.store("new.txt", endless(), { size: 1 << 30 }),
    options: STALL,
    code: /^stalled$/,
  },
  "APPE: 550": {
    changes: { APPE: "550 No.\r\n" },
    work: (client) => client.store("a.txt", "x", { append: true }),
    code: /^ftp-refused$|^no-such-file$/,
  },
  "REST: 502": {
    changes: { REST: "502 Not implemented.\r\n" },
    work: (client) => client.store("a.txt", "x", { offset: 3 }),
    code: /^resume-refused$/,
  },
  // Facts about a file.
  "MLST: another name": {
    changes: { MLST: "250-x\r\n type=file;size=3; ../../etc/passwd\r\n250 End\r\n" },
    work: FTP_WORK.stat,
    result: { name: "a.txt", type: "file", size: 3 },
  },
  "MLST: no facts": { changes: { MLST: "250 Ok.\r\n" }, work: FTP_WORK.stat },
  "SIZE: nonsense": {
    changes: { ...LIST_ONLY, SIZE: "213 -1\r\n", MDTM: "213 20261332999999\r\n", CWD: "550 No.\r\n" },
    work: FTP_WORK.stat,
    result: undefined,
  },
  "HASH: not a hash": {
    changes: { FEAT: "211-x\r\n HASH SHA-256*\r\n211 End\r\n", HASH: "213 SHA-256 0-3 \x1b[2J a.txt\r\n" },
    work: FTP_WORK.hash,
    result: undefined,
  },
  "PWD: no path": { changes: { PWD: '257 "\r\n' }, result: 11 },
  "PWD: a path that cannot be sent": { changes: { PWD: '257 "/\x1b[2J\0"\r\n' }, result: 11 },
  "FEAT: features of 900 lines": {
    changes: { FEAT: `211-x\r\n${" MLST type*;\r\n".repeat(900)}211 End\r\n` },
    result: 11,
  },
};

/** An upload that does not end. */
async function* endless(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const piece = new Uint8Array(64 * 1024);
  while (true) yield await Promise.resolve(piece);
}

for (const [fault, { changes, work = FTP_WORK.retrieve, options, code, result, closed }] of Object.entries(FAULTS)) {
  const ignore = fault.includes(": reset") && !CAN_RESET;
  Deno.test(`FTP client, ${fault}`, { ignore }, async () => {
    await using server = scriptedFtp({ changes, files: FILES });
    const got = await attemptFtp(server, work, { timeout: 30_000, ...options });
    try {
      if (code) expectFtpError(got.error, code);
      else if (got.error !== undefined) throw got.error;
      if (result !== undefined) assertEquals(got.result, result);
      if (closed) assert(got.client?.closed, "closed");
    } finally {
      got.client?.close();
    }
  });
}
