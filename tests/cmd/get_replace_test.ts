import { assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { hasPeer } from "../kit/peer.ts";
import { testSite } from "../kit/site.ts";
import { runTool, toolArgs } from "../kit/tool.ts";

const BODY = "new content\n";
/** Another user. */
const OTHER = 65_534;
/** Capabilities with which root can change files of other users. */
const CAPABILITIES = "-dac_override,-dac_read_search,-fowner,-chown";

interface Way {
  /** Mode of the file that is replaced, which another user owns. */
  readonly mode: number;
  /** Mode of its folder. */
  readonly folder?: number;
  readonly code: number;
  readonly stderr: RegExp;
}

/** A writable file is replaced, if necessary in place; any other file is left unchanged. */
const WAYS: Readonly<Record<string, Way>> = {
  "a file that all may write": { mode: 0o666, code: 0, stderr: /^$/ },
  "a file that its owner alone may write": {
    mode: 0o644,
    code: 5,
    stderr: /^toucan get: cannot write f: permission denied\n$/,
  },
  "a file in a folder that must not be written": {
    mode: 0o666,
    folder: 0o555,
    code: 5,
    stderr: /^toucan get: cannot write f\.part: permission denied\nhint: the file is first written as NAME\.part/,
  },
};

for (const [what, { mode, folder = 0o755, code, stderr }] of Object.entries(WAYS)) {
  Deno.test({
    name: `get --force replaces ${what} of another user, or leaves it unchanged`,
    ignore: Deno.uid() !== 0 || !hasPeer("setpriv"),
    fn: () =>
      withFolder(async (cwd) => {
        await using site = testSite({
          "/f": { headers: { "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT" }, body: BODY },
        });
        const file = `${cwd}/f`;
        await Deno.writeTextFile(file, "old");
        await Deno.chmod(file, mode);
        await Deno.chown(file, OTHER, OTHER);
        await Deno.chmod(cwd, folder);
        const { program, args } = await toolArgs("get", ["-f", "-o", "f", `${site.url}f`]);
        const as = [`--bounding-set=${CAPABILITIES}`, `--inh-caps=${CAPABILITIES}`, program, ...args];
        const result = await new Deno.Command("setpriv", { args: as, cwd }).output();
        await Deno.chmod(cwd, 0o755);
        assertMatch(new TextDecoder().decode(result.stderr), stderr);
        const { uid, mode: after = 0 } = await Deno.stat(file);
        assertEquals(
          [result.code, await Deno.readTextFile(file), uid, (after ?? 0) & 0o777],
          [code, code === 0 ? BODY : "old", OTHER, mode],
        );
        assertEquals([...Deno.readDirSync(cwd)].map(({ name }) => name), ["f"]);
      }),
  });
}

/**
 * Shell script that mounts a small disk on the current folder in a namespace, and runs the remaining arguments there.
 */
const SMALL_DISK = [
  "-m",
  "sh",
  "-c",
  'mount -t tmpfs -o size=64k none . && cd "$PWD" && eval "$0" && "$@"; eval "$AFTER"',
];
const canMount = hasPeer("unshare") &&
  new Deno.Command("unshare", { args: ["-m", "mount", "-t", "tmpfs", "none", "/mnt"], stderr: "null" }).outputSync()
    .success;

Deno.test({
  name: "get --force: a file with several hard links keeps its content when the disk is full",
  ignore: !canMount,
  fn: () =>
    withFolder(async (cwd) => {
      await using site = testSite({ "/f": { body: "n".repeat(30_000) } });
      const { program, args } = await toolArgs("get", ["-f", "-o", "f", `${site.url}f`]);
      const before = "printf old > f; ln f other; head -c 20000 /dev/zero > rest";
      const all = [...SMALL_DISK, before, program, ...args];
      const env = { AFTER: "cat f; ls" };
      const { stdout, stderr } = await new Deno.Command("unshare", { args: all, cwd, env }).output();
      assertMatch(new TextDecoder().decode(stderr), /^toucan get: cannot write f: no space left on the device/);
      assertEquals(new TextDecoder().decode(stdout), "oldf\nother\nrest\n");
    }),
});

/** Links to files that are not regular, and the output of a run. */
const LINKS: readonly (readonly [target: string, rest: string, out: string])[] = [
  ["/dev/stdout", "", BODY],
  ["/dev/fd/1", "| cat", BODY],
  ["/dev/stderr", "2>&1 >/dev/null", BODY],
  ["/dev/null", "", "link\n"],
];
for (const [target, rest, out] of LINKS) {
  Deno.test(
    `get -o LINK: writes to the target ${target}`,
    { ignore: Deno.build.os !== "linux" },
    () =>
      withFolder(async (cwd) => {
        await using site = testSite({ "/f": { body: BODY } });
        await Deno.symlink(target, `${cwd}/link`);
        const { program, args } = await toolArgs("get", ["-o", "link", `${site.url}f`]);
        const shell = ["-c", `"$@" ${rest}`, "bash", program, ...args];
        const { stdout, stderr } = await new Deno.Command("bash", { args: shell, cwd }).output();
        assertEquals([new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)], [out, ""]);
        assertEquals(await Deno.readLink(`${cwd}/link`), target);
      }),
  );
}

Deno.test("get -o: a path below /dev outside the sandbox has a hint", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const { code, stderr } = await runTool("get", ["-o", "/dev/shm/none/f", "http://127.0.0.1:9/"]);
  assertEquals(code, 5);
  // Deno 2.7 also checks files that it does not open.
  const refusal = "cannot write /dev/shm/none/f(?:\\.part)?: the sandbox permits ordinary files only";
  assertMatch(stderr, new RegExp(`^toucan get: ${refusal}\nhint: write to stdout and redirect it\n$`));
});
