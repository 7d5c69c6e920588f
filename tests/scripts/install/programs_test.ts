import { assertEquals, assertMatch } from "@std/assert";
import { makeCertificate } from "../../kit/certificates.ts";
import { withFolder } from "../../kit/folder.ts";
import { pathOf, runInstall, treeOf } from "../../kit/installer.ts";
import { peerTest } from "../../kit/peer.ts";
import { type PackedTool, ReleaseFolder, serveRelease, TARGET_HERE } from "../../kit/release_folder.ts";

/** Programs that the script needs on every system. */
const BASE = "sh uname ldd mktemp rm rmdir mkdir mv cp ln chmod cat sed grep cut tr tail wc find sleep".split(" ");
const FULL = [...BASE, "curl", "tar", "xz", "sha256sum"];

const without = (...names: string[]) => FULL.filter((name) => !names.includes(name));

interface Row {
  readonly programs: readonly string[];
  readonly form?: "tar.gz";
  /** Exit code and stderr of a failure; success if omitted. */
  readonly fails?: readonly [number, RegExp];
  readonly releases?: string;
}

/** Programs that are installed besides the basic ones, and the result. */
const ROWS: Readonly<Record<string, Row>> = {
  "GNU wget": { programs: [...without("curl"), "wget"] },
  "BusyBox wget to this machine": { programs: [...without("curl"), "wget=busybox", "timeout"] },
  "BusyBox wget over https": {
    programs: [...without("curl"), "wget=busybox"],
    releases: "https://127.0.0.1:1",
    fails: [5, /cannot download: neither curl, wget nor python3 is installed\nhint: install curl\n/],
  },
  "python3 for downloads": { programs: [...without("curl"), "python3=/usr/bin/python3"] },
  "no program for downloads": {
    programs: without("curl"),
    fails: [5, /cannot download: neither curl, wget nor python3 is installed\nhint: install curl\n/],
  },
  "no xz": {
    programs: without("xz"),
    fails: [5, /cannot unpack toucan-get-\S+\.tar\.xz: xz is not installed\nhint: install xz \(Debian/],
  },
  "no xz, and a second archive": { programs: [...without("xz"), "gzip"], form: "tar.gz" },
  "unxz": { programs: [...without("xz"), "unxz=busybox"] },
  "BusyBox for xz": { programs: [...without("xz"), "busybox"] },
  "python3 for xz": { programs: [...without("xz"), "python3=/usr/bin/python3"] },
  "bsdtar, as on macOS": { programs: [...without("xz", "tar"), "tar=bsdtar"] },
  "BusyBox tar": { programs: [...without("tar"), "tar=busybox"] },
  "no tar": { programs: without("tar"), fails: [5, /cannot unpack archives: tar is not installed\n/] },
  "shasum": { programs: [...without("sha256sum"), "shasum"] },
  "openssl": { programs: [...without("sha256sum"), "openssl"] },
  "BusyBox for checksums": { programs: [...without("sha256sum"), "busybox"] },
  "no program for checksums": {
    programs: without("sha256sum"),
    fails: [5, /cannot verify toucan-get-\S+: sha256sum, shasum or openssl is required\n/],
  },
};

const PEERS = ["curl", "wget", "busybox", "xz", "bsdtar", "openssl", "shasum", "gzip"];

peerTest("install.sh makes do with the programs that are installed", PEERS, () =>
  withFolder(async (folder) => {
    for (const form of ["tar.xz", "tar.gz"] as const) {
      await new ReleaseFolder(`${folder}/${form}`).add({ name: "get", version: "1.0.0", form });
    }
    const both = new ReleaseFolder(`${folder}/tar.gz`);
    await both.add({ name: "get", version: "1.0.0" });
    await using site = serveRelease(folder);
    for (const [name, { programs, form = "tar.xz", fails, releases }] of Object.entries(ROWS)) {
      const home = `${folder}/homes/${name}`;
      await Deno.mkdir(home, { recursive: true });
      const path = await pathOf(`${folder}/paths/${name}`, programs);
      const { code, stderr } = await runInstall({
        shell: "/bin/dash",
        path,
        args: ["--tool=get", "--version=1.0.0", "--retries=0", "--releases", releases ?? `${site.url}/${form}`],
        env: { HOME: home },
      });
      assertMatch(stderr, fails?.[1] ?? new RegExp(`^downloading toucan-get-\\S+\\.${form}\nhint: add`), name);
      assertEquals([name, code], [name, fails?.[0] ?? 0]);
      assertEquals(Object.keys(await treeOf(home)).includes("/.local/bin/toucan-get"), !fails, name);
      if (fails) assertEquals(await treeOf(home), {}, name);
    }
  }));

/** Contents that are refused, by the version of the archive in which they are. */
const ODD: Readonly<Record<string, Partial<PackedTool>>> = {
  "1.0.0": { prepare: [["ln", "-s", "/etc", `toucan-get-1.0.0-${TARGET_HERE}/man/x`]] },
  "2.0.0": { prepare: [["ln", `toucan-get-2.0.0-${TARGET_HERE}/LICENSE`, `toucan-get-2.0.0-${TARGET_HERE}/man/x`]] },
  "3.0.0": { prepare: [["mkfifo", `toucan-get-3.0.0-${TARGET_HERE}/man/x`]] },
  "4.0.0": { tar: ["--transform=s,LICENSE,../../LICENSE,"] },
  // A file that would be written through a link, into the folder of the programs.
  "6.0.0": {
    prepare: [
      ["ln", "-s", "../../../..", `toucan-get-6.0.0-${TARGET_HERE}/man/x`],
      ["mkdir", `toucan-get-6.0.0-${TARGET_HERE}/man/y`],
      ["touch", `toucan-get-6.0.0-${TARGET_HERE}/man/y/file`],
    ],
    tar: ["--transform=s,man/y,man/x,", `toucan-get-6.0.0-${TARGET_HERE}/man/x`],
  },
  "5.0.0": { tar: ["--absolute-names", "--transform=s,.*LICENSE,/tmp/LICENSE,"] },
};

peerTest(
  "install.sh refuses links and paths outside the archive with every tar",
  PEERS,
  () =>
    withFolder(async (folder) => {
      const made = new ReleaseFolder(folder);
      for (const [version, odd] of Object.entries(ODD)) await made.add({ name: "get", version, ...odd });
      await using site = serveRelease(folder);
      await Deno.mkdir(`${folder}/home`);
      for (const tar of ["tar", "bsdtar", "busybox"]) {
        const path = await pathOf(`${folder}/with ${tar}`, [...without("tar"), `tar=${tar}`]);
        for (const version of Object.keys(ODD)) {
          const args = ["--tool=get", "--version", version, "--releases", site.url];
          const { code, stderr } = await runInstall({
            shell: "/bin/dash",
            path,
            args,
            env: { HOME: `${folder}/home` },
          });
          assertMatch(stderr, /invalid archive \S+: it contains (?:a link or a special file|the path \S*LICENSE)\n/);
          assertEquals([tar, version, code, await treeOf(`${folder}/home`)], [tar, version, 1, {}]);
        }
      }
    }),
);

/** A certificate authority that the program trusts, by a variable or a file. */
const DOWNLOADERS: Readonly<Record<string, readonly string[]>> = {
  "curl": FULL,
  "wget": [...without("curl"), "wget"],
  "python3": [...without("curl"), "python3=/usr/bin/python3"],
};

peerTest(
  "install.sh follows redirects to https, and from https to nothing else",
  PEERS,
  () =>
    withFolder(async (folder) => {
      await new ReleaseFolder(folder).add({ name: "get", version: "1.0.0" });
      const certificate = await makeCertificate();
      await Deno.writeTextFile(`${folder}/ca.pem`, certificate.cert);
      await Deno.writeTextFile(`${folder}/wgetrc`, `ca_certificate = ${folder}/ca.pem\n`);
      const trust = {
        CURL_CA_BUNDLE: `${folder}/ca.pem`,
        SSL_CERT_FILE: `${folder}/ca.pem`,
        WGETRC: `${folder}/wgetrc`,
      };
      await using plain = serveRelease(folder);
      const moved = (path: string) => {
        const [, to, rest] = /^\/(plain|tls|loop)(\/.*)$/.exec(path) ?? [];
        const target = { plain: plain.url + rest, tls: rest, loop: path }[to ?? ""];
        return target === undefined ? undefined : new Response(null, { status: 302, headers: { location: target } });
      };
      await using site = serveRelease(folder, moved, certificate);
      for (const [program, programs] of Object.entries(DOWNLOADERS)) {
        const path = await pathOf(`${folder}/paths/${program}`, programs);
        const install = async (place: string, env: Record<string, string> = trust) => {
          const home = await Deno.makeTempDir({ dir: folder });
          const args = ["--tool=get", "--version=1.0.0", "--retries=0", "--releases", site.url + place];
          const { code, stderr } = await runInstall({ shell: "dash", args, path, env: { HOME: home, ...env } });
          return { about: `${program} ${place}`, code, stderr, changed: Object.keys(await treeOf(home)).length > 0 };
        };
        const direct = await install("");
        assertEquals([direct.about, direct.code, direct.stderr.includes("error")], [direct.about, 0, false]);
        assertEquals((await install("/tls")).code, 0, program);
        const downgraded = await install("/plain");
        assertMatch(downgraded.stderr, /cannot download https:\S+: .*(?:redirect to http|Protocol "http")/, program);
        assertEquals([downgraded.about, downgraded.code, downgraded.changed], [downgraded.about, 3, false]);
        const endless = await install("/loop");
        assertEquals([endless.about, endless.code, endless.changed], [endless.about, 3, false]);
        const untrusted = await install("", {});
        assertEquals([untrusted.about, untrusted.code, untrusted.changed], [untrusted.about, 3, false]);
      }
      assertEquals(plain.requests, []);
    }),
);

peerTest("install.sh aborts a download that stalls, after its retries", PEERS, () =>
  withFolder(async (folder) => {
    await new ReleaseFolder(folder).add({ name: "get", version: "1.0.0" });
    const { promise: never, resolve: end } = Promise.withResolvers<Response>();
    await using site = serveRelease(folder, (path) => path.endsWith(".xz") ? never : undefined);
    await Promise.all(
      Object.entries(DOWNLOADERS).map(
        async ([program, programs]) => {
          const home = `${folder}/homes/${program}`;
          await Deno.mkdir(home, { recursive: true });
          const path = await pathOf(`${folder}/stalled/${program}`, programs);
          const args = ["--tool=get", "--version=1.0.0", "--timeout=1", "--retries=0", "--releases", site.url];
          const { code, stderr } = await runInstall({ shell: "dash", args, path, env: { HOME: home } });
          assertMatch(stderr, /\ninstall\.sh: cannot download http:\S+: .*(?:time|too slow|no data)/i, program);
          assertEquals([program, code, await treeOf(home)], [program, 3, {}]);
        },
      ),
    );
    end(new Response());
  }));

peerTest("install.sh retries after an error of the server", ["dash", "curl", "xz"], () =>
  withFolder(async (folder) => {
    await new ReleaseFolder(folder).add({ name: "get", version: "1.0.0" });
    let errors = 0;
    await using site = serveRelease(folder, () => errors++ === 0 ? new Response("", { status: 502 }) : undefined);
    const args = ["--tool=get", "--version=1.0.0", "--releases", site.url];
    const { code, stderr } = await runInstall({ shell: "dash", args, env: { HOME: folder } });
    assertMatch(stderr, /^attempt 1 failed, retrying: .*502\ndownloading /);
    assertEquals(code, 0);
  }));

/** Output of `uname`, programs that are replaced, and the resulting stderr. */
const PLATFORMS: readonly (readonly [uname: string, fakes: Record<string, string>, RegExp])[] = [
  ["Linux armv7l", {}, /unsupported platform: Linux on armv7l\nhint: there are executables for Linux, macOS and/],
  ["Linux i686", {}, /unsupported platform: Linux on i686\n/],
  ["FreeBSD amd64", {}, /unsupported platform: FreeBSD on x86_64\n/],
  [
    "MINGW64_NT-10.0 x86_64",
    {},
    /install\.sh is for Linux and macOS\nhint: in PowerShell: irm https:\S+\.ps1 \| iex\n/,
  ],
  ["Linux x86_64", { ldd: "echo 'musl libc (x86_64)' >&2; exit 1" }, /unsupported C library: .* require glibc/],
  ["Linux riscv64", {}, /unsupported platform/],
  ["Darwin arm64", {}, /^downloading toucan-get-1\.0\.0-aarch64-apple-darwin\.tar\.xz\n/],
  ["Darwin x86_64", { sysctl: "echo 0" }, /^downloading toucan-get-1\.0\.0-x86_64-apple-darwin\.tar\.xz\n/],
  ["Darwin x86_64", { sysctl: "echo 1" }, /^downloading toucan-get-1\.0\.0-aarch64-apple-darwin\.tar\.xz\n/],
  ["Darwin ppc", {}, /unsupported platform: Darwin on ppc\n/],
];

peerTest("install.sh finds the platform", ["dash", "curl", "xz"], () =>
  withFolder(async (folder) => {
    const made = new ReleaseFolder(folder);
    for (const target of [TARGET_HERE, "x86_64-apple-darwin", "aarch64-apple-darwin"]) {
      await made.add({ name: "get", version: "1.0.0", target });
    }
    await using site = serveRelease(folder);
    for (const [index, [uname, fakes, expected]] of PLATFORMS.entries()) {
      const path = `${folder}/path${index}`;
      const [system, machine] = uname.split(" ");
      const all = { uname: `case $1 in -s) echo ${system};; -m) echo ${machine};; esac`, ...fakes };
      await Deno.mkdir(path);
      for (const [name, text] of Object.entries(all)) {
        await Deno.writeTextFile(`${path}/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      }
      const { code, stderr } = await runInstall({
        shell: "dash",
        path: `${path}:${Deno.env.get("PATH")}`,
        args: ["--tool=get", "--version=1.0.0", "--releases", site.url],
        env: { HOME: `${folder}/home` },
      });
      assertMatch(stderr, expected, uname);
      assertEquals([uname, code], [uname, stderr.startsWith("downloading") ? 0 : 5]);
    }
  }));

peerTest(
  "install.sh reads any form of SHA256SUMS, and ignores options of the shell",
  ["bash", "curl", "xz"],
  () =>
    withFolder(async (folder) => {
      const made = new ReleaseFolder(folder);
      await made.add({ name: "get", version: "1.0.0" });
      const sums = `${folder}/download/v1.0.0/SHA256SUMS`;
      const text = await Deno.readTextFile(sums);
      await Deno.writeTextFile(sums, text.replaceAll("  ", " *").replaceAll("\n", "\r\n"));
      await using site = serveRelease(folder);
      const { code, stderr } = await runInstall({
        shell: "bash",
        args: ["--tool=get", "--version=1.0.0", "--releases", site.url],
        env: { HOME: `${folder}/home`, SHELLOPTS: "errexit:noclobber:noglob" },
      });
      assertEquals(code, 0, stderr);
    }),
);

/** Command lines that are usage errors, with the error. */
const USAGE: readonly (readonly [args: readonly string[], stderr: RegExp])[] = [
  [["get"], /^install\.sh: unknown option "get"\nhint: --help lists all options\n$/],
  [["--tools", "x"], /unknown option "--tools"/],
  [["--upgrade=yes"], /unknown option or value: --upgrade=yes\n/],
  [["--tool"], /--tool requires a value\n/],
  [["--tool", "../x"], /invalid --tool "\.\.\/x": use a name such as resolve, or toucan\n/],
  [["--tool="], /invalid --tool ""/],
  [["--version", "latest"], /invalid --version "latest": use a version such as 1\.0\.0\n/],
  [["--version", "1.0/../../x"], /invalid --version/],
  [["--version=1.0.0", "--uninstall"], /--version cannot be combined with --uninstall\n/],
  [["--upgrade", "--uninstall"], /--upgrade cannot be combined with --uninstall\n/],
  [["--timeout", "0"], /invalid --timeout "0": must be greater than zero\n/],
  [["--timeout", "1s"], /invalid --timeout "1s": use a whole number\n/],
  [["--retries", "-1"], /invalid --retries "-1": use a whole number\n/],
  [["--prefix", ""], /invalid --prefix ""/],
  [["--dir", "a\nb"], /invalid --dir/],
  [["--releases", "ftp://127.0.0.1"], /invalid --releases "ftp:\/\/127\.0\.0\.1": use an https: URL\n/],
  [["--releases", "http://example.com"], /invalid --releases "http:\/\/example\.com": use https\nhint: --allow-http/],
  [["--releases", "http://127.0.0.1.example.com"], /use https\n/],
  [["--releases", "http://localhost.example.com/"], /use https\n/],
  [["--releases", "http://localhost:x@example.com/"], /invalid --releases .*: not a URL without query\n/],
  [["--releases", "http://127.0.0.1:1/?x"], /not a URL without query\n/],
  [["--releases", "--help"], /invalid --releases "--help": use an https: URL\n/],
];

for (const shell of ["dash", "bash", "busybox sh"]) {
  peerTest(
    `install.sh rejects invalid command lines (${shell})`,
    [shell.split(" ")[0] ?? ""],
    () =>
      withFolder(async (folder) => {
        for (const [args, expected] of USAGE) {
          const { code, stdout, stderr } = await runInstall({ shell, args, env: { HOME: folder } });
          assertMatch(stderr, expected);
          assertEquals([args, code, stdout, await treeOf(folder)], [args, 2, "", {}]);
        }
        for (const [name, env] of Object.entries<Record<string, string>>({ unset: {}, relative: { HOME: "x" } })) {
          const { code, stderr } = await runInstall({ shell, args: [], env });
          const expected = "install.sh: cannot find a folder to install in: HOME is not set\n" +
            "hint: name a folder with --prefix DIR\n";
          assertEquals([name, code, stderr], [name, 5, expected]);
        }
        const { code, stdout } = await runInstall({ shell, args: ["--help"], env: {} });
        assertMatch(stdout, /^Usage: install\.sh \[OPTION\]\.\.\.\n/);
        assertEquals([code, stdout.split("\n").filter((line) => line.length > 99)], [0, []]);
      }),
  );
}
