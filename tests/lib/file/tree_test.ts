import { assert, assertEquals, assertRejects } from "@std/assert";
import { NegativeError, ToucanError } from "../../../lib/core/mod.ts";
import { getTree, list, putTree, type RemoteListing, type TreeEntry } from "../../../lib/file/mod.ts";
import { basicAuthorization, type Handler, serveHttp } from "../../../lib/http/mod.ts";
import { parseAddress } from "../../../lib/core/mod.ts";
import { withFolder } from "../../kit/folder.ts";
import { allNames, served, settled } from "../../kit/served.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const QUICK = { retries: 1, retryWait: 1, timeout: DEADLINE_MS };
const ANY = parseAddress("127.0.0.1:0", { anyPort: true });

/** Loads a tree, and gives the sum and each entry. */
async function load(url: string, to: string, options: Parameters<typeof getTree>[2] = {}) {
  const entries: TreeEntry[] = [];
  const report = await getTree(url, to, { ...QUICK, ...options, onEntry: (entry) => entries.push(entry) });
  return { report, entries };
}

/** A server that lists what a test says, and gives `content` for every file. */
function lying(entries: readonly unknown[], content = "x"): Handler {
  const sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
  const whole = entries.map((entry) =>
    typeof entry === "string" ? { name: entry, type: "file", size: 1, modified: 0, sha256 } : entry
  );
  return ({ target, url }) => {
    if (!url?.searchParams.has("list")) return { body: content };
    const file = /%2F|file/.test(target) && !target.startsWith("/?");
    const listing = { path: [], type: "folder", entries: file ? [] : whole, truncated: false };
    return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(listing) };
  };
}

const TREE = {
  "a.txt": "a",
  "empty": "",
  "sub/b": "b",
  "sub/deep/c": "c".repeat(100_000),
  "folder/": "",
  "lit%20eral": "1",
  "new\nline": "2",
  "🦜": "3",
  "a.part": "4",
  "a": "5",
  "a.part.json": "{}",
};

Deno.test("file get: a tree arrives whole, and is not loaded again", () =>
  withFolder(async (folder) => {
    await using site = await served(TREE);
    const first = await load(site.url, folder);
    assertEquals(first.report, { moved: 10, unchanged: 0, failed: 0, skipped: 0, bytes: 100_009, error: undefined });
    assertEquals(allNames(folder), allNames(site.root));
    for (const name of allNames(folder).filter((name) => !name.endsWith("/"))) {
      assertEquals(Deno.readTextFileSync(`${folder}/${name}`), Deno.readTextFileSync(`${site.root}/${name}`));
    }
    Deno.writeTextFileSync(`${site.root}/sub/b`, "B");
    Deno.writeTextFileSync(`${folder}/a.txt`, "A");
    Deno.removeSync(`${folder}/empty`);
    const second = await load(site.url, folder);
    assertEquals([second.report.moved, second.report.unchanged], [3, 7]);
    assertEquals(second.entries.filter(({ action }) => action === "saved").map(({ path }) => path).sort(), [
      "a.txt",
      "empty",
      "sub/b",
    ]);
    const one = await load(`${site.url}sub/b`, `${folder}/new`);
    assertEquals([one.report.moved, allNames(`${folder}/new`)], [1, ["b"]]);
    const named = await load(`${site.url}sub/`, folder, { keepName: true });
    assertEquals([named.report.unchanged, named.report.moved], [2, 0]);
  }));

Deno.test("file get: what an earlier run has begun is continued", () =>
  withFolder(async (folder) => {
    await using site = await served({});
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const whole = new Uint8Array(64 * bytes.length);
    for (let at = 0; at < whole.length; at += bytes.length) whole.set(bytes, at);
    await Deno.writeFile(`${site.root}/big`, whole);
    await settled(site, "/big");
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = (_: string, { bytes }: { bytes: number }) => bytes > 1_000_000 && controller.abort(reason);
    await assertRejects(
      () => getTree(site.url, folder, { ...QUICK, signal: controller.signal, onProgress }),
      Error,
      "enough",
    );
    assertEquals(allNames(folder).filter((name) => name === "big"), []);
    const { report, entries: [entry] } = await load(site.url, folder);
    assertEquals([report.moved, allNames(folder)], [1, ["big"]]);
    assert((entry?.resumedFrom ?? 0) > 1_000_000, `${entry?.resumedFrom}`);
    assertEquals((await Deno.readFile(`${folder}/big`)).length, whole.length);
  }));

Deno.test("file get: whatever names a server gives, nothing is written outside", () =>
  withFolder(async (folder) => {
    const names = ["..", ".", "", "../x", "../../x", "/etc/x", "a/b", "a\0b", ".toucan-get", "\ud800"];
    await using server = serveHttp(
      ANY,
      lying(["good", ...names, { name: "..", type: "folder", size: 0, modified: 0 }]),
    );
    const to = `${folder}/to`;
    const { report, entries } = await load(`http://${server.address}/`, to);
    assertEquals([report.moved, report.failed], [1, names.length + 1]);
    for (const { path, action, error } of entries) {
      if (path === "good") continue;
      assertEquals([action, error instanceof ToucanError && error.code], ["failed", "unsafe-name"], path);
    }
    assertEquals(allNames(folder), ["to/", "to/good"]);
  }));

Deno.test("file get: of what cannot have its name here nothing is left", () =>
  withFolder(async (folder) => {
    await using server = serveHttp(ANY, lying(["good", "n".repeat(300)]));
    const to = `${folder}/to`;
    const { report } = await load(`http://${server.address}/`, to);
    assertEquals([report.moved, report.failed, allNames(to)], [1, 1, ["good"]]);
  }));

Deno.test("file get: links that are there are not followed", () =>
  withFolder(async (folder) => {
    await using site = await served({ "sub/x": "x", "y": "y", "z": "z" });
    const [to, outside] = [`${folder}/to`, `${folder}/outside`];
    await Deno.mkdir(to);
    await Deno.mkdir(outside);
    await Deno.writeTextFile(`${outside}/y`, "mine");
    await Deno.symlink(outside, `${to}/sub`);
    await Deno.symlink(`${outside}/y`, `${to}/y`);
    const { report, entries } = await load(site.url, to);
    assertEquals([report.moved, report.failed], [1, 2]);
    const codes = entries.map(({ path, error }) => [path, error instanceof ToucanError ? error.code : ""]).sort();
    assertEquals(codes, [["sub", "unsafe-link"], ["y", "not-a-file"], ["z", ""]]);
    assertEquals([allNames(outside), Deno.readTextFileSync(`${outside}/y`)], [["y"], "mine"]);
    await Deno.remove(`${to}/sub`);
    await Deno.remove(`${to}/y`);
    await Deno.symlink(outside, `${to}/.toucan-get`);
    assertEquals((await load(site.url, to)).report.failed, 2);
    assertEquals(allNames(outside), ["y"]);
  }));

Deno.test("file get: what does not have its digest is not kept", () =>
  withFolder(async (folder) => {
    await using server = serveHttp(ANY, lying(["a"], "y"));
    const { report, entries: [entry] } = await load(`http://${server.address}/`, folder);
    assertEquals([report.failed, entry?.error instanceof ToucanError && entry.error.code], [1, "checksum-mismatch"]);
    assertEquals(allNames(folder).filter((name) => name === "a"), []);
  }));

Deno.test("file get: a link of the server that leads up again is not followed for ever", () =>
  withFolder(async (folder) => {
    await using site = await served({ "a/b": "b" });
    await Deno.symlink("..", `${site.root}/a/loop`);
    await Deno.symlink("b", `${site.root}/a/linked`);
    const { report } = await load(site.url, folder);
    assertEquals([report.moved, report.skipped, allNames(folder)], [2, 1, ["a/", "a/b", "a/linked"]]);
  }));

Deno.test("list rejects responses that are not listings", async () => {
  const answers: readonly (readonly [body: string, type: string])[] = [
    ["<html>", "text/html"],
    ["[]", "application/json"],
    ["{", "application/json"],
    ['{"path":[],"type":"folder","entries":[{"name":1}]}', "application/json"],
    ['{"path":[],"type":"folder","entries":[{"name":"a","type":"pipe","size":1}]}', "application/json"],
    ['{"path":[],"type":"folder","entries":[{"name":"a","type":"file","size":-1}]}', "application/json"],
    ['{"path":[1],"type":"folder","entries":[]}', "application/json"],
  ];
  for (const [body, type] of answers) {
    await using server = serveHttp(ANY, () => ({ headers: { "Content-Type": type }, body }));
    const error = await assertRejects(() => list(`http://${server.address}/`, QUICK), NegativeError);
    assertEquals(error.code, "not-a-listing", body);
  }
  await using site = await served({});
  const error = await assertRejects(() => list(`${site.url}none`, QUICK), NegativeError);
  assertEquals([error.code, error.message], [
    "http-status",
    `127.0.0.1:${site.port} answers 404: no such file or folder`,
  ]);
});

Deno.test("file put: a tree arrives whole, and is not sent again", async () => {
  await using from = await served(TREE);
  await using to = await served({ "pre/old": "old" }, { upload: true });
  await new Deno.Command("mkfifo", { args: [`${from.root}/pipe`] }).output();
  await Deno.symlink("a", `${from.root}/link`);
  await Deno.writeTextFile(`${from.root}/.dot`, "hidden");
  const entries: TreeEntry[] = [];
  const first = await putTree([`${from.root}/`], to.url, { ...QUICK, onEntry: (entry) => entries.push(entry) });
  assertEquals([first.moved, first.failed, first.skipped], [10, 1, 2]);
  assertEquals(entries.filter(({ action }) => action === "failed").map(({ path }) => path), [".dot"]);
  for (const name of ["pipe", "link", ".dot"]) await Deno.remove(`${from.root}/${name}`);
  assertEquals(allNames(to.root).filter((name) => !name.startsWith("pre/")), allNames(from.root));
  await Deno.writeTextFile(`${from.root}/sub/b`, "B");
  const second = await putTree([`${from.root}/`], to.url, QUICK);
  assertEquals([second.moved, second.unchanged, second.failed], [1, 9, 0]);
  const named = await putTree([`${from.root}/sub`, `${from.root}/a.txt`], `${to.url}pre`, QUICK);
  assertEquals([named.moved, allNames(`${to.root}/pre`)], [3, [
    "a.txt",
    "old",
    "sub/",
    "sub/b",
    "sub/deep/",
    "sub/deep/c",
  ]]);
});

Deno.test("file put: a folder of which the server says nothing fails by itself", () =>
  withFolder(async (folder) => {
    for (const name of ["bad", "good"]) await Deno.mkdir(`${folder}/${name}`);
    for (const name of ["bad/a", "good/b"]) await Deno.writeTextFile(`${folder}/${name}`, "x");
    async function* cut() {
      yield new Uint8Array(1);
      await Promise.reject(new Error("gone"));
    }
    const entries = ["bad", "good"].map((name) => ({ name, type: "folder", size: 0, modified: 0 }));
    await using server = serveHttp(ANY, ({ method, target }) => {
      if (method === "PUT") return { status: 403 };
      const headers = { "Content-Type": "application/json" };
      if (target.startsWith("/bad/")) return { headers, body: cut() };
      const listed = target.startsWith("/?") ? entries : [];
      return { headers, body: JSON.stringify({ path: [], type: "folder", entries: listed, truncated: false }) };
    });
    const ended: string[] = [];
    await putTree([`${folder}/`], `http://${server.address}/`, {
      onEntry: ({ path, action, error }) =>
        void ended.push(`${path} ${action} ${error instanceof ToucanError && error.code}`),
    });
    assertEquals(ended.sort(), ["bad failed body-cut", "good/b failed http-status"]);
  }));

Deno.test("file put: a server that stores something else, or takes nothing", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a`, "x");
    const digest = (of: string) => ({ "Repr-Digest": `sha-256=:${of}:` });
    const answers: readonly (readonly [headers: Record<string, string>, status: number, code: string])[] = [
      [digest("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), 201, "digest-mismatch"],
      [{}, 201, "not-stored"],
      [{}, 405, "http-status"],
      [{}, 301, "http-status"],
    ];
    for (const [headers, status, code] of answers) {
      await using server = serveHttp(ANY, async ({ method, body }) => {
        await body.bytes(100);
        return method === "PUT" ? { status, headers } : { status: 404 };
      });
      const report = await putTree([`${folder}/a`], `http://${server.address}/`, QUICK);
      assertEquals([report.failed, report.error instanceof ToucanError && report.error.code], [1, code]);
    }
  });
});

Deno.test("file: clients show who they are", () =>
  withFolder(async (folder) => {
    const credentials = { user: "me", password: "secret" };
    await using site = await served({ "a": "x" }, { upload: true, credentials });
    const headers = { Authorization: basicAuthorization(credentials) };
    await Deno.writeTextFile(`${folder}/new`, "y".repeat(2 << 20));
    const listing: RemoteListing = await list(site.url, { ...QUICK, headers });
    assertEquals(listing.entries.length, 1);
    assertEquals((await putTree([`${folder}/new`], site.url, { ...QUICK, headers })).moved, 1);
    assertEquals((await getTree(site.url, `${folder}/to`, { ...QUICK, headers })).moved, 2);
    await assertRejects(() => getTree(site.url, folder, QUICK), NegativeError, "401");
    assertEquals((await putTree([`${folder}/new`], `${site.url}x/`, QUICK)).failed, 1);
  }));
