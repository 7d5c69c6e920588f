import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { allNames } from "../kit/served.ts";
import { type RunningTool, runTool, startTool, toolArgs, watch } from "../kit/tool.ts";

/** Starts `file serve` on a free port, and returns its URL. */
async function server(...args: readonly string[]): Promise<{ readonly tool: RunningTool; readonly url: string }> {
  const tool = await startTool("file", ["serve", "--port", "0", ...args]);
  const [, url = ""] = await tool.stderrMatch(/listening on (\S+)\n/);
  return { tool, url };
}

/** Returns the JSON records in lines of output. */
function records(text: string): Record<string, unknown>[] {
  return text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

async function stop(tool: RunningTool): Promise<number> {
  tool.process.kill("SIGTERM");
  return await tool.code;
}

Deno.test("file: serve, put, ls and get together", () =>
  withFolder(async (folder) => {
    const [from, to, there] = [`${folder}/from`, `${folder}/to`, `${folder}/there`];
    for (const path of [`${from}/sub`, there]) await Deno.mkdir(path, { recursive: true });
    await Deno.writeTextFile(`${from}/a.txt`, "hello\n");
    await Deno.writeTextFile(`${from}/sub/line\nfeed \x1b[31m`, "x");
    const { tool, url } = await server("--upload", there);
    await using _ = tool;
    const put = await runTool("file", ["put", `${from}/`, url]);
    assertEquals([put.code, put.stdout, put.stderr], [0, "2 files (7 B)\n", ""]);
    const ls = await runTool("file", ["ls", url]);
    assertEquals(ls.code, 0);
    assertMatch(ls.stdout, /^6 B +\d{4}-\d\d-\d\d \d\d:\d\d {2}a\.txt\n- +\d{4}-\d\d-\d\d \d\d:\d\d {2}sub\/\n$/);
    assertMatch((await runTool("file", ["ls", `${url}sub/`])).stdout, / {2}line\\nfeed \\x1b\[31m\n$/);
    const [entry] = records((await runTool("file", ["ls", "--json", "--digest", url])).stdout);
    assertEquals([entry?.name, entry?.sha256], [
      "a.txt",
      "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
    ]);
    const get = await runTool("file", ["get", "--json", url, to]);
    assertEquals(get.code, 0);
    const told = records(get.stdout);
    const [first, sum] = [told.find(({ path }) => path === "a.txt"), told.at(-1)];
    assertEquals([first?.path, first?.action, first?.type, first?.bytes], ["a.txt", "saved", "file", 6]);
    assertEquals([sum?.event, sum?.moved, sum?.failed, sum?.bytes], ["done", 2, 0, 7]);
    assertEquals(allNames(to), allNames(from));
    assertEquals((await runTool("file", ["get", url, to])).stdout, "0 files (0 B), 2 unchanged\n");
    assertEquals((await runTool("file", ["put", `${from}/`, url])).stdout, "0 files (0 B), 2 unchanged\n");
    const here = await runTool("file", ["get", `${url}sub`], { cwd: to });
    assertEquals([here.code, here.stdout], [0, "0 files (0 B), 1 unchanged\n"]);
    assertEquals(await stop(tool), 0);
    for (const line of tool.stderr().split("\n")) {
      // deno-lint-ignore no-control-regex -- control characters are what is looked for
      assertEquals(/[\x00-\x1f\x7f]/.test(line), false);
    }
    assertMatch(tool.stderr(), /"GET \/\?list=json HTTP\/1\.1" 200 \d+ [\d.]+ms\n/);
  }));

Deno.test("file serve: --json prints events, --quiet no log", () =>
  withFolder(async (folder) => {
    const tool = await startTool("file", ["serve", "--port", "0", "--json", folder]);
    await using _ = tool;
    const reader = tool.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const until = async (pattern: RegExp) => {
      while (!pattern.test(text)) {
        const { value, done } = await reader.read();
        assert(!done, text);
        text += value;
      }
    };
    await until(/\n/);
    const [listening] = records(text);
    assertEquals([listening?.event, listening?.url], ["listening", `http://127.0.0.1:${listening?.port}/`]);
    await (await fetch(`${listening?.url}none?x=%1b[31m`)).text();
    await until(/"request"[^\n]*\n/);
    const request = records(text).find(({ event }) => event === "request");
    assertEquals([request?.method, request?.target, request?.status], ["GET", "/none?x=%1b[31m", 404]);
    assertEquals(typeof request?.ms, "number");
    await reader.cancel();
    const quiet = await server("--quiet", folder);
    await using __ = quiet.tool;
    await (await fetch(quiet.url)).text();
    assertEquals(await stop(quiet.tool), 0);
    assertMatch(quiet.tool.stderr(), /^listening on \S+\n$/);
  }));

Deno.test("file --user: separate help for server and clients", async () => {
  assertMatch(
    (await runTool("file", ["serve", "--help"])).stdout,
    /--user USER\[:PASSWORD\] +require this user name and a password/,
  );
  assertMatch((await runTool("file", ["ls", "--help"])).stdout, /--user USER\[:PASSWORD\] +user name/);
});

Deno.test("file serve: exits silently when its output is closed", () =>
  withFolder(async (folder) => {
    await using tool = await startTool("file", ["serve", "--port", "0", "--json", folder]);
    const reader = tool.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const [listening] = records((await reader.read()).value ?? "");
    await reader.cancel();
    let ended = false;
    const status = tool.code.finally(() => ended = true);
    // The pipe may still accept the first writes.
    while (!ended) await fetch(String(listening?.url)).then((response) => response.text(), () => {});
    assertEquals([await status, tool.stderr()], [141, ""]);
  }));

Deno.test("file serve: password from a file or the environment, TLS and its pin", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/password`, "secret word\n");
    await Deno.mkdir(`${folder}/root`);
    const args = ["--upload", "--tls", "--user", "me", "--password-file", `${folder}/password`, `${folder}/root`];
    const { tool, url } = await server(...args);
    await using _ = tool;
    const [, pin = ""] = await tool.stderrMatch(/\npin (sha256:\S+)\n/);
    assertMatch(url, /^https:/);
    await Deno.writeTextFile(`${folder}/a`, "x");
    const env = { TOUCAN_PASSWORD: "secret word" };
    const put = await runTool("file", ["put", "--pin", pin, "--user", "me", `${folder}/a`, url], { env });
    assertEquals([put.code, put.stdout, put.stderr], [0, "1 file (1 B)\n", ""]);
    const wrong = await runTool("file", ["ls", "--pin", pin, "--user", "me", url], { env: { TOUCAN_PASSWORD: "x" } });
    assertEquals(wrong.code, 1);
    assertMatch(
      wrong.stderr,
      /^toucan file: \S+ answers 401: user name and password required\nhint: authenticate with --user and --password-file\n$/,
    );
    const untrusted = await runTool("file", ["ls", "--user", "me", url], { env });
    assertEquals(untrusted.code, 3);
    const noPassword = await runTool("file", ["ls", "--user", "me", url]);
    assertEquals(noPassword.code, 2);
  }));

Deno.test("file serve: --no-index lists a folder with index.html, --dot-files hidden files", () =>
  withFolder(async (folder) => {
    for (const name of ["index.html", ".hidden"]) await Deno.writeTextFile(`${folder}/${name}`, "x");
    const names = async (...args: readonly string[]) => {
      const { tool, url } = await server(...args, folder);
      await using _ = tool;
      const body = await (await fetch(url)).text();
      return ["index.html", ".hidden"].filter((name) => body.includes(`<bdi>${name}</bdi>`));
    };
    assertEquals(await names(), []);
    assertEquals(await names("--no-index"), ["index.html"]);
    assertEquals(await names("--no-index", "--dot-files"), ["index.html", ".hidden"]);
  }));

for (const host of ["0.0.0.0", "::"]) {
  Deno.test(`file serve --host ${host}: prints the URLs of all addresses of the machine`, () =>
    withFolder(async (folder) => {
      const { tool, url } = await server("--host", host, folder);
      await using _ = tool;
      const port = new URL(url).port;
      const family = host === "::" ? ["IPv4", "IPv6"] : ["IPv4"];
      const hosts = Deno.networkInterfaces()
        .filter(({ family: one, address }) => family.includes(one) && !address.startsWith("fe80:"))
        .map(({ family, address }) => family === "IPv6" ? `[${address}]` : address);
      assert(hosts.length > 0);
      for (const host of hosts) {
        await tool.stderrMatch(new RegExp(`^  ${`http://${host}:${port}/`.replace(/[.[\]]/g, "\\$&")}$`, "m"));
      }
      const response = await fetch(`http://127.0.0.1:${port}/`);
      await response.body?.cancel();
      assertEquals(response.status, 200);
    }));
}

/** Invalid arguments, and their error messages. */
const USAGE: readonly (readonly [words: readonly string[], says: RegExp])[] = [
  [["serve", "--port", "70000"], /option --port: .*a number from 0 to 65535/],
  [["serve", "--overwrite"], /--overwrite requires --upload/],
  [["serve", "--max-size", "big"], /option --max-size: "big"/],
  [
    ["serve", "--host", "0.0.0.0", "--upload", "--port", "0"],
    /uploads from other machines require user name and password\nhint: .*--allow-anonymous-upload/,
  ],
  [
    ["serve", "--allow-host", ""],
    /option --allow-host: "" is not a host name; expected a host name such as files\.example/,
  ],
  [["serve", "--allow-host", "http://a/"], /option --allow-host: "http:\/\/a\/"/],
  [["serve", "--trust-proxy", ""], /option --trust-proxy: "" is not an address or a network; expected an address/],
  [["serve", "--trust-proxy", "10.0.0.0/64"], /option --trust-proxy: "10\.0\.0\.0\/64"/],
  [["serve", "--password-file", "x"], /--password-file requires --user/],
  [["serve", "--cert", "x"], /--cert requires --tls/],
  [["get"], /URL is missing/],
  [["get", "/nonsense"], /invalid URL/],
  [["get", "sftp://a/"], /unsupported URL scheme "sftp" \(supported: http, https, ftp, ftps\)/],
  [["get", "ftp://a:0/"], /invalid port 0 in the URL/],
  [["get", "ftp://127.0.0.1:9/a%0d%0aDELE%20b"], /invalid FTP URL: line break in the path/],
  [["get", "ftp://127.0.0.1:9/a%00b"], /invalid FTP URL: NUL in the path/],
  [["ls", "--insecure", "ftp://a/"], /option --insecure requires TLS\nhint: add --ftp-tls, or use an ftps URL\n$/],
  [["ls", "--ftp-tls", "http://a/"], /--ftp-tls requires an ftp: URL/],
  [["get", "--parallel", "0", "http://a/"], /option --parallel/],
  [["ls", "--insecure", "http://a/"], /option --insecure requires TLS\nhint: use an https URL\n$/],
  [["put", "http://a/"], /expected at least one path, and the URL/],
  [["put", "a", "b"], /invalid URL "b"/],
  [["ls", "--timeout", "x", "http://a/"], /option --timeout/],
  [["serv"], /unknown verb "serv"\nhint: .*serve/],
];

for (const [words, says] of USAGE) {
  Deno.test(`file: ${words.join(" ")}`, async () => {
    const { code, stderr, stdout } = await runTool("file", words);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, says);
  });
}

Deno.test("file: exit codes of failures", () =>
  withFolder(async (folder) => {
    const { tool, url } = await server(folder);
    await using _ = tool;
    const cases: readonly (readonly [words: readonly string[], code: number, says: RegExp])[] = [
      [["serve", `${folder}/none`], 5, /cannot serve .*: no such file or directory/],
      [["serve", "/dev"], 5, /cannot serve \/dev: the sandbox permits ordinary files only\nhint: .*mount --bind/],
      [["serve", "--port", new URL(url).port, folder], 5, /address already in use/],
      [["get", `${url}none`, folder], 1, /answers 404: no such file or folder/],
      [["ls", "http://127.0.0.1:1/"], 3, /connection refused/],
      [["put", `${folder}/none`, url], 5, /no such file or directory/],
    ];
    for (const [words, code, says] of cases) {
      const result = await runTool("file", words);
      assertEquals(result.code, code, words.join(" "));
      assertMatch(result.stderr, says);
    }
    await Deno.writeTextFile(`${folder}/a`, "x");
    const refused = await runTool("file", ["put", `${folder}/a`, `${url}new/`]);
    assertEquals([refused.code, refused.stdout], [1, "0 files (0 B), 1 failed\n"]);
    assertMatch(refused.stderr, /^failed: a: \S+ answers 405: method not allowed\n$/);
  }));

Deno.test(
  "file get: exits with 6 when some files fail",
  { ignore: Deno.build.os === "windows" },
  () =>
    withFolder(async (folder) => {
      await Deno.mkdir(`${folder}/root`);
      await Deno.mkdir(`${folder}/to/b`, { recursive: true });
      for (const name of ["a", "b"]) await Deno.writeTextFile(`${folder}/root/${name}`, name);
      const { tool, url } = await server(`${folder}/root`);
      await using _ = tool;
      const { code, stdout, stderr } = await runTool("file", ["get", url, `${folder}/to`]);
      assertEquals([code, stdout], [6, "1 file (1 B), 1 failed\n"]);
      assertMatch(stderr, /^failed: b: .*\/to\/b already exists and is not a regular file\n$/);
    }),
);

Deno.test(
  "file serve: reports a full disk to the client and leaves no file",
  { ignore: Deno.build.os !== "linux" },
  () =>
    withFolder(async (folder) => {
      const root = `${folder}/root`;
      await Deno.mkdir(root);
      const { program, args } = await toolArgs("file", ["serve", "--upload", "--port", "0", root]);
      const script = `trap "" XFSZ; ulimit -f 64; exec "$@"`;
      const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
      await using tool = watch(
        new Deno.Command("sh", { args: ["-c", script, "sh", program, ...args], ...piped }).spawn(),
      );
      const [, url = ""] = await tool.stderrMatch(/listening on (\S+)\n/);
      await Deno.writeFile(`${folder}/big`, new Uint8Array(1 << 20));
      await Deno.writeFile(`${folder}/small`, new Uint8Array(1 << 10));
      const put = await runTool("file", ["put", `${folder}/big`, `${folder}/small`, url]);
      assertEquals([put.code, put.stdout], [6, "1 file (1.00 KiB), 1 failed\n"]);
      assertMatch(put.stderr, /answers 507: /);
      assertEquals(allNames(root), ["small"]);
      assertEquals(await stop(tool), 0);
    }),
);

Deno.test("file serve: works with permissions for its folder only, without write access unless it accepts uploads", () =>
  withFolder(async (folder) => {
    const root = `${folder}/root`;
    await Deno.mkdir(root);
    await Deno.writeTextFile(`${root}/a`, "x");
    await Deno.writeTextFile(`${folder}/secret`, "outside");
    await Deno.symlink(`${folder}/secret`, `${root}/out`);
    const tool = await startTool("file", ["serve", "--port", "0"], { cwd: root });
    await using _ = tool;
    const [, url = ""] = await tool.stderrMatch(/listening on (\S+)\n/);
    const response = await fetch(`${url}a`);
    assertEquals(await response.text(), "x");
    // A file that the sandbox does not permit to open is not found for the client.
    const outside = await fetch(`${url}out`);
    assertEquals([outside.status, await outside.text()], [404, "404 Not Found: no such file or folder\n"]);
    await (await fetch(`${url}b`, { method: "PUT", body: "x" })).text();
    assertEquals(allNames(root), ["a", "out"]);
    assertEquals(await stop(tool), 0);
  }));

Deno.test("file: errors name each missing permission", {
  ignore: Deno.env.get("TOUCAN_TEST_TARGET") === "executable",
}, () =>
  withFolder(async (folder) => {
    const { tool, url } = await server("--upload", folder);
    await using _ = tool;
    await Deno.writeTextFile(`${folder}/a`, "x");
    const grants = ["--allow-net", "--allow-read", "--allow-write", "--allow-env"];
    const without = (name: string) => grants.filter((grant) => grant !== `--allow-${name}`);
    const cases: readonly (readonly [words: readonly string[], name: string])[] = [
      [["serve", "--port", "0", folder], "net"],
      [["serve", "--port", "0", folder], "read"],
      [["get", url, `${folder}/to`], "net"],
      [["get", url, `${folder}/to`], "write"],
      [["put", `${folder}/a`, url], "read"],
      [["ls", "--user", "me", url], "env"],
    ];
    for (const [words, name] of cases) {
      const { code, stderr } = await runTool("file", words, { flags: without(name) });
      assertEquals(code, 5, `${words[0]} without ${name}: ${stderr}`);
      assertStringIncludes(stderr, `the ${name} permission is missing`);
    }
  }));

Deno.test("file serve: SIGTERM waits for transfers in progress", () =>
  withFolder(async (folder) => {
    const size = 50 << 20;
    await Deno.writeFile(`${folder}/big`, new Uint8Array(size));
    const { tool, url } = await server("--quiet", folder);
    await using _ = tool;
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) });
    await conn.write(new TextEncoder().encode("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    let got = await conn.read(new Uint8Array(100)) ?? 0;
    tool.process.kill("SIGTERM");
    for await (const piece of conn.readable) got += piece.length;
    assert(got > size);
    assertEquals(await tool.code, 0);
  }));
