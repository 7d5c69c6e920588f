import { assertEquals, assertMatch, fail } from "@std/assert";
import { withFolder } from "../../kit/folder.ts";
import { INSTALL_SHELLS, pathOf, runInstall, treeOf } from "../../kit/installer.ts";
import { peerTest } from "../../kit/peer.ts";
import { type PackedTool, ReleaseFolder, script, serveRelease, TARGET_HERE } from "../../kit/release_folder.ts";

const GET = { name: "get", version: "2.0.0" } as const;
const ARCHIVE = `toucan-get-2.0.0-${TARGET_HERE}`;

const PEERS = ["dash", "bash", "busybox", "curl", "xz"];

interface Fault {
  readonly name: string;
  /** Fault of the archive of version 2.0.0, … */
  readonly packed?: Partial<PackedTool>;
  /** … or with the release folder … */
  readonly spoil?: (folder: string, made: ReleaseFolder) => Promise<unknown>;
  /** … or with the server. */
  readonly instead?: (path: string, short: string) => Response | undefined;
  readonly args?: readonly string[];
  /** Whether it is tried in each shell, and not in one of them. */
  readonly everywhere?: boolean;
  readonly code: number;
  readonly stderr: RegExp;
}

const place = (folder: string) => `${folder}/download/v2.0.0`;
const sums = (folder: string, change: (text: string) => string) =>
  Deno.readTextFile(`${place(folder)}/SHA256SUMS`).then((text) =>
    Deno.writeTextFile(`${place(folder)}/SHA256SUMS`, change(text))
  );

/** Rewrites an archive, with or without its checksum. */
async function rewrite(folder: string, change: (data: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>) {
  const path = `${place(folder)}/${ARCHIVE}.tar.xz`;
  await Deno.writeFile(path, change(await Deno.readFile(path)));
}

/** A server that announces more than it sends before it closes the connection. */
function shortServer(): { readonly url: string; close(): void } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serve = async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(4096));
      await connection.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\nsome"));
      connection.close();
    }
  };
  serve();
  return { url: `http://127.0.0.1:${listener.addr.port}/`, close: () => listener.close() };
}

const LINK = /invalid archive \S+: it contains a link or a special file\n/;

const FAULTS: readonly Fault[] = [
  {
    name: "a tampered archive",
    everywhere: true,
    spoil: (folder) => rewrite(folder, (data) => data.with(data.length >> 1, 255 - (data.at(data.length >> 1) ?? 0))),
    code: 1,
    stderr:
      /checksum mismatch of \S+: SHA256SUMS has [0-9a-f]{64}, the download [0-9a-f]{64}\nhint: nothing was changed/,
  },
  {
    name: "a checksum of another archive",
    spoil: (folder) => sums(folder, (text) => text.replace(/^[0-9a-f]{64}/, "0".repeat(64))),
    code: 1,
    stderr: /checksum mismatch/,
  },
  {
    name: "a line without a checksum",
    spoil: (folder) => sums(folder, (text) => text.replace(/^[0-9a-f]{9}/, "")),
    code: 1,
    stderr: /invalid SHA256SUMS: the line of \S+ has no SHA-256 checksum\n/,
  },
  {
    name: "two different checksums",
    spoil: (folder) => sums(folder, (text) => text + text.replace(/^[0-9a-f]{64}/, "0".repeat(64))),
    code: 1,
    stderr: /invalid SHA256SUMS: several lines for get\n/,
  },
  {
    name: "no line for the archive",
    everywhere: true,
    spoil: (folder) => sums(folder, (text) => text.replace("toucan-get", "toucan-got")),
    code: 1,
    stderr: new RegExp(`SHA256SUMS of the release lists no archive of get for ${TARGET_HERE}\n`),
  },
  {
    name: "checksums that are a page",
    spoil: (folder) => sums(folder, () => "<!doctype html>\n<p>$(touch /tmp/x) `id` 404\n"),
    code: 1,
    stderr: /lists no archive of get/,
  },
  {
    name: "checksums that are too large",
    spoil: (folder) => sums(folder, (text) => text + "\0".repeat(1024 * 1024)),
    code: 1,
    stderr: /invalid SHA256SUMS: larger than 1 MiB\n/,
  },
  {
    name: "a version without a release",
    args: ["--version", "3.0.0"],
    code: 1,
    stderr: /version 3\.0\.0 not found: \S+\/download\/v3\.0\.0\/SHA256SUMS does not exist\n/,
  },
  {
    name: "no newest release",
    args: ["--version="],
    code: 2,
    stderr: /invalid --version ""/,
  },
  {
    name: "an archive that is missing on the server",
    spoil: (folder) => Deno.remove(`${place(folder)}/${ARCHIVE}.tar.xz`),
    code: 3,
    stderr: /cannot download toucan-get-\S+: not found\n/,
  },
  {
    name: "an error of the server",
    instead: (path) => path.endsWith(".xz") ? new Response("no", { status: 503 }) : undefined,
    code: 3,
    stderr: /cannot download http:\S+: .*503/,
  },
  {
    name: "a download that ends early",
    everywhere: true,
    instead: (path, short) => path.endsWith(".xz") ? Response.redirect(short) : undefined,
    code: 3,
    stderr: /cannot download http:/,
  },
  {
    name: "a cut archive with the checksum of what is left",
    everywhere: true,
    spoil: async (folder, made) => {
      await rewrite(folder, (data) => data.slice(0, data.length - 40));
      await made.list("2.0.0");
    },
    code: 5,
    stderr: /cannot unpack toucan-get-\S+: /,
  },
  {
    name: "a page in place of an archive",
    spoil: async (folder, made) => {
      await rewrite(folder, () => new TextEncoder().encode("<!doctype html>\n"));
      await made.list("2.0.0");
    },
    code: 5,
    stderr: /cannot unpack toucan-get-\S+: /,
  },
  {
    name: "another folder in the archive",
    packed: { top: "toucan-get-1.9.0" },
    code: 1,
    stderr: /invalid archive \S+: it contains the path toucan-get-1\.9\.0/,
  },
  {
    name: "a path with .. in the archive",
    everywhere: true,
    packed: { tar: [`--transform=s,LICENSE,../LICENSE,`] },
    code: 1,
    stderr: /invalid archive \S+: it contains the path toucan-get-\S+\/\.\.\/LICENSE\n/,
  },
  {
    name: "an absolute path in the archive",
    packed: { tar: ["--absolute-names", "--transform=s,.*LICENSE,/tmp/LICENSE,"] },
    code: 1,
    stderr: /invalid archive \S+: it contains the path \/tmp\/LICENSE\n/,
  },
  {
    name: "a file name with an escape sequence and a line break",
    packed: { files: { "man/a\n\x1b[31m.1": "" } },
    code: 1,
    stderr: /invalid archive \S+: (?:it contains the path [ -~]*|odd file names)\n/,
  },
  {
    name: "a symbolic link in the archive",
    packed: { prepare: [["ln", "-s", "/etc", `${ARCHIVE}/man/x`]] },
    code: 1,
    stderr: LINK,
  },
  {
    name: "a hard link in the archive",
    packed: { prepare: [["ln", `${ARCHIVE}/LICENSE`, `${ARCHIVE}/man/x`]] },
    code: 1,
    stderr: LINK,
  },
  {
    name: "a pipe in the archive",
    packed: { prepare: [["mkfifo", `${ARCHIVE}/man/x`]] },
    code: 1,
    stderr: LINK,
  },
  {
    name: "an archive without the program",
    packed: { tar: [`--exclude=${ARCHIVE}/toucan-get`] },
    code: 1,
    stderr: /invalid archive \S+: it does not contain toucan-get\n/,
  },
  {
    name: "a program of another version",
    packed: { program: script("get", "2.0.0-rc.1") },
    code: 1,
    stderr: /invalid archive \S+: toucan-get is another version\n/,
  },
  {
    name: "a program that does not run here",
    packed: { program: "#!/bin/sh\necho 'GLIBC_2.99 not found' >&2\nexit 127\n" },
    code: 5,
    stderr: /cannot run toucan-get on this system: GLIBC_2\.99 not found\n/,
  },
];

peerTest("install.sh refuses a faulty release, and leaves what was there", PEERS, () =>
  withFolder(async (folder) => {
    const homes = new Map<string, Record<string, string>>();
    const install = (shell: string, url: string, version: string, args: readonly string[] = []) =>
      runInstall({
        shell,
        env: { HOME: `${folder}/${shell}`, TOUCAN_RELEASES: url },
        args: ["--tool", "get", "--retries", "0", `--version=${version}`, ...args],
      });
    for (const shell of Object.keys(INSTALL_SHELLS)) {
      await Deno.mkdir(`${folder}/${shell}`);
      await new ReleaseFolder(folder).add({ name: "get", version: "1.0.0" });
      await using site = serveRelease(folder);
      assertEquals((await install(shell, site.url, "1.0.0")).code, 0);
      homes.set(shell, await treeOf(`${folder}/${shell}`));
    }
    const short = shortServer();
    for (const [index, fault] of FAULTS.entries()) {
      await withFolder(async (releases) => {
        const made = new ReleaseFolder(releases);
        await made.add({ ...GET, ...fault.packed });
        await fault.spoil?.(releases, made);
        await using site = serveRelease(releases, (path) => fault.instead?.(path, short.url));
        const [one = fail("no shell")] = [...homes].slice(index % homes.size);
        for (const [shell, before] of fault.everywhere ? homes : [one]) {
          const { code, stdout, stderr } = await install(shell, site.url, "2.0.0", fault.args);
          const about = `${fault.name} (${shell})`;
          assertMatch(stderr, fault.stderr, about);
          assertEquals({ code, stdout }, { code: fault.code, stdout: "" }, about);
          assertEquals(await treeOf(`${folder}/${shell}`), before, about);
        }
      });
    }
    short.close();
  }));

/** Makes versions 1.0.0 and 2.0.0, and a home folder. */
async function withVersions(folder: string, packed: Partial<PackedTool> = {}): Promise<ReleaseFolder> {
  const made = new ReleaseFolder(folder);
  await made.add({ name: "get", version: "1.0.0" });
  await made.add({ ...GET, ...packed });
  await Deno.mkdir(`${folder}/home`);
  return made;
}

peerTest(
  "a release without a newest version, and a new folder, leave nothing",
  ["dash", "curl", "xz"],
  () =>
    withFolder(async (folder) => {
      await withVersions(folder);
      await using site = serveRelease(folder);
      const env = { HOME: `${folder}/home`, TOUCAN_RELEASES: site.url };
      const { code, stderr } = await runInstall({ shell: "dash", args: [], env });
      assertEquals([code, stderr], [
        1,
        `install.sh: no release found: ${site.url}/latest/download/SHA256SUMS does not exist\n` +
        "hint: install a prerelease with --version V\n",
      ]);
      assertEquals(await treeOf(`${folder}/home`), {});
    }),
);

peerTest(
  "several tools are installed together or not at all",
  ["dash", "curl", "xz"],
  () =>
    withFolder(async (folder) => {
      const made = await withVersions(folder);
      await made.add({ name: "url", version: "2.0.0", program: script("url", "1.0.0") });
      await using site = serveRelease(folder);
      const env = { HOME: `${folder}/home`, TOUCAN_RELEASES: site.url };
      const args = ["--tool=get", "--tool=url", "--version=2.0.0"];
      const { code } = await runInstall({ shell: "dash", args, env });
      assertEquals([code, await treeOf(`${folder}/home`)], [1, {}]);
    }),
);

peerTest("a rename that fails midway puts back what was there", PEERS, () =>
  withFolder(async (folder) => {
    await withVersions(folder);
    await using site = serveRelease(folder);
    const programs = await pathOf(`${folder}/path`, []);
    const fails = `case $3 in */_toucan-get) echo "mv: no" >&2; exit 1;; esac; PATH=\${PATH#*:}; exec mv "$@"`;
    await Deno.writeTextFile(`${programs}/mv`, `#!/bin/sh\n${fails}\n`, { mode: 0o755 });
    for (const shell of Object.keys(INSTALL_SHELLS)) {
      const home = `${folder}/home/${shell}`;
      await Deno.mkdir(home);
      const env = { HOME: home, TOUCAN_RELEASES: site.url };
      const install = (version: string, path?: string) =>
        runInstall({ shell, args: ["--tool=get", "--version", version], env, path });
      await install("1.0.0");
      // The receipt is new, the others replace files.
      await Deno.remove(`${home}/.local/share/toucan`, { recursive: true });
      const before = await treeOf(home);
      const { code, stderr } = await install("2.0.0", `${programs}:${Deno.env.get("PATH")}`);
      assertMatch(stderr, /cannot replace \S.*\/_toucan-get: mv: no\nhint: the files before are in place again\n/);
      assertEquals([code, await treeOf(home)], [5, before]);
    }
  }));

const UNWRITABLE: readonly (readonly [name: string, path: string, RegExp])[] = [
  ["a folder in place of the program", "bin/toucan-get/", /cannot write \S+\/bin\/toucan-get: it is a folder\n/],
  ["a file in place of a folder", "share/man", /cannot create \S+\/share\/man\/man1: /],
];

for (const [name, path, message] of UNWRITABLE) {
  peerTest(`${name} is an error, and stays`, ["dash", "curl", "xz"], () =>
    withFolder(async (folder) => {
      await withVersions(folder);
      await using site = serveRelease(folder);
      const top = `${folder}/home`;
      await Deno.mkdir(`${top}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      if (!path.endsWith("/")) await Deno.writeTextFile(`${top}/${path}`, "mine");
      const before = await treeOf(top);
      const args = ["--tool=get", "--version=2.0.0", "--prefix", top, "--releases", site.url];
      const { code, stderr } = await runInstall({ shell: "dash", args, env: {} });
      assertMatch(stderr, message);
      assertEquals([code, await treeOf(top)], [5, before]);
    }));
}

peerTest(
  "a read-only folder is an error before anything is downloaded",
  ["dash", "curl", "xz", "setpriv"],
  () =>
    withFolder(async (folder) => {
      await withVersions(folder);
      await using site = serveRelease(folder);
      await Deno.chmod(folder, 0o755);
      await Deno.chmod(`${folder}/home`, 0o555);
      const args = ["--tool=get", "--version=2.0.0", "--dir", `${folder}/home`, "--releases", site.url];
      const env = { HOME: `${folder}/home` };
      const before = Deno.uid() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
      const { code, stderr } = await runInstall({ shell: "dash", args, env, before });
      assertMatch(
        stderr,
        /cannot write to \S+\/home: permission denied, .*\nhint: name another folder with --prefix\n/,
      );
      assertEquals([code, site.requests], [5, []]);
    }),
);

const noise = crypto.getRandomValues(new Uint8Array(60_000)).toHex();
/** Programs that are too large for the disk: before they are unpacked, and after. */
const LARGE = {
  "compressed": `${script("get", "2.0.0")}# ${noise.repeat(9)}${
    crypto.getRandomValues(new Uint8Array(60_000)).toHex()
  }`,
  "unpacked": `${script("get", "2.0.0")}# ${"0".repeat(2_000_000)}`,
};

/** Runs a command with a small file system in place of the home folder, and prints what is there before and after. */
const SMALL_DISK = `
mount -t tmpfs -o size=$1 none "$2" && shift 2
"$@" --version=1.0.0 || exit 99
# Folders without their times: what was written and removed again has changed those.
look() {
  (cd "$HOME" && find . -exec stat -c '%n %i %f %u %g %s' {} + && find . -type f -exec sha256sum {} + -exec stat -c %y {} +)
}
before=$(look)
"$@" --version=2.0.0
code=$?
[ "$before" = "$(look)" ] && echo same
exit $code`;

for (const [what, program] of Object.entries(LARGE)) {
  peerTest(
    `a full disk is an error, and leaves what was there: ${what}`,
    [...PEERS, "unshare"],
    () =>
      withFolder(async (folder) => {
        await withVersions(folder, { program });
        await using site = serveRelease(folder);
        const home = `${folder}/home`;
        const unshare = ["unshare", ...Deno.uid() === 0 ? [] : ["-r"], "-m", "sh", "-c", SMALL_DISK, "sh"];
        for (const shell of Object.keys(INSTALL_SHELLS)) {
          const { code, stdout, stderr } = await runInstall({
            shell,
            before: [...unshare, what === "unpacked" ? "1m" : "100k", home],
            args: ["--tool=get", "--retries=0", "--releases", site.url],
            env: { HOME: home },
          });
          assertMatch(stderr, /cannot (?:write to|unpack) \S+: .*(?:[Nn]o space left|[Ee]rror writing)/);
          assertEquals([code, stdout.replace(/^installed .*\n/, "")], [5, "same\n"]);
        }
      }),
  );
}
