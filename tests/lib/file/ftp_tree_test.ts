import { assert, assertEquals, assertRejects } from "@std/assert";
import { ToucanError } from "../../../lib/core/mod.ts";
import { getTree, type GetTreeOptions, list, putTree, type TreeEntry } from "../../../lib/file/mod.ts";
import { getStream, putStream } from "../../../lib/file/internal.ts";
import { withFolder } from "../../kit/folder.ts";
import { ftpServed } from "../../kit/ftp_served.ts";
import { receiveData } from "../../kit/ftp_replies.ts";
import { type FtpFault, ftpSite, type FtpSiteOptions } from "../../kit/ftp_site.ts";
import { type FtpMischief, scriptedFtp } from "../../kit/scripted_ftp.ts";
import { allNames } from "../../kit/served.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const QUICK = { retries: 1, retryWait: 1, timeout: DEADLINE_MS, stall: DEADLINE_MS };

async function get(url: string, to: string, options: GetTreeOptions = {}) {
  const entries: TreeEntry[] = [];
  const report = await getTree(url, to, { ...QUICK, ...options, onEntry: (entry) => entries.push(entry) });
  return { report, entries };
}

async function put(paths: readonly string[], url: string, options: Parameters<typeof putTree>[2] = {}) {
  const entries: TreeEntry[] = [];
  const report = await putTree(paths, url, {
    ...QUICK,
    ...options,
    onEntry: (entry) => entries.push(entry),
  });
  return { report, entries };
}

const codeOf = ({ error }: TreeEntry) => error instanceof ToucanError ? error.code : undefined;

Deno.test("file get by FTP: whatever names a server lists, nothing is written outside", () =>
  withFolder(async (folder) => {
    const names = ["..", ".", "", "../x", "../../x", "/etc/x", "a/b", "a\0b", ".toucan-get", "a\rb"];
    const listing = ["good", ...names].map((name) => `type=file;size=1;modify=20200101000000; ${name}`);
    await using site = ftpSite({ good: "x" }, {
      listing: [...listing, "type=dir;modify=20200101000000; ../sub", "type=file;size=1; good", "no facts"],
    });
    const to = `${folder}/to`;
    const { report, entries } = await get(site.url, to);
    assertEquals([report.moved, allNames(folder)], [1, ["to/", "to/good"]]);
    assertEquals(entries.filter(({ action }) => action === "failed").map(codeOf).sort(), [
      "invalid-path",
      "unsafe-name",
    ]);
    const { unreadable = 0 } = await list(site.url);
    assert(unreadable >= 8, `${unreadable}`);
  }));

Deno.test("file get by FTP: control characters in names are names", () =>
  withFolder(async (folder) => {
    await using site = ftpSite({ "a\x1b[31m": "x", "\t": "y" });
    assertEquals((await get(site.url, folder)).report.moved, 2);
    assertEquals(allNames(folder), ["\t", "a\x1b[31m"]);
  }));

const BIG = new Uint8Array(3 << 20).map((_, index) => index * 31 + (index >> 8));

/** Faults of the first transfer, after which the next one succeeds. */
const PASSING: readonly FtpFault[] = [
  { kind: "abort", after: 10 },
  { kind: "cut", after: 10 },
  { kind: "cut", after: 2 << 20 },
  { kind: "unconfirmed" },
  { kind: "longer", by: 5 },
  { kind: "reply", reply: "450 File busy" },
];

for (const fault of PASSING) {
  for (const [size, content] of [["a small", "hello hello hello"], ["a large", BIG]] as const) {
    Deno.test(`file get by FTP: ${size} file is whole after ${JSON.stringify(fault)}, and not there before`, () =>
      withFolder(async (folder) => {
        await using once = ftpSite({ a: content }, { faults: [fault] });
        const failed = await get(once.url, `${folder}/once`, { retries: 0 });
        assertEquals([failed.report.moved, failed.report.failed], [0, 1]);
        assertEquals(allNames(`${folder}/once`).includes("a"), false);
        await using site = ftpSite({ a: content }, { faults: [fault] });
        const { report } = await get(site.url, `${folder}/to`);
        assertEquals([report.moved, report.failed], [1, 0]);
        const expected = typeof content === "string" ? new TextEncoder().encode(content) : content;
        assertEquals(Deno.readFileSync(`${folder}/to/a`), expected);
        assertEquals(allNames(`${folder}/to`), ["a"]);
      }));
  }
}

Deno.test("file get by FTP: a connection that the server has closed meanwhile is replaced", () =>
  withFolder(async (folder) => {
    const faults: FtpFault[] = [{ kind: "reply", reply: "421 Idle timeout" }];
    await using site = ftpSite({ a: "x" }, { faults });
    assertEquals((await get(site.url, folder, { retries: 0 })).report.moved, 1);
    assertEquals(site.connections, 2);
  }));

Deno.test("file by FTP: a server that limits connections gets as many as it accepts", () =>
  withFolder(async (folder) => {
    const names = Array.from({ length: 20 }, (_, at) => `file${at}`);
    const files = Object.fromEntries(names.map((name) => [`/home/${name}`, name]));
    for (const rejection of ["421 Too many connections", "530 Sorry, the maximum number of clients are connected"]) {
      const greeting: FtpMischief = async (wire) => {
        await wire.say(`${wire.number < 2 ? "220 Ready" : rejection}\r\n`);
        if (wire.number >= 2) wire.close();
      };
      await using site = scriptedFtp({ changes: { greeting }, files });
      const url = `ftp://127.0.0.1:${site.address.port}/`;
      const to = `${folder}/${rejection}`;
      const { report } = await get(url, to, { parallel: 6, retries: 0 });
      assertEquals([report.moved, report.failed, allNames(to)], [20, 0, names.toSorted()]);
    }
  }));

const RNFR = "350 Ready for RNTO\r\n";

/** Renames the only file under a temporary name. */
const RNTO: FtpMischief = async (wire, argument, { files }) => {
  const from = [...files.keys()].find((path) => path.endsWith(".part")) ?? "";
  files.set(argument, files.get(from) ?? "");
  files.delete(from);
  await wire.say("250 Renamed\r\n");
};

/** Actions of a server in place of storing an upload. */
const STORING: Readonly<Record<string, FtpMischief>> = {
  "no confirmation": async (wire) => {
    await receiveData(wire);
    wire.close();
  },
  "a failure at the end": async (wire) => {
    await receiveData(wire);
    await wire.say("426 Failure writing to local file\r\n");
  },
  "a rejection": "552 Quota exceeded\r\n",
  "less than was sent": async (wire, argument, { files }) => {
    files.set(argument, (await receiveData(wire)).slice(1));
    await wire.say("226 Transfer complete\r\n");
  },
};

for (const [what, STOR] of Object.entries(STORING)) {
  Deno.test(`file put by FTP: after ${what} no file has the name`, () =>
    withFolder(async (folder) => {
      await using site = scriptedFtp({ changes: { STOR, RNFR, RNTO } });
      await Deno.writeTextFile(`${folder}/a`, "hello");
      const { report } = await put([`${folder}/a`], `ftp://127.0.0.1:${site.address.port}/`);
      assertEquals([report.moved, report.failed], [0, 1]);
      assertEquals([...site.files.keys()], []);
      assertEquals(site.lines.filter((line) => line.startsWith("RNTO")), []);
    }));
}

/** Failures of the first upload, after which the next one succeeds. */
const PASSING_UPLOADS: Readonly<Record<string, FtpMischief>> = {
  "a full server": "452 Insufficient storage space\r\n",
  "a failure at the end": async (wire) => {
    await receiveData(wire);
    await wire.say("426 Failure writing to local file\r\n");
  },
  "a lost connection": async (wire) => {
    await receiveData(wire);
    wire.close();
  },
};

for (const [what, failure] of Object.entries(PASSING_UPLOADS)) {
  Deno.test(`file put by FTP: after ${what} it is sent again`, () =>
    withFolder(async (folder) => {
      let uploads = 0;
      const STOR: FtpMischief = async (wire, argument, server) => {
        if (uploads++ === 0) {
          return await (typeof failure === "string" ? wire.say(failure) : failure(wire, argument, server));
        }
        server.files.set(argument, await receiveData(wire));
        await wire.say("226 Transfer complete\r\n");
      };
      await using site = scriptedFtp({ changes: { STOR, RNFR, RNTO } });
      await Deno.writeTextFile(`${folder}/a`, "hello");
      const { report } = await put([`${folder}/a`], `ftp://127.0.0.1:${site.address.port}/`);
      assertEquals([report.moved, report.failed, uploads], [1, 0, 2]);
      assertEquals([...site.files], [["/home/a", "hello"]]);
    }));
}

Deno.test("file put by FTP: where a rename replaces nothing, the old file is removed when the new one is complete", () =>
  withFolder(async (folder) => {
    const careful: FtpMischief = async (wire, argument, server) => {
      if (server.files.has(argument)) await wire.say("550 Exists\r\n");
      else if (typeof RNTO === "function") await RNTO(wire, argument, server);
    };
    await using site = scriptedFtp({ changes: { RNFR, RNTO: careful }, files: { "/home/a": "old" } });
    await Deno.writeTextFile(`${folder}/a`, "hello");
    assertEquals((await put([`${folder}/a`], `ftp://127.0.0.1:${site.address.port}/`)).report.moved, 1);
    assertEquals([...site.files], [["/home/a", "hello"]]);
    const commands = site.lines.filter((line) => /^(?:RNTO|DELE|STOR)/.test(line)).map((line) => line.slice(0, 4));
    assertEquals(commands, ["STOR", "RNTO", "DELE", "RNTO"]);
  }));

/** Features of servers, and the numbers of files that a second run downloads and keeps. */
const COMPARED: readonly (readonly [FtpSiteOptions["has"], number, number])[] = [
  ["mlst", 0, 1],
  ["size", 0, 1],
  // The time of LIST is in the time zone of the server.
  ["list", 1, 0],
];

for (const [has, moved, unchanged] of COMPARED) {
  Deno.test(`file get by FTP: a second run compares what the server tells (${has})`, () =>
    withFolder(async (folder) => {
      await using site = ftpSite({ a: "hello" }, { has });
      assertEquals((await get(site.url, folder)).report.moved, 1);
      const { report } = await get(site.url, folder);
      assertEquals([report.moved, report.unchanged], [moved, unchanged]);
      if (has !== "list") assertEquals(Deno.statSync(`${folder}/a`).mtime, new Date("2020-01-01T00:00:00Z"));
      site.put("a", new TextEncoder().encode("HELLO"));
      assertEquals((await get(site.url, folder)).report.moved, 1);
      assertEquals(Deno.readTextFileSync(`${folder}/a`), "HELLO");
    }));
}

Deno.test("file by FTP: a rejected login is tried once, and its error is that of the call", () =>
  withFolder(async (folder) => {
    await using site = ftpSite({ a: "x" }, { login: ["ada", "secret"] });
    await Deno.writeTextFile(`${folder}/b`, "b");
    for (
      const call of [() => get(site.url, `${folder}/to`), () => put([`${folder}/b`], site.url), () => list(site.url)]
    ) {
      const before = site.connections;
      assertEquals((await assertRejects(call, ToucanError)).code, "login-refused");
      assertEquals(site.connections - before, 1);
    }
    const credentials = { user: "ada", password: "secret" };
    assertEquals((await get(site.url, `${folder}/to`, { credentials })).report.moved, 1);
    assertEquals((await get(site.url.replace("//", "//ada:secret@"), `${folder}/url`)).report.moved, 1);
  }));

Deno.test("file by FTP: a path that cannot be sent is an error of its file", () =>
  withFolder(async (folder) => {
    await using site = await ftpServed({}, { upload: true });
    await Deno.mkdir(`${folder}/from`);
    await Deno.writeTextFile(`${folder}/from/a\nDELE b`, "x");
    await Deno.writeTextFile(`${folder}/from/b`, "b");
    const { report, entries } = await put([`${folder}/from/`], `ftp://127.0.0.1:${site.ftpPort}/`);
    assertEquals([report.moved, report.failed], [1, 1]);
    assertEquals(entries.map(codeOf).filter(Boolean), ["injection"]);
    assertEquals(allNames(site.root), ["b"]);
  }));

Deno.test("file by FTP: trees are verified by SHA-256 where the server computes it, both directions, and not moved twice", () =>
  withFolder(async (folder) => {
    await using site = await ftpServed({}, { upload: true, dotFiles: true });
    const from = `${folder}/from`;
    await Deno.mkdir(`${from}/sub/empty`, { recursive: true });
    await Deno.writeTextFile(`${from}/a`, "a");
    await Deno.writeTextFile(`${from}/.hidden`, "", { mode: 0o600 });
    await Deno.writeFile(`${from}/sub/big`, BIG);
    const url = `ftp://127.0.0.1:${site.ftpPort}/x/y/`;
    const sent = await put([`${from}/`], url);
    const saved = await get(url, `${folder}/to`);
    for (const { report, entries } of [sent, saved]) {
      assertEquals([report.moved, report.failed], [3, 0]);
      const files = entries.filter(({ action }) => action !== "made");
      assert(files.every(({ verified, sha256 }) => verified === "sha256" && sha256?.length === 64));
    }
    assertEquals(allNames(`${site.root}/x/y`), allNames(from));
    assertEquals(allNames(`${folder}/to`), allNames(from));
    assertEquals(Deno.readFileSync(`${folder}/to/sub/big`), BIG);
    for (const { report } of [await put([`${from}/`], url), await get(url, `${folder}/to`)]) {
      assertEquals([report.moved, report.unchanged], [0, 3]);
    }
    const { entries } = await list(url, { digest: true });
    assertEquals(entries.find(({ name }) => name === "a")?.sha256?.slice(0, 8), "ca978112");
  }));

Deno.test("file by FTP: a file from and to a stream, and a single file under a new name", () =>
  withFolder(async (folder) => {
    for (const dotFiles of [true, false]) {
      await using site = await ftpServed({ a: "hello", "d/b": "b" }, { upload: true, dotFiles });
      const url = `ftp://127.0.0.1:${site.ftpPort}/`;
      const chunks: string[] = [];
      const write = (chunk: Uint8Array) => void chunks.push(new TextDecoder().decode(chunk));
      assertEquals((await getStream(`${url}a`, { write, end() {} }, {})).moved, 1);
      assertEquals(chunks.join(""), "hello");
      const error = await assertRejects(() => getStream(`${url}d`, { write, end() {} }, {}), ToucanError);
      assertEquals(error.code, "is-a-directory");
      const pieces = ["new", "er"];
      const read = (into: Uint8Array) => {
        const piece = pieces.shift();
        return Promise.resolve(piece === undefined ? null : new TextEncoder().encodeInto(piece, into).written);
      };
      assertEquals((await putStream({ read }, `${url}new/c`, {})).moved, 1);
      assertEquals(Deno.readTextFileSync(`${site.root}/new/c`), "newer");
      const to = `${folder}/${dotFiles}`;
      assertEquals((await get(`${url}a`, to, { asFile: true })).report.moved, 1);
      assertEquals(Deno.readTextFileSync(to), "hello");
      assertEquals((await get(`${url}a`, to, { asFile: true })).report.unchanged, 1);
      assertEquals((await get(`${url}d`, `${to}-d`, { keepName: true })).report.moved, 1);
      assertEquals(allNames(`${to}-d`), ["d/", "d/b"]);
      assertEquals((await assertRejects(() => get(`${url}none`, to), ToucanError)).code, "no-such-file");
    }
  }));

Deno.test("file put by FTP: one file under a new name, a file that exists is replaced, what cannot be stored fails", () =>
  withFolder(async (folder) => {
    await using site = await ftpServed({ "b": "old" }, { upload: true, overwrite: true });
    await Deno.writeTextFile(`${folder}/a`, "new");
    const url = `ftp://127.0.0.1:${site.ftpPort}/`;
    for (const to of ["b", "d/c"]) {
      assertEquals((await put([`${folder}/a`], url + to)).report.moved, 1);
      assertEquals(Deno.readTextFileSync(`${site.root}/${to}`), "new");
    }
    assertEquals((await put([`${folder}/a`], `${url}.dot`)).report.failed, 1);
    await using reading = await ftpServed({});
    assertEquals((await put([`${folder}/a`], `ftp://127.0.0.1:${reading.ftpPort}/`)).report.failed, 1);
    assertEquals(allNames(reading.root), []);
  }));
