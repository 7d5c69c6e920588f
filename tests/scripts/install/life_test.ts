import { assert, assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "../../kit/folder.ts";
import { INSTALL_SH, INSTALL_SHELLS, runInstall, startInstall, treeOf } from "../../kit/installer.ts";
import { peerTest } from "../../kit/peer.ts";
import { ReleaseFolder, serveRelease, TARGET_HERE } from "../../kit/release_folder.ts";
import { ROOT, startTool } from "../../kit/tool.ts";
import { within } from "../../kit/wait.ts";
import { childOf } from "../../kit/running_copy.ts";

const PEERS = ["dash", "bash", "busybox", "curl", "xz"];

const PLACES = (program: string) => [
  `/.local/bin/${program}`,
  `/.local/share/bash-completion/completions/${program}`,
  `/.local/share/fish/vendor_completions.d/${program}.fish`,
  `/.local/share/man/man1/${program}.1`,
  `/.local/share/toucan/installed/${program.replace(/^toucan-/, "")}`,
  `/.local/share/zsh/site-functions/_${program}`,
];

async function releases(folder: string): Promise<ReleaseFolder> {
  const made = new ReleaseFolder(folder);
  for (const version of ["1.0.0", "1.1.0-rc.2"]) {
    for (const name of ["toucan", "resolve", "get"]) await made.add({ name, version });
  }
  await made.publish("1.0.0");
  return made;
}

async function output(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args }).output();
  return new TextDecoder().decode(stdout).trim();
}

const files = async (folder: string) => Object.keys(await treeOf(folder)).filter((path) => !path.endsWith("/")).sort();

for (const shell of Object.keys(INSTALL_SHELLS)) {
  peerTest(
    `install.sh installs, upgrades and removes a tool and the umbrella (${shell})`,
    [shell.split(" ")[0] ?? "", "curl", "xz"],
    () =>
      withFolder(async (folder) => {
        const made = await releases(folder);
        await using site = serveRelease(folder);
        const home = `${folder}/home of "a user's"`;
        await Deno.mkdir(home);
        const env = { HOME: home, TOUCAN_RELEASES: site.url };
        const install = (...args: string[]) => runInstall({ shell, args, env });

        const first = await install("--tool", "resolve");
        assertEquals(first.code, 0, first.stderr);
        assertEquals(first.stdout, `installed ${home}/.local/bin/toucan-resolve 1.0.0\n`);
        assertMatch(first.stderr, /^downloading toucan-resolve-1\.0\.0-\S+\.tar\.xz\nhint: add the folder to PATH/);
        assertEquals(await files(home), PLACES("toucan-resolve"));
        assertEquals(await output(`${home}/.local/bin/toucan-resolve`), "toucan resolve 1.0.0");

        const all = await install("--tool=get", "--tool=toucan");
        assertEquals(all.code, 0, all.stderr);
        const three = ["toucan", "toucan-get", "toucan-resolve"].flatMap(PLACES).sort();
        assertEquals(await files(home), three);

        // The backup of an editor is not a receipt.
        const stray = `${home}/.local/share/toucan/installed/resolve~`;
        await Deno.writeTextFile(stray, "");
        const before = await treeOf(home);
        const same = await install("--upgrade");
        assertEquals([same.code, same.stderr], [0, ""]);
        assertEquals(
          same.stdout,
          ["get", "resolve", "toucan"].map((name) => `${name} 1.0.0 is the newest version\n`).join(""),
        );
        assertEquals(await treeOf(home), before);
        await Deno.remove(stray);

        const prerelease = await install("--version", "v1.1.0-rc.2", "--tool", "toucan-get");
        assertEquals(prerelease.code, 0, prerelease.stderr);
        assertEquals(await output(`${home}/.local/bin/toucan-get`), "toucan get 1.1.0-rc.2");
        assertMatch((await install("--upgrade")).stdout, /^get 1\.1\.0-rc\.2 is the newest version\n/);

        // The next version has no completions for bash any more.
        for (const name of ["toucan", "resolve", "get"]) {
          const files = { [`man/toucan-${name}.1`]: "next" };
          await made.add({ name, version: "1.1.0", ...name === "get" ? { files } : {} });
        }
        await made.publish("1.1.0");
        const upgrade = await install("--upgrade");
        assertEquals(upgrade.code, 0, upgrade.stderr);
        assertMatch(upgrade.stdout, /installed \S.*\/toucan-get 1\.1\.0\n/);
        assertEquals(await output(`${home}/.local/bin/toucan`), "toucan 1.1.0");
        const gone = /bash-completion\/.*toucan-get|fish\/.*toucan-get|_toucan-get/;
        assertEquals(await files(home), three.filter((path) => !gone.test(path)));

        const one = await install("--uninstall", "--tool", "resolve");
        assertEquals(one.code, 0, one.stderr);
        assertEquals((await files(home)).filter((path) => path.includes("resolve")), []);
        const rest = await install("--uninstall");
        assertEquals(rest.code, 0, rest.stderr);
        assertEquals(await files(home), []);
        const none = await install("--uninstall");
        assertEquals([none.code, none.stderr], [
          1,
          `install.sh: nothing is installed in ${home}/.local\n`,
        ]);
      }),
  );

  peerTest(
    `install.sh works from a pipe, into a prefix with spaces and quotes, without HOME (${shell})`,
    [shell.split(" ")[0] ?? "", "curl", "xz"],
    () =>
      withFolder(async (folder) => {
        await releases(folder);
        await using site = serveRelease(folder);
        const piped = await Deno.readTextFile(INSTALL_SH);
        const prefix = `it's "here" $HOME; \`x\` *`;
        const args = ["--releases", `${site.url}//`, "--tool", "get", "--prefix", `${prefix}//`];
        const { code, stdout, stderr } = await runInstall({ shell, args, env: {}, piped, cwd: folder });
        assertEquals(code, 0, stderr);
        assertEquals(stdout, `installed ${folder}/${prefix}/bin/toucan-get 1.0.0\n`);
        assertEquals(await output(`${folder}/${prefix}/bin/toucan-get`), "toucan get 1.0.0");
        const places = PLACES("toucan-get").map((path) => path.replace("/.local", ""));
        assertEquals(await files(`${folder}/${prefix}`), places);
        const removed = await runInstall({ shell, args: ["--uninstall", "--prefix", prefix], env: {}, cwd: folder });
        assertEquals([removed.code, removed.stderr], [0, ""]);
        assertEquals(await files(`${folder}/${prefix}`), []);
      }),
  );

  peerTest(
    `a cut install.sh does nothing (${shell})`,
    [shell.split(" ")[0] ?? "", "curl"],
    () =>
      withFolder(async (folder) => {
        await releases(folder);
        await using site = serveRelease(folder);
        const text = await Deno.readTextFile(INSTALL_SH);
        const begin = text.lastIndexOf("\nmain ");
        const cuts = [begin >> 1, begin, ...Array.from({ length: text.length - begin - 2 }, (_, i) => begin + i)];
        await Deno.mkdir(`${folder}/home`);
        const env = { HOME: `${folder}/home`, TOUCAN_RELEASES: site.url };
        for (const cut of cuts) {
          const { stdout } = await runInstall({ shell, args: [], env, piped: text.slice(0, cut) });
          assertEquals(stdout, "", `cut at ${cut}`);
        }
        assertEquals([await treeOf(`${folder}/home`), site.requests], [{}, []]);
      }),
  );
}

peerTest(
  "the files of a tool and of the umbrella that are the same stay until both are removed",
  ["curl", "xz"],
  () =>
    withFolder(async (folder) => {
      const made = new ReleaseFolder(folder);
      const page = { "man/toucan-get.1": "page", "man/other.1": "not ours", "completions/bash/ls": "not ours" };
      await made.add({ name: "toucan", version: "1.0.0", files: { ...page, "man/toucan.1": "page" } });
      await made.add({ name: "get", version: "1.0.0", files: page });
      await made.publish("1.0.0");
      await using site = serveRelease(folder);
      const env = { HOME: folder, XDG_DATA_HOME: `${folder}/data` };
      const install = (...args: string[]) =>
        runInstall({
          shell: "dash",
          args: ["--releases", site.url, ...args],
          env,
          before: ["sh", "-c", 'umask 077; exec "$@"', "sh"],
        });
      const dir = `${folder}/programs`;
      const { code, stderr } = await install("--tool", "get", "--tool", "toucan", "--dir", dir);
      assertEquals(code, 0, stderr);
      const installed = [
        "/man/man1/toucan-get.1",
        "/man/man1/toucan.1",
        "/toucan/installed/get",
        "/toucan/installed/toucan",
      ];
      assertEquals(await files(`${folder}/data`), installed);
      assertEquals(await files(dir), ["/toucan", "/toucan-get"]);
      const modes = [`${folder}/data/man`, dir, `${dir}/toucan`, `${folder}/data/man/man1/toucan.1`].map((path) =>
        ((Deno.statSync(path).mode ?? 0) & 0o7777).toString(8)
      );
      assertEquals(modes, ["755", "755", "755", "644"]);
      await install("--uninstall", "--tool", "get");
      assertEquals(await files(`${folder}/data`), installed.filter((path) => !path.endsWith("installed/get")));
      await install("--uninstall");
      assertEquals([await files(`${folder}/data`), await files(dir)], [[], []]);
    }),
);

peerTest("a program that runs is replaced, and goes on running", ["curl", "xz"], () =>
  withFolder(async (folder) => {
    const made = new ReleaseFolder(folder);
    const [, version = ""] = /(\d[\d.]*\d)$/m.exec(await output("sleep", "--version")) ?? [];
    await made.add({
      name: "get",
      version,
      program: await Deno.readFile(await output("sh", "-c", "command -v sleep")),
    });
    await made.add({ name: "get", version: "99.0.0" });
    await using site = serveRelease(folder);
    const env = { HOME: folder, TOUCAN_RELEASES: site.url, PATH: Deno.env.get("PATH") ?? "" };
    const install = (version: string) =>
      runInstall({ shell: "dash", args: ["--tool", "get", "--version", version], env });
    const old = await install(version);
    assertEquals(old.code, 0, old.stderr);
    await using running = childOf(`${folder}/.local/bin/toucan-get`, ["600"]);
    const { code, stderr } = await install("99.0.0");
    assertEquals(code, 0, stderr);
    assertEquals(await output(`${folder}/.local/bin/toucan-get`), "toucan get 99.0.0");
    assert(running.alive(), "the old program ended");
  }));

peerTest("install.sh installs from toucan file serve", ["curl", "xz"], () =>
  withFolder(async (folder) => {
    await releases(folder);
    await using server = await startTool("file", ["serve", "--port", "0", folder]);
    const [, url = ""] = await server.stderrMatch(/^listening on (\S+)$/m);
    const env = { HOME: folder, TOUCAN_RELEASES: url };
    const { code, stderr } = await runInstall({ shell: "dash", args: [], env });
    assertEquals(code, 0, stderr);
    assertEquals(await output(`${folder}/.local/bin/toucan`), "toucan 1.0.0");
  }));

peerTest("install.sh stops at once at a signal, and leaves what was there", PEERS, () =>
  withFolder(async (folder) => {
    await releases(folder);
    let reached = Promise.withResolvers<void>();
    let gone = Promise.withResolvers<unknown>();
    const { promise: never, resolve: end } = Promise.withResolvers<Response>();
    await using site = serveRelease(folder, (path, { signal }) => {
      if (!path.includes("rc.2-")) return;
      signal.addEventListener("abort", gone.resolve);
      reached.resolve();
      return never;
    });
    for (const shell of Object.keys(INSTALL_SHELLS)) {
      const home = `${folder}/${shell}`;
      await Deno.mkdir(home);
      const env = { HOME: home, TOUCAN_RELEASES: site.url };
      await runInstall({ shell, args: ["--tool=get"], env });
      const before = await treeOf(home);
      for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
        reached = Promise.withResolvers();
        gone = Promise.withResolvers();
        await using tool = startInstall({ shell, args: ["--tool=get", "--tool=resolve", "--version=1.1.0-rc.2"], env });
        await reached.promise;
        tool.process.kill(signal);
        assertEquals(await tool.code, expected, tool.stderr());
        await within("the end of the download", gone.promise);
        assertEquals(await treeOf(home), before);
      }
    }
    end(new Response());
  }));

const RELEASE = `${ROOT}dist/release`;
const released = await Deno.readTextFile(`${RELEASE}/SHA256SUMS`).catch(() => "");
const [, archive = "", version = ""] =
  new RegExp(` (toucan-udp-(\\S+)-${TARGET_HERE}\\.tar\\.xz)$`, "m").exec(released) ?? [];

// `deno task build --preview udp` makes one.
if (archive !== "") {
  peerTest("install.sh installs from the archives of dist/release", PEERS, () =>
    withFolder(async (folder) => {
      const place = `${folder}/download/v${version}`;
      await Deno.mkdir(place, { recursive: true });
      for (const file of [archive, "SHA256SUMS"]) await Deno.copyFile(`${RELEASE}/${file}`, `${place}/${file}`);
      await using site = serveRelease(folder);
      await Deno.mkdir(`${folder}/home`);
      const env = { HOME: `${folder}/home`, TOUCAN_RELEASES: site.url };
      const install = (...args: string[]) => runInstall({ shell: "dash", args, env });
      const { code, stderr } = await install("--tool", "udp", "--version", version);
      assertEquals(code, 0, stderr);
      assertEquals(await files(`${folder}/home`), PLACES("toucan-udp"));
      assertEquals(await output(`${folder}/home/.local/bin/toucan-udp`, "--version"), `toucan udp ${version}`);
      assertEquals((await install("--uninstall")).code, 0);
      assertEquals(await files(`${folder}/home`), []);
    }));
}
