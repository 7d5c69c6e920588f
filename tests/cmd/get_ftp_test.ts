import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { makeCertificate } from "../kit/certificates.ts";
import { entityBytes } from "../kit/entity_server.ts";
import { withFolder } from "../kit/folder.ts";
import { type FtpFault, ftpSite, type FtpSiteOptions } from "../kit/ftp_site.ts";
import { testProxy } from "../kit/proxy.ts";
import { allNames } from "../kit/served.ts";
import { runTool, startTool } from "../kit/tool.ts";
import { until } from "../kit/wait.ts";

interface Case {
  readonly args: readonly string[];
  readonly site?: FtpSiteOptions;
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  readonly code?: number;
  readonly stdout?: string | RegExp;
  readonly stderr?: string | RegExp;
  readonly files?: Readonly<Record<string, string>>;
  /** Commands that the server must have received, in this order. */
  readonly commands?: readonly string[];
}

const FILES = { "a.txt": "hello\n", "b.txt": "more\n", "c d.txt": "space\n", "x\x1b[31m.txt": "control\n" };
const LOGIN: FtpSiteOptions = { login: ["ada", "s3cret"] };

/** `URL` stands for the site, `ADA` for the site with a user and a password. */
const CASES: Readonly<Record<string, Case>> = {
  "a file goes to stdout": {
    args: ["URL/a.txt"],
    stdout: "hello\n",
    stderr: "",
    commands: ["USER anonymous", "PASS anonymous@", "TYPE I", "RETR /a.txt", "QUIT"],
  },
  "several files use one session": {
    args: ["URL/a.txt", "URL/b.txt", "URL/c%20d.txt"],
    stdout: "hello\nmore\nspace\n",
    commands: ["USER anonymous", "RETR /a.txt", "RETR /b.txt", "RETR /c d.txt", "QUIT"],
  },
  "--save": { args: ["--save", "URL/a.txt"], stdout: "a.txt\n", files: { "a.txt": "hello\n" } },
  "--output": { args: ["-o", "f", "URL/a.txt"], stdout: "f\n", files: { f: "hello\n" } },
  "--checksum": {
    args: ["-o", "f", "--checksum", "md5:b1946ac92492d2347c6235b4d2611184", "URL/a.txt"],
    stdout: "f\n",
    files: { f: "hello\n" },
  },
  "--checksum that differs": {
    args: ["-o", "f", "--checksum", `md5:${"0".repeat(32)}`, "URL/a.txt"],
    code: 1,
    stderr: /^toucan get: checksum mismatch: md5 is b1946/,
    files: {},
  },
  "--max-size": {
    args: ["-o", "f", "--max-size", "3", "URL/a.txt"],
    code: 1,
    stderr: /larger than 3 bytes/,
    files: {},
  },
  "--head": {
    args: ["--head", "URL/a.txt"],
    stdout: "Last-Modified: Wed, 01 Jan 2020 00:00:00 GMT\nContent-Length: 6\n",
  },
  "550 is 1": {
    args: ["-o", "f", "URL/none"],
    code: 1,
    stderr: /^toucan get: cannot retrieve none: 127\.0\.0\.1:\d+ replied 550 No such file\n$/,
    files: {},
  },
  "530 is 1": {
    args: ["URL/a.txt"],
    site: LOGIN,
    code: 1,
    stderr: /^toucan get: cannot log in: 127\.0\.0\.1:\d+ replied 530 Login incorrect\n/,
  },
  "--user": { args: ["--user", "ada:s3cret", "URL/a.txt"], site: LOGIN, stdout: "hello\n" },
  "a user in the URL": { args: ["ADA/a.txt"], site: LOGIN, stdout: "hello\n" },
  "--user replaces that of the URL": { args: ["-u", "bob:x", "ADA/a.txt"], site: LOGIN, code: 1, stderr: /530/ },
  "--trace masks the password": {
    args: ["--trace", "ADA/a.txt"],
    site: LOGIN,
    stdout: "hello\n",
    stderr: /> USER ada\n[^]*> PASS \*+\n[^]*> RETR \/a\.txt\n[^]*< 226 Transfer complete\n[^]*> QUIT\n/,
  },
  "a listing is sorted, and control characters reach a pipe": {
    args: ["URL/"],
    stdout: /^-\?{9} 6 2020-01-01T00:00:00Z a\.txt\n.* b\.txt\n.* c d\.txt\n.* x[^ -~]\[31m\.txt\n$/,
  },
  "a listing by LIST": {
    args: ["URL/"],
    site: { has: "size" },
    stdout: /^-rw-r--r-- 6 2020-01-01 {11}a\.txt\n/,
  },
  "a listing in JSON": {
    args: ["--json", "--save", "URL/"],
    stdout: /"entries":\[\{"name":"a\.txt","type":"file","size":6,"modified":1577836800000\},/,
  },
  "a folder without a slash": {
    args: ["URL/sub"],
    code: 1,
    stderr: /is a folder on 127\.0\.0\.1:\d+\nhint: end the URL with \/ to list it\n$/,
  },
  "a file with a slash": {
    args: ["URL/a.txt/"],
    site: { replies: { CWD: "550 Failed to change directory" } },
    code: 1,
    stderr: /a\.txt is a file on 127\.0\.0\.1:\d+\nhint: leave out the \/ at the end of the URL to download it\n$/,
  },
  "a file with a slash that the server lists as an empty folder": {
    args: ["URL/a.txt/"],
    site: { listing: [] },
    code: 1,
    stderr: /a\.txt is a file on /,
  },
  "one that fails does not stop the others": {
    args: ["URL/none", "URL/b.txt"],
    code: 6,
    stdout: "more\n",
    stderr: /550.*\/none\)/,
  },
  "URLs from stdin": { args: ["-"], stdin: "URL/a.txt\nURL/b.txt\n", stdout: "hello\nmore\n" },
  "an HTTP option in a batch": {
    args: ["-H", "X: y", "-"],
    stdin: "URL/a.txt\n",
    code: 2,
    stderr: /--header cannot be combined with an ftp: URL/,
  },
  "a server that offers no TLS": {
    args: ["--ftp-tls", "URL/a.txt"],
    code: 1,
    stderr:
      /cannot start TLS: .* replied 500 Unknown command\nhint: the server offers no TLS here; an ftps: URL uses TLS from the first byte/,
  },
  "a server that requires TLS": {
    args: ["URL/a.txt"],
    site: { replies: { USER: "530 Anonymous sessions must use encryption." } },
    code: 1,
    stderr: /replied 530 [^\n]*\nhint: the server requires TLS: use --ftp-tls\n$/,
  },
  "a greeting that refuses": {
    args: ["--retries", "0", "URL/a.txt"],
    site: { replies: { greeting: "421 Full" } },
    code: 3,
  },
};

/** Options that only HTTP has, and one that only FTP has. */
const USAGE: readonly (readonly [args: readonly string[], stderr: string])[] = [
  [["--page", "ftp://h/a"], "--page cannot be combined with an ftp: URL"],
  [["--images", "ftps://h/a"], "--images cannot be combined with an ftps: URL"],
  [["-H", "A: b", "ftp://h/a"], "--header cannot be combined with an ftp: URL"],
  [["-d", "x", "ftp://h/a"], "--data cannot be combined with an ftp: URL"],
  [["-X", "PUT", "FTP://h/a"], "--method cannot be combined with an ftp: URL"],
  [["--compressed", "ftp://h/a"], "--compressed cannot be combined with an ftp: URL"],
  [["--http2", "ftp://h/a"], "--http2 cannot be combined with an ftp: URL"],
  [["--https-first", "ftp://h/a"], "--https-first cannot be combined with an ftp: URL"],
  [["--location-trusted", "ftp://h/a"], "--location-trusted cannot be combined with an ftp: URL"],
  [["--show-error-body", "ftp://h/a"], "--show-error-body cannot be combined with an ftp: URL"],
  [["--ftp-tls", "http://h/a"], "--ftp-tls requires an ftp: URL"],
  [["--pin", `sha256:${"A".repeat(43)}=`, "ftp://h/a"], "cannot check a pin without TLS"],
  [["ftp://h/a%0d%0aDELE%20b"], "invalid FTP URL"],
  [["ftp://h/a#b"], "invalid FTP URL: it has a fragment\nhint: write %23 for a # in a name"],
];

for (
  const [what, { args, site: how, stdin, env, code = 0, stdout, stderr, files, commands }] of Object.entries(CASES)
) {
  Deno.test(`get ftp: ${what}`, () =>
    withFolder(async (folder) => {
      await using site = ftpSite(FILES, how);
      const placed = (text: string) =>
        text.replaceAll("URL", site.url.slice(0, -1)).replaceAll("ADA", `ftp://ada:s3cret@127.0.0.1:${site.port}`);
      const result = await runTool("get", args.map(placed), { cwd: folder, stdin: stdin && placed(stdin), env });
      assertEquals(result.code, code, result.stderr);
      const same = (actual: string, expected: string | RegExp | undefined) =>
        expected instanceof RegExp ? assertMatch(actual, expected) : assertEquals(actual, expected ?? actual);
      same(result.stdout, stdout);
      same(result.stderr, stderr);
      assertEquals(result.stderr.includes("s3cret"), false);
      if (files) assertEquals(allNames(folder), Object.keys(files).sort());
      for (const [name, text] of Object.entries(files ?? {})) {
        assertEquals(Deno.readTextFileSync(`${folder}/${name}`), text);
      }
      const wanted = commands ?? [];
      assertEquals(site.commands.filter((command) => wanted.includes(command)), [...wanted]);
    }));
}

for (const [args, stderr] of USAGE) {
  Deno.test(`get ftp: usage error for ${args.join(" ")}`, async () => {
    const result = await runTool("get", args);
    assertEquals(result.code, 2, result.stderr);
    assertStringIncludes(result.stderr, stderr);
  });
}

Deno.test("get ftp: --parallel uses that many sessions for all files", () =>
  withFolder(async (folder) => {
    const names = Array.from({ length: 40 }, (_, index) => `f${index}`);
    await using site = ftpSite(Object.fromEntries(names.map((name) => [name, name.repeat(1000)])));
    const urls = names.map((name) => `${site.url}${name}\n`).join("");
    const { code, stderr } = await runTool("get", ["--save", "-P", "4", "-D", folder, "-"], { stdin: urls });
    assertEquals([code, allNames(folder)], [0, [...names].sort()], stderr);
    assertEquals(site.connections <= 4, true, `${site.connections} connections`);
    for (const name of names) assertEquals(Deno.readTextFileSync(`${folder}/${name}`), name.repeat(1000));
  }));

Deno.test("get ftp: the exit code of a timeout is 4, of a refused connection 3", async () => {
  await using site = ftpSite({ a: "hello" }, { faults: [{ kind: "stall", after: 2 }] });
  const slow = await runTool("get", ["--timeout", "500ms", `${site.url}a`]);
  assertEquals([slow.code, slow.stdout], [4, "he"], slow.stderr);
  const refused = await runTool("get", ["ftp://127.0.0.1:1/a"]);
  assertEquals(refused.code, 3, refused.stderr);
});

Deno.test("get ftp: SOCKS and CONNECT", async () => {
  await using site = ftpSite({ a: "hello" });
  for (const scheme of ["http", "socks5"] as const) {
    await using proxy = testProxy({ scheme });
    const { code, stdout, stderr } = await runTool("get", [
      "--proxy",
      `${scheme}://127.0.0.1:${proxy.port}`,
      `${site.url}a`,
    ]);
    assertEquals([code, stdout], [0, "hello"], stderr);
  }
});

Deno.test("get ftp: killed at any point, the next run with --resume has the whole file", () =>
  withFolder(async (folder) => {
    const size = 4 << 20;
    const body = entityBytes(size, 0);
    const points = [1, 65_536, 1_000_003, size - 1, size];
    const faults = points.map((after): FtpFault => ({ kind: "stall", after }));
    for (const [index, after] of points.entries()) {
      await using site = ftpSite({ "big.bin": body }, { faults: [faults[index] ?? { kind: "none" }] });
      const file = `${folder}/${after}`;
      const args = ["-o", file, "--resume", "-q", `${site.url}big.bin`];
      {
        await using running = await startTool("get", args);
        await until(
          `${after} bytes`,
          () => allNames(folder).includes(`${after}.part`) && sizeOf(`${file}.part`) >= after,
        );
        assertEquals(allNames(folder).includes(`${after}`), false);
        running.process.kill("SIGKILL");
        await running.code;
      }
      const { code, stdout, stderr } = await runTool("get", ["--json", ...args]);
      const kept = Math.min(after, size - 1);
      assertEquals([code, JSON.parse(stdout).resumedFrom], [0, kept], stderr);
      assertEquals(Deno.readFileSync(file).every((byte, at) => byte === body[at]), true);
      assertEquals(site.commands.includes(`REST ${kept}`), true);
    }
  }));

Deno.test("get ftp: from file serve, with explicit and implicit TLS, and not without", () =>
  withFolder(async (folder) => {
    const { cert, key } = await makeCertificate({ authority: false });
    const root = `${folder}/root`;
    await Deno.mkdir(`${root}/sub`, { recursive: true });
    const body = entityBytes(3 << 20, 2);
    await Deno.writeFile(`${root}/sub/big.bin`, body);
    await Deno.writeTextFile(`${folder}/cert.pem`, cert);
    await Deno.writeTextFile(`${folder}/key.pem`, key);
    const tls = ["--tls", "--cert", `${folder}/cert.pem`, "--key", `${folder}/key.pem`];
    const ports = ["--port", "0", "--ftp", "0", "--ftps", "0"];
    await using server = await startTool("file", ["serve", "--quiet", ...tls, ...ports, root]);
    const [, explicit = ""] = await server.stderrMatch(/listening on (ftp:\S+)/);
    const [, implicit = ""] = await server.stderrMatch(/listening on (ftps:\S+)/);
    const trusted = ["--cacert", `${folder}/cert.pem`];
    const rows = [[[...trusted, "--ftp-tls"], explicit], [trusted, implicit]] as const;
    for (const [index, [options, url]] of rows.entries()) {
      const file = `${folder}/${index}`;
      const got = await runTool("get", [...options, "-q", "-o", file, `${url}sub/big.bin`]);
      assertEquals([got.code, got.stderr], [0, ""]);
      assertEquals(Deno.readFileSync(file).every((byte, at) => byte === body[at]), true);
      const listing = await runTool("get", [...options, url]);
      assertMatch(listing.stdout, /^d.* sub\n$/, listing.stderr);
    }
    const plain = await runTool("get", [`${explicit}sub/big.bin`]);
    assertEquals([plain.code, plain.stdout], [1, ""], plain.stderr);
    const unknown = await runTool("get", [`${implicit}sub/big.bin`]);
    assertEquals([unknown.code, unknown.stdout], [3, ""], unknown.stderr);
  }));

function sizeOf(path: string): number {
  return Deno.statSync(path).size;
}
