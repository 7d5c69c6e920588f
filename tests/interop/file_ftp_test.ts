import { assert, assertEquals } from "@std/assert";
import {
  getTree,
  type GetTreeOptions,
  list,
  putTree,
  type PutTreeOptions,
  type TreeEntry,
} from "../../lib/file/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { FTP_DAEMON_PROGRAMS, type FtpDaemonName, type FtpDaemonOptions, startFtpDaemon } from "../kit/ftp_daemons.ts";
import { makeHostileTree, seeded } from "../kit/hostile_tree.ts";
import { peerTest } from "../kit/peer.ts";
import { allNames } from "../kit/served.ts";
import { startTool } from "../kit/tool.ts";

const QUICK = { retryWait: 1 };
/** Servers, and the names that they do not accept, or change. */
const SERVERS = [["vsftpd", 2000, undefined], ["proftpd", 500, /[*]/], [
  "pure-ftpd",
  500,
  /[\\\p{Cc}]|[ \u00a0]$/u,
]] as const;

/** Starts a server of another project; its URL has the user and the password. */
async function start(folder: string, name: FtpDaemonName = "vsftpd", options: FtpDaemonOptions = {}) {
  const daemon = await startFtpDaemon(name, folder, options);
  const { port, path, user, password, folder: root } = daemon;
  const login = user === undefined ? "" : `${user}:${password}@`;
  const scheme = options.security === "implicit" ? "ftps" : "ftp";
  return {
    ...{ root, url: `${scheme}://${login}127.0.0.1:${port}${path}` },
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}

/** Counts of a report. */
function counts({ moved, unchanged, failed, skipped }: Awaited<ReturnType<typeof getTree>>) {
  return { moved, unchanged, failed, skipped };
}

async function get(url: string, to: string, options: GetTreeOptions = {}) {
  const entries: TreeEntry[] = [];
  const report = await getTree(url, to, { ...QUICK, ...options, onEntry: (entry) => entries.push(entry) });
  return { ...counts(report), entries };
}

async function put(from: string, url: string, options: PutTreeOptions = {}) {
  const entries: TreeEntry[] = [];
  const report = await putTree([from], url, { ...options, onEntry: (entry) => entries.push(entry) });
  return { ...counts(report), entries };
}

/** Returns what `diff -r` prints. */
async function difference(one: string, other: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command("diff", { args: ["-r", ...args, one, other] }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

function files(folder: string): string[] {
  return allNames(folder).filter((name) => !name.endsWith("/"));
}

/** Asserts that each file has the content of the one with its name in another folder. */
function assertWhole(folder: string, source: string): void {
  for (const name of files(folder).filter((name) => !/(?:^|\/)\.toucan-/.test(name))) {
    assertEquals(Deno.readFileSync(`${folder}/${name}`), Deno.readFileSync(`${source}/${name}`), name);
  }
}

for (const [name, count, omit] of SERVERS) {
  peerTest(
    `file by FTP ← ${name}: a tree of ${count} hostile names, both directions, and not twice`,
    FTP_DAEMON_PROGRAMS[name],
    () =>
      withFolder(async (folder) => {
        await using server = await start(folder, name);
        const [from, to] = [`${folder}/from`, `${folder}/to`];
        await Deno.mkdir(from);
        await makeHostileTree(from, count, 15, omit);
        const moved = files(from).length;
        const url = `${server.url}new/folder/`;
        const all = { moved, unchanged: 0, failed: 0, skipped: 0 };
        const none = { moved: 0, unchanged: moved, failed: 0, skipped: 0 };
        const sent = await put(`${from}/`, url);
        assertEquals(sent.entries.flatMap(({ error }) => error?.message ?? []), []);
        assertEquals(sent, { ...all, entries: sent.entries });
        assertEquals(await difference(from, `${server.root}/new/folder`), "");
        const sentAgain = await put(`${from}/`, url);
        assertEquals(sentAgain, { ...none, entries: sentAgain.entries });
        const saved = await get(url, to);
        assertEquals(saved, { ...all, entries: saved.entries });
        assertEquals(await difference(from, to), "");
        const savedAgain = await get(url, to);
        assertEquals(savedAgain, { ...none, entries: savedAgain.entries });
        for (const { action, verified, path } of [...sent.entries, ...saved.entries]) {
          assertEquals(verified, action === "made" ? undefined : name === "proftpd" ? "sha256" : "size", path);
        }
        const [{ path } = { path: "" }] = saved.entries;
        assertEquals(Deno.statSync(`${to}/${path}`).mtime, Deno.statSync(`${from}/${path}`).mtime);
      }),
  );
}

peerTest(
  "file by FTP ← vsftpd: what has changed is moved again, and what is older here is not",
  ["vsftpd"],
  () =>
    withFolder(async (folder) => {
      await using server = await start(folder);
      await Deno.mkdir(`${folder}/from`);
      for (const name of ["same", "size", "time"]) await Deno.writeTextFile(`${folder}/from/${name}`, name);
      assertEquals((await put(`${folder}/from/`, server.url)).moved, 3);
      assertEquals((await get(server.url, `${folder}/to`)).moved, 3);
      await Deno.writeTextFile(`${server.root}/size`, "larger");
      await Deno.writeTextFile(`${server.root}/time`, "emit");
      await Deno.utime(`${server.root}/time`, 1_000_000_000, 1_000_000_000);
      const { moved, unchanged } = await get(server.url, `${folder}/to`);
      assertEquals([moved, unchanged], [2, 1]);
      assertEquals(await difference(`${folder}/to`, server.root), "");
      const back = await put(`${folder}/from/`, server.url);
      assertEquals([back.moved, back.unchanged], [2, 1]);
      assertEquals(await difference(`${folder}/from`, server.root), "");
    }),
);

peerTest(
  "file by FTP ← vsftpd: interrupted transfers of a large file are resumed",
  ["vsftpd"],
  () =>
    withFolder(async (folder) => {
      await using server = await start(folder);
      const random = seeded(7);
      await Deno.mkdir(`${folder}/from`);
      const bytes = Uint8Array.from({ length: 8 << 20 }, () => random() * 256);
      await Deno.writeFile(`${folder}/from/big`, bytes);
      const stop = () => {
        const controller = new AbortController();
        const onProgress = (_: string, { bytes }: { readonly bytes: number }) =>
          void (bytes > 4 << 20 && controller.abort(new Error("enough")));
        return { signal: controller.signal, onProgress };
      };
      const cut = await put(`${folder}/from/`, server.url, stop()).catch(({ message }) => message);
      assertEquals([cut, allNames(server.root).includes("big")], ["enough", false]);
      const { entries: [sent] } = await put(`${folder}/from/`, server.url);
      assert((sent?.resumedFrom ?? 0) > 1 << 20, `${sent?.resumedFrom}`);
      assertEquals(allNames(server.root), ["big"]);
      assertEquals(Deno.readFileSync(`${server.root}/big`), bytes);
      const cutAgain = await get(server.url, `${folder}/to`, stop()).catch(({ message }) => message);
      assertEquals([cutAgain, allNames(`${folder}/to`).includes("big")], ["enough", false]);
      const { entries: [saved] } = await get(server.url, `${folder}/to`);
      assert((saved?.resumedFrom ?? 0) > 1 << 20, `${saved?.resumedFrom}`);
      assertEquals(Deno.readFileSync(`${folder}/to/big`), bytes);
      assertEquals(allNames(`${folder}/to`), ["big"]);
    }),
);

peerTest(
  "file by FTP ← vsftpd: kill -9 at any point leaves whole files, and the next run completes",
  ["vsftpd"],
  () =>
    withFolder(async (folder) => {
      await using server = await start(folder);
      const random = seeded(9);
      const from = `${folder}/from`;
      await Deno.mkdir(`${from}/sub`, { recursive: true });
      for (let at = 0; at < 12; at++) {
        const bytes = Uint8Array.from({ length: at % 4 === 0 ? 3 << 20 : 5000 }, () => random() * 256);
        await Deno.writeFile(`${from}/${at % 2 ? "sub/" : ""}${at}`, bytes);
      }
      /** Runs a tool, and kills it after this number of lines of its trace. */
      const killed = async (lines: number, args: readonly string[]) => {
        await using tool = await startTool("file", [...args, "--trace"]);
        await tool.stderrMatch(new RegExp(`(?:.*\\n){${lines}}`)).catch(() => {});
        tool.process.kill("SIGKILL");
        await tool.process.status;
      };
      for (let round = 0; round < 8; round++) {
        const lines = 20 + Math.floor(random() * 80);
        await killed(lines, ["put", `${from}/`, server.url]);
        assertWhole(server.root, from);
      }
      assertEquals((await put(`${from}/`, server.url)).failed, 0);
      assertEquals(await difference(from, server.root), "");
      for (let round = 0; round < 8; round++) {
        const lines = 20 + Math.floor(random() * 60);
        await killed(lines, ["get", server.url, `${folder}/to`]);
        if (allNames(folder).includes("to/")) assertWhole(`${folder}/to`, from);
      }
      assertEquals((await get(server.url, `${folder}/to`)).failed, 0);
      assertEquals(await difference(from, `${folder}/to`), "");
    }),
);

peerTest(
  "file by FTP ← vsftpd: links are skipped, or followed with --follow, but not in circles",
  ["vsftpd"],
  () =>
    withFolder(async (folder) => {
      await using server = await start(folder);
      await Deno.mkdir(`${server.root}/d`);
      await Deno.writeTextFile(`${server.root}/d/a`, "a");
      for (const [to, name] of [["d/a", "file"], ["d", "folder"], [".", "circle"], ["none", "dangling"]] as const) {
        await Deno.symlink(to, `${server.root}/${name}`);
      }
      const plain = await get(server.url, `${folder}/plain`);
      assertEquals([plain.moved, plain.skipped, plain.failed], [1, 4, 0]);
      assertEquals(allNames(`${folder}/plain`), ["d/", "d/a"]);
      const { entries } = await list(server.url);
      assertEquals(entries.map(({ name, type }) => `${name} ${type}`).sort(), [
        "circle link",
        "d folder",
        "dangling link",
        "file link",
        "folder link",
      ]);
      const followed = await get(server.url, `${folder}/followed`, { follow: true });
      assertEquals([followed.moved, followed.skipped, followed.failed], [3, 1, 1]);
      assertEquals(followed.entries.find(({ action }) => action === "failed")?.error?.code, "symlink-loop");
      assertEquals(allNames(`${folder}/followed`), ["d/", "d/a", "file", "folder/", "folder/a"]);
    }),
);

for (const [name, ftpTls] of [["explicit", true], ["implicit", false]] as const) {
  peerTest(
    `file by FTP ← vsftpd: a tree over ${name} TLS, both directions`,
    ["vsftpd"],
    () =>
      withFolder(async (folder) => {
        const certificate = await makeCertificate();
        const security = ftpTls ? "explicit" : "implicit";
        await using server = await start(folder, "vsftpd", { security, tls: certificate });
        await Deno.mkdir(`${folder}/from/sub`, { recursive: true });
        for (const name of ["a", "sub/b"]) await Deno.writeTextFile(`${folder}/from/${name}`, name);
        await Deno.writeFile(`${folder}/from/big`, new Uint8Array(2 << 20).fill(1));
        const { url } = server;
        const options = { tls: { caCerts: [certificate.cert] }, ftpTls };
        assertEquals((await put(`${folder}/from/`, url, options)).moved, 3);
        assertEquals((await get(url, `${folder}/to`, options)).moved, 3);
        assertEquals(await difference(`${folder}/from`, `${folder}/to`), "");
        if (ftpTls) {
          const refused = await get(url, `${folder}/more`).catch(({ code }) => code);
          assertEquals(refused, "login-refused");
        }
      }),
  );
}
