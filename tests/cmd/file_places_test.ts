import { assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { startServer } from "../kit/nginx.ts";
import { freePort } from "../kit/port.ts";
import { allNames } from "../kit/served.ts";
import { runTool, startTool } from "../kit/tool.ts";

/** Serves `s` below a folder with uploads. */
async function serving(cwd: string, ...words: string[]): Promise<AsyncDisposable & { readonly url: string }> {
  await Deno.mkdir(`${cwd}/s/dir`, { recursive: true });
  const server = await startTool("file", ["serve", "s", "--upload", "--quiet", "--port", "0", ...words], { cwd });
  const [, url = ""] = await server.stderrMatch(/listening on (\S+)\n/);
  return { url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Arguments of `file put`, with U for the URL, and the resulting files on the server, as with `cp`. */
const PUTS: readonly (readonly [words: string, names: readonly string[]])[] = [
  ["a U", ["a", "dir/"]],
  ["a U/new.txt", ["dir/", "new.txt"]],
  ["a U/dir", ["dir/", "dir/a"]],
  ["a U/fresh/", ["dir/", "fresh/", "fresh/a"]],
  ["a U/x/y/new", ["dir/", "x/", "x/y/", "x/y/new"]],
  ["a b U/dir", ["dir/", "dir/a", "dir/b"]],
  ["p U", ["dir/", "p/", "p/x"]],
  ["p U/q", ["dir/", "q/", "q/x"]],
  ["p/ U/q", ["dir/", "q/", "q/x"]],
  ["p U/dir", ["dir/", "dir/p/", "dir/p/x"]],
];

for (const [words, names] of PUTS) {
  Deno.test(`file put ${words}: chooses the destination as cp does`, () =>
    withFolder(async (cwd) => {
      await Deno.mkdir(`${cwd}/p`);
      for (const file of ["a", "b", "p/x"]) await Deno.writeTextFile(`${cwd}/${file}`, file);
      await using server = await serving(cwd);
      const args = words.split(" ").map((word) => word.startsWith("U") ? server.url + word.slice(2) : word);
      const { code, stderr } = await runTool("file", ["put", ...args], { cwd });
      assertEquals([code, stderr, allNames(`${cwd}/s`)], [0, "", [...names]]);
    }));
}

/** Arguments of `file get`, and the file that it creates. */
const GETS: readonly (readonly [words: string, file: string])[] = [
  ["U/a", "a"],
  ["U/a new", "new"],
  ["U/a there", "there/a"],
  ["U/a fresh/", "fresh/a"],
  ["U/a ./new", "new"],
];

for (const [words, file] of GETS) {
  Deno.test(`file get ${words}: chooses the destination as cp does`, () =>
    withFolder(async (cwd) => {
      await using server = await serving(cwd);
      await Deno.writeTextFile(`${cwd}/s/a`, "hello");
      await Deno.chmod(`${cwd}/s/a`, 0o640);
      await Deno.utime(`${cwd}/s/a`, new Date(), new Date(1_500_000_000_123));
      await Deno.mkdir(`${cwd}/there`);
      const args = words.split(" ").map((word) => word.startsWith("U") ? server.url + word.slice(2) : word);
      const { code, stderr } = await runTool("file", ["get", ...args], { cwd });
      assertEquals([code, stderr, await Deno.readTextFile(`${cwd}/${file}`)], [0, "", "hello"]);
      const { mode, mtime } = Deno.statSync(`${cwd}/${file}`);
      assertEquals([(mode ?? 0) & 0o7777, mtime?.getTime()], [0o640, 1_500_000_000_123]);
    }));
}

Deno.test("file get URL - writes stdout, file put - URL reads stdin", () =>
  withFolder(async (cwd) => {
    await using server = await serving(cwd);
    const put = await runTool("file", ["put", "-", `${server.url}in/put.txt`, "--json"], { cwd, stdin: "piped text" });
    assertEquals([put.code, await Deno.readTextFile(`${cwd}/s/in/put.txt`)], [0, "piped text"]);
    assertMatch(put.stdout, /"action":"sent","bytes":10,"sha256":"[0-9a-f]{64}","verified":"sha256"/);
    const got = await runTool("file", ["get", `${server.url}in/put.txt`, "-"], { cwd });
    assertEquals([got.code, got.stdout, got.stderr], [0, "piped text", ""]);
    const device = await runTool("file", ["get", `${server.url}in/put.txt`, "/dev/stdout"], { cwd });
    assertEquals([device.code, device.stdout, device.stderr], [0, "piped text", ""]);
    const none = await runTool("file", ["get", `${server.url}in/put.txt`, "/dev/null"], { cwd });
    assertEquals([none.code, none.stdout, none.stderr], [0, "1 file (10 B)\n", ""]);
    assertEquals((await runTool("file", ["put", "-", server.url], { cwd, stdin: "x" })).code, 2);
    assertEquals((await runTool("file", ["get", `${server.url}in/`, "-"], { cwd })).code, 5);
    assertEquals(allNames(`${cwd}/s`), ["dir/", "in/", "in/put.txt"]);
  }));

Deno.test("file get: a URL as DEST is a usage error", () =>
  withFolder(async (cwd) => {
    for (const url of ["http://127.0.0.1:1/b", "HTTPS://localhost/", "http:b"]) {
      const { code, stdout, stderr } = await runTool("file", ["get", "http://127.0.0.1:1/a", url], { cwd });
      assertEquals([code, stdout, allNames(cwd)], [2, "", []]);
      assertMatch(stderr, /is a URL, not a path.*\nhint: call file get for each URL/);
    }
  }));

Deno.test("file get: an error names a DEST that is not a folder", () =>
  withFolder(async (cwd) => {
    await using server = await serving(cwd);
    await Deno.writeTextFile(`${cwd}/there`, "x");
    const { code, stderr } = await runTool("file", ["get", `${server.url}dir/`, "there"], { cwd });
    assertEquals([code, stderr], [5, "toucan file: there is not a folder\n"]);
  }));

/** Modes of a local file, and of the uploaded one. */
const MODES: readonly (readonly [here: number, there: number])[] = [
  [0o755, 0o755],
  [0o600, 0o600],
  [0o666, 0o666],
  [0o444, 0o444],
  [0o4755, 0o755],
  [0o2777, 0o777],
];

Deno.test("file put: preserves time and permission bits, except setuid and setgid", () =>
  withFolder(async (cwd) => {
    await using server = await serving(cwd);
    for (const [here] of MODES) {
      await Deno.writeTextFile(`${cwd}/f${here}`, "x");
      await Deno.chmod(`${cwd}/f${here}`, here);
      await Deno.utime(`${cwd}/f${here}`, new Date(), new Date(1_600_000_000_456));
    }
    await runTool("file", ["put", ...MODES.map(([here]) => `f${here}`), server.url], { cwd });
    for (const [here, mode] of MODES) {
      const there = Deno.statSync(`${cwd}/s/f${here}`);
      assertEquals([(there.mode ?? 0) & 0o7777, there.mtime?.getTime()], [mode, 1_600_000_000_456]);
    }
  }));

Deno.test("file put: reports duplicate names, missing paths and links, and uploads the rest", () =>
  withFolder(async (cwd) => {
    for (const folder of ["p1/sub", "p2/sub"]) {
      await Deno.mkdir(`${cwd}/${folder}`, { recursive: true });
      await Deno.writeTextFile(`${cwd}/${folder}/same`, folder);
    }
    await Deno.writeTextFile(`${cwd}/p2/sub/other`, "o");
    await Deno.symlink("same", `${cwd}/p1/sub/link`);
    await Deno.symlink("..", `${cwd}/p1/sub/loop`);
    await using server = await serving(cwd);
    const merged = await runTool("file", ["put", "p1/", "p2/", server.url], { cwd });
    assertEquals([merged.code, merged.stdout], [6, "2 files (7 B), 1 failed, 2 skipped\n"]);
    assertMatch(merged.stderr, /cannot send p2\/sub\/same: p1\/sub\/same was sent under the same name/);
    assertEquals(await Deno.readTextFile(`${cwd}/s/sub/same`), "p1/sub");
    const files = await runTool("file", ["put", "p1/sub/same", "p2/sub/same", "none", `${server.url}f/`], { cwd });
    assertEquals([files.code, files.stdout], [6, "1 file (6 B), 2 failed\n"]);
    const followed = await runTool("file", ["put", "--follow", "p1", server.url], { cwd });
    assertEquals([followed.code, followed.stdout], [6, "2 files (12 B), 1 failed\n"]);
    assertMatch(followed.stderr, /cannot follow p1\/sub\/loop: it leads to a folder above it/);
  }));

Deno.test("file put: uploads dot-files to a server with --dot-files", () =>
  withFolder(async (cwd) => {
    await Deno.writeTextFile(`${cwd}/.dot`, "x");
    await using strict = await serving(cwd);
    const refused = await runTool("file", ["put", ".dot", strict.url], { cwd });
    assertEquals(refused.code, 1);
    assertMatch(refused.stderr, /the server does not accept dot-files/);
    await using open = await serving(cwd, "--dot-files");
    assertEquals((await runTool("file", ["put", ".dot", open.url], { cwd })).code, 0);
    assertEquals(await Deno.readTextFile(`${cwd}/s/.dot`), "x");
  }));

Deno.test("file put and get: trees up to the depth limit of the server", () =>
  withFolder(async (cwd) => {
    await using server = await serving(cwd);
    const deep = (depth: number) => `${"d/".repeat(depth - 1)}`;
    await Deno.mkdir(`${cwd}/t/${deep(129)}`, { recursive: true });
    for (const depth of [128, 129]) await Deno.writeTextFile(`${cwd}/t/${deep(depth)}f`, "x");
    const put = await runTool("file", ["put", "t/", server.url], { cwd });
    assertEquals([put.code, put.stdout], [6, "1 file (1 B), 1 failed\n"]);
    const get = await runTool("file", ["get", server.url, "got"], { cwd });
    assertEquals([get.code, get.stdout], [0, "1 file (1 B)\n"]);
    await Deno.writeTextFile(`${cwd}/s/${deep(129)}f`, "x");
    const more = await runTool("file", ["get", server.url, "more"], { cwd });
    assertEquals([more.code, more.stdout], [6, "1 file (1 B), 1 failed\n"]);
  }));

Deno.test("file put and get: nginx with WebDAV, without digests", () =>
  withFolder(async (cwd) => {
    const port = freePort();
    for (const folder of ["www", "tree/sub"]) await Deno.mkdir(`${cwd}/${folder}`, { recursive: true });
    const text = "hello, other server";
    for (const file of ["a.txt", "tree/sub/b.txt"]) await Deno.writeTextFile(`${cwd}/${file}`, text);
    await Deno.writeTextFile(
      `${cwd}/nginx.conf`,
      `daemon off; pid ${cwd}/pid; error_log /dev/null; user root; events {}
http { access_log off; client_body_temp_path ${cwd}/tmp; server { listen 127.0.0.1:${port}; root ${cwd}/www;
dav_methods PUT MKCOL; create_full_put_path on; } }\n`,
    );
    await using site = await startServer("nginx", ["-p", cwd, "-e", "stderr", "-c", `${cwd}/nginx.conf`], port);
    const put = await runTool("file", ["put", "--json", "a.txt", "tree", site.url], { cwd });
    assertEquals([put.code, put.stderr], [0, ""]);
    assertEquals(put.stdout.match(/"verified":"size"/g)?.length, 2);
    assertEquals(put.stdout.includes("sha256"), false);
    assertEquals(await Deno.readTextFile(`${cwd}/www/tree/sub/b.txt`), text);
    const got = await runTool("file", ["get", "--json", `${site.url}a.txt`, "copy.txt"], { cwd });
    assertEquals([got.code, await Deno.readTextFile(`${cwd}/copy.txt`)], [0, text]);
    assertMatch(got.stdout, /"action":"saved".*"verified":"size"/);
  }));
