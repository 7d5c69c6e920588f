import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { writeArchive } from "../../scripts/release/archive.ts";
import { contents } from "../../scripts/release/contents.ts";
import { withFolders } from "../../scripts/release/entry.ts";
import { makeRelease } from "../../scripts/release/release.ts";
import { sharedBytes } from "../../scripts/release/runtime_bytes.ts";
import { requireReleaseRuntime, runtimeIn } from "../../scripts/release/runtime.ts";
import { writeSums } from "../../scripts/release/sums.ts";
import { tar } from "../../scripts/release/tar.ts";
import { record } from "../../scripts/records.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { runTool, TARGET } from "../kit/tool.ts";

const TIME = new Date("2026-01-02T03:04:06Z");
const encode = (text: string) => new TextEncoder().encode(text);

/** Runs a program, which has to succeed, and returns its output. */
async function output(folder: string, program: string, ...args: readonly string[]): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], cwd: folder, env: { TZ: "UTC", LC_ALL: "C" } });
  const { success, stdout, stderr } = await command.output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

const FILES = withFolders([
  { path: "top/b/c", data: encode("text\n".repeat(200)) },
  { path: "top/a", data: encode("\x7fELF"), executable: true },
  { path: "top/empty", data: new Uint8Array() },
]);

peerTest(
  "a tar.xz is what tar and xz read, with modes, times and no owner",
  ["tar", "xz"],
  () =>
    withFolder(async (folder) => {
      await writeArchive(`${folder}/x.tar.xz`, FILES, { time: TIME, fast: true });
      const listed = await output(folder, "tar", "--numeric-owner", "--full-time", "-tvJf", "x.tar.xz");
      assertEquals(listed.trim().split("\n").map((line) => line.replace(/ +/g, " ")), [
        "drwxr-xr-x 0/0 0 2026-01-02 03:04:06 top/",
        "-rwxr-xr-x 0/0 4 2026-01-02 03:04:06 top/a",
        "drwxr-xr-x 0/0 0 2026-01-02 03:04:06 top/b/",
        "-rw-r--r-- 0/0 1000 2026-01-02 03:04:06 top/b/c",
        "-rw-r--r-- 0/0 0 2026-01-02 03:04:06 top/empty",
      ]);
      assertEquals(await output(folder, "tar", "-xJOf", "x.tar.xz", "top/b/c"), "text\n".repeat(200));
    }),
);

peerTest("a zip is what Python reads and finds correct", ["python3"], () =>
  withFolder(async (folder) => {
    await writeArchive(`${folder}/x.zip`, FILES, { time: TIME });
    const script = `import zipfile
z = zipfile.ZipFile("x.zip")
print(z.testzip())
for i in z.infolist(): print(oct(i.external_attr >> 16), i.file_size, i.date_time, i.filename)
print(z.read("top/b/c").decode() == "text\\n" * 200)`;
    assertEquals((await output(folder, "python3", "-c", script)).trim().split("\n"), [
      "None",
      "0o40755 0 (2026, 1, 2, 3, 4, 6) top/",
      "0o100755 4 (2026, 1, 2, 3, 4, 6) top/a",
      "0o40755 0 (2026, 1, 2, 3, 4, 6) top/b/",
      "0o100644 1000 (2026, 1, 2, 3, 4, 6) top/b/c",
      "0o100644 0 (2026, 1, 2, 3, 4, 6) top/empty",
      "True",
    ]);
  }));

peerTest(
  "a tar.xz whose programs share their start is the same archive",
  ["xz", "busybox"],
  () =>
    withFolder(async (folder) => {
      const data = crypto.getRandomValues(new Uint8Array(3000));
      const files = [{ path: "top/z", data, executable: true }, ...FILES];
      await writeArchive(`${folder}/whole.tar.xz`, files, { time: TIME });
      await writeArchive(`${folder}/split.tar.xz`, files, { time: TIME, shared: 1024 });
      for (const xz of ["xz", "busybox xz"]) {
        await output(folder, "sh", "-euc", `${xz} -dc whole.tar.xz >whole; ${xz} -dc split.tar.xz | cmp - whole`);
      }
      assert((await Deno.stat(`${folder}/whole`)).size > 3000);
      assert((await Deno.stat(`${folder}/split.tar.xz`)).size !== (await Deno.stat(`${folder}/whole.tar.xz`)).size);
    }),
);

Deno.test("sharedBytes counts the bytes with which two programs begin", () => {
  const one = new Uint8Array(200_000);
  const other = new Uint8Array(300_000);
  assertEquals(sharedBytes(one, other), 3 * 65536);
  other[70_000] = 1;
  assertEquals(sharedBytes(one, other), 65536);
  assertEquals(sharedBytes(one.slice(0, 100), other), 0);
});

peerTest(
  "the same files and time give the same archives and checksums",
  ["xz", "sha256sum"],
  () =>
    withFolder(async (folder) => {
      const sums = [];
      for (const [name, files] of [["one", FILES], ["two", withFolders([...FILES].reverse())]] as const) {
        await Deno.mkdir(`${folder}/${name}`);
        for (const file of ["x.tar.xz", "x.zip"]) {
          await writeArchive(`${folder}/${name}/${file}`, files, { time: TIME });
        }
        await writeSums(`${folder}/${name}`);
        assertEquals(await output(`${folder}/${name}`, "sha256sum", "-c", "SHA256SUMS"), "x.tar.xz: OK\nx.zip: OK\n");
        sums.push(await Deno.readTextFile(`${folder}/${name}/SHA256SUMS`));
      }
      assertEquals(sums[0], sums[1]);
    }),
);

Deno.test("tar refuses a path that does not fit into its header", () => {
  assertThrows(() => tar([{ path: "x".repeat(101), data: new Uint8Array() }], TIME), Error, "100 bytes");
});

Deno.test("contents has a place for all that comes with a tool, and the pages of all tools with the umbrella", async () => {
  const release = { version: "1.2.3", target: "x86_64-pc-windows-msvc" };
  const one = await contents(await record("url"), encode("MZ"), release);
  assertEquals(
    one.filter(({ path }) => !path.endsWith("/")).map(({ path }) => path),
    [
      "LICENSE",
      "completions/bash/toucan-url",
      "completions/fish/toucan-url.fish",
      "completions/powershell/toucan-url.ps1",
      "completions/zsh/_toucan-url",
      "man/toucan-url.1",
      "toucan-url.exe",
    ].map((path) => `toucan-url-1.2.3-x86_64-pc-windows-msvc/${path}`),
  );
  const all = await contents(await record("toucan"), encode("MZ"), { version: "1", target: "aarch64-apple-darwin" });
  const paths = all.map(({ path }) => path);
  for (const path of ["toucan", "man/toucan.1", "man/toucan-mail.1", "completions/zsh/_toucan"]) {
    assert(paths.includes(`toucan-1-aarch64-apple-darwin/${path}`), path);
  }
  assertEquals(all.filter(({ executable }) => executable).length, 1);
});

Deno.test({
  name: "contents has the man page and the completions that the tool prints",
  ignore: TARGET !== "source",
  async fn() {
    const entries = await contents(await record("url"), new Uint8Array(), { version: "1", target: "x" });
    const text = (path: string) =>
      new TextDecoder().decode(entries.find((entry) => entry.path === `toucan-url-1-x/${path}`)?.data);
    assertEquals(text("man/toucan-url.1"), (await runTool("url", ["--man"])).stdout);
    assertEquals(text("completions/zsh/_toucan-url"), (await runTool("url", ["--completions", "zsh"])).stdout);
  },
});

Deno.test("runtimeIn finds the version of the runtime in an executable", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ["\x7fELF Deno/ Deno/0.80.0grpc Deno/2.9.6, Deno/2.9.6", "2.9.6"],
    ["Deno/2.7.11 Deno/2.9.6", undefined],
    ["MZ", undefined],
  ];
  for (const [text, version] of cases) assertEquals(runtimeIn(encode(text)), version);
});

Deno.test("a release refuses a runtime other than that of releases", async () => {
  requireReleaseRuntime("the base", "2.9.6");
  assertThrows(() => requireReleaseRuntime("the base", undefined), Error, "the base is Deno of an unknown version");
  const compiler: [string, ...string[]] = [Deno.execPath(), "eval", `console.log("deno 2.7.11 (stable)")`];
  await withFolder(async (folder) => {
    const options = { tools: ["url"], targets: ["x86_64-unknown-linux-gnu"], compiler, output: `${folder}/out` };
    await assertRejects(
      () => makeRelease(options, () => {}),
      Error,
      "a release requires 2.9.6 (for archives to try out, use --preview)",
    );
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});
