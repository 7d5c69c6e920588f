import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { selfSigned } from "../../lib/core/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { entityServer, type Fault } from "../kit/entity_server.ts";
import { withFolder } from "../kit/folder.ts";
import { hasPeer, peerTest } from "../kit/peer.ts";
import { testProxy } from "../kit/proxy.ts";
import { type Place, testSite, whoAsks } from "../kit/site.ts";
import { runTool, startTool, TARGET, toolArgs } from "../kit/tool.ts";
import { looks, until } from "../kit/wait.ts";

const PNG = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);
const HTML = { "Content-Type": "text/html; charset=utf-8" };

const PLACES: Readonly<Record<string, Place>> = {
  "/page": { headers: { ...HTML, "ETag": '"p1"' }, body: "<p>hello</p>\n" },
  "/moved": { status: 302, headers: { Location: "/page" } },
  "/secret": { status: 302, headers: { Location: "http://me:s3cret@127.0.0.1/" } },
  "/loop": { status: 302, headers: { Location: "/loop" } },
  "/named": { headers: { "Content-Disposition": 'attachment; filename="../../x.txt"' }, body: "named\n" },
  "/who": whoAsks,
  "/echo": async ({ method, headers, body }) => ({
    body: `${method} ${headers.get("content-type")} ${headers.get("x-own")} ${await body.text(1000)}\n`,
  }),
  "/busy": { status: 503, headers: { "Retry-After": "0" }, body: "busy\n" },
  "/none.txt": { status: 204 },
  "/text": { headers: { "Content-Type": "text/plain" }, body: "text\n" },
  "/control": { body: "a\x1b[31mb\n" },
};

interface Case {
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  readonly code?: number;
  readonly stdout?: string | RegExp;
  readonly stderr?: string | RegExp;
  readonly files?: Readonly<Record<string, string>>;
  readonly before?: Readonly<Record<string, string>>;
}

/** `URL` stands for the site. */
const CASES: Readonly<Record<string, Case>> = {
  "a body goes to stdout": { args: ["URL/page"], stdout: "<p>hello</p>\n" },
  "several follow each other": { args: ["URL/page", "URL/page"], stdout: "<p>hello</p>\n<p>hello</p>\n" },
  "URLs come from stdin": { args: ["-"], stdin: "URL/page\n\nURL/page\n", stdout: "<p>hello</p>\n<p>hello</p>\n" },
  "a redirect is followed and shown": {
    args: ["URL/moved"],
    stdout: "<p>hello</p>\n",
    stderr: /^redirect \(302\) to http:\/\/127.0.0.1:\d+\/page\n$/,
  },
  "--quiet shows none": { args: ["--quiet", "URL/moved"], stdout: "<p>hello</p>\n" },
  "redirects without end": {
    args: ["-q", "URL/loop"],
    code: 3,
    stderr: /^toucan get: .*redirect loop: (http:\S+\/loop) -> \1\n$/,
  },
  "--max-redirects 0 prints the head": {
    args: ["--max-redirects", "0", "URL/moved"],
    stdout: /^HTTP\/1.1 302 Found\n(?:.*\n)*Location: \/page\n/,
    stderr: "",
  },
  "--max-redirects 0 masks user and password of a Location": {
    args: ["--max-redirects", "0", "URL/secret"],
    stdout: /\nLocation: http:\/\/\*\*\*@127\.0\.0\.1\/\n/,
    stderr: "",
  },
  "--head masks user and password of a Location": {
    args: ["--head", "--max-redirects", "0", "URL/secret"],
    stdout: /\nLocation: http:\/\/\*\*\*@127\.0\.0\.1\/\n/,
    stderr: "",
  },
  "--max-redirects 0 saves nothing": {
    args: ["--max-redirects", "0", "-o", "x", "URL/moved"],
    stdout: /^HTTP\/1.1 302 Found\n/,
    stderr: "",
    files: {},
  },
  "404 is no body": { args: ["URL/no"], code: 1, stderr: /^toucan get: 127\.0\.0\.1:\d+ answers 404 Not Found\n$/ },
  "its body is shown when asked": {
    args: ["--show-error-body", "URL/no"],
    code: 1,
    stdout: "nothing here\n",
    stderr: /404/,
  },
  "404 is no file": { args: ["-o", "f", "URL/no"], code: 1, stderr: /404/, files: {} },
  "one that fails does not stop the others": {
    args: ["URL/no", "URL/page"],
    code: 6,
    stdout: "<p>hello</p>\n",
    stderr: /404.*\/no\)/,
  },
  "--output": { args: ["--output", "f", "URL/page"], stdout: "f\n", files: { f: "<p>hello</p>\n" } },
  "--output -": { args: ["-o", "-", "URL/page"], stdout: "<p>hello</p>\n", files: {} },
  "--output does not overwrite": {
    args: ["-o", "f", "URL/page"],
    before: { f: "mine" },
    code: 5,
    stderr: /^toucan get: f already exists\nhint: --force/,
    files: { f: "mine" },
  },
  "--force does": {
    args: ["-f", "-o", "f", "URL/page"],
    before: { f: "mine" },
    stdout: "f\n",
    files: { f: "<p>hello</p>\n" },
  },
  "--output to a device": { args: ["-o", "/dev/null", "URL/page"], stdout: "/dev/null\n", files: {} },
  "--page --output to a device": { args: ["--page", "-o", "/dev/null", "URL/page"], stdout: "/dev/null\n", files: {} },
  "--save by the URL": { args: ["--save", "URL/page"], stdout: "page\n", files: { page: "<p>hello</p>\n" } },
  "--save by a hostile name": { args: ["--save", "URL/named"], stdout: "x.txt\n", files: { "x.txt": "named\n" } },
  "--save --dir": {
    args: ["--save", "--dir", "a/b", "URL/page"],
    stdout: "a/b/page\n",
    files: { "a/b/page": "<p>hello</p>\n" },
  },
  "an empty body is an empty file": {
    args: ["--save", "URL/none.txt"],
    stdout: "none.txt\n",
    files: { "none.txt": "" },
  },
  "--checksum that does not fit": {
    args: ["-o", "f", "--checksum", "md5:00000000000000000000000000000000", "URL/page"],
    code: 1,
    stderr: /^toucan get: checksum mismatch: md5 is [0-9a-f]{32}, expected [0-9a-f]{32}\n$/,
    files: {},
  },
  "--checksum that fits": {
    args: ["-o", "f", "--checksum", "md5:b37786e832cdd640d20948d021c188f8", "URL/page"],
    stdout: "f\n",
    files: { f: "<p>hello</p>\n" },
  },
  "--checksum that is none": { args: ["--checksum", "sha256:12", "URL/page"], code: 2, stderr: /has 64 hex digits/ },
  "--max-size": { args: ["--max-size", "5", "-o", "f", "URL/page"], code: 1, stderr: /larger than 5 bytes/, files: {} },
  "--head": {
    args: ["--head", "URL/page"],
    stdout: /^HTTP\/1\.1 200 OK\nContent-Type: text\/html; charset=utf-8\nETag: "p1"\n/,
  },
  "--head of nothing": { args: ["-I", "URL/no"], code: 1, stdout: /^HTTP\/1\.1 404 Not Found\n/, stderr: /404/ },
  "--data": { args: ["--data", "a=b", "URL/echo"], stdout: "POST application/x-www-form-urlencoded undefined a=b\n" },
  "--data @file, --method, -H": {
    args: ["-d", "@body", "-X", "PUT", "-H", "Content-Type: text/x", "-H", "X-Own: 7", "URL/echo"],
    before: { body: "from a file" },
    stdout: "PUT text/x 7 from a file\n",
  },
  "--data several times is a form": {
    args: ["-d", "a=1", "-d", "b=2&c=3", "-d", "", "URL/echo"],
    stdout: "POST application/x-www-form-urlencoded undefined a=1&b=2&c=3&\n",
  },
  "--data @- is stdin, byte by byte": {
    args: ["--data", "@-", "URL/echo"],
    stdin: "a\r\nb\n",
    stdout: "POST application/x-www-form-urlencoded undefined a\r\nb\n\n",
  },
  "--data @- beside others": {
    args: ["-d", "a=1", "-d", "@-", "-d", "@f", "URL/echo"],
    stdin: "b=2",
    before: { f: "c=3" },
    stdout: "POST application/x-www-form-urlencoded undefined a=1&b=2&c=3\n",
  },
  "--data @- and URLs from stdin": {
    args: ["--data", "@-", "-"],
    stdin: "URL/echo",
    code: 2,
    stderr: /--data @- requires URLs as operands/,
  },
  "--data @- twice": { args: ["-d", "@-", "-d", "@-", "URL/echo"], code: 2, stderr: /--data @- can be given once/ },
  "--data @": {
    args: ["-d", "@", "URL/echo"],
    code: 2,
    stderr: /option --data: the path is missing; expected a text, or @/,
  },
  "--data @file that is not there": {
    args: ["-d", "@no", "URL/echo"],
    code: 5,
    stderr: /cannot read no: no such file/,
  },
  "--user without": { args: ["URL/who"], code: 1, stderr: /401 Unauthorized\nhint: authenticate with --user/ },
  "--user and TOUCAN_PASSWORD": {
    args: ["--user", "me", "URL/who"],
    env: { TOUCAN_PASSWORD: "s3" },
    stdout: "me s3\n",
  },
  "--user and --password-file": {
    args: ["--user", "me", "--password-file", "pw", "URL/who"],
    before: { pw: "s3\nx" },
    stdout: "me s3\n",
  },
  "--user USER:PASSWORD": { args: ["-u", "me:s3:x", "URL/who"], stdout: "me s3:x\n" },
  "--user without a password": { args: ["-u", "me", "URL/who"], code: 2, stderr: /password of me is missing\nhint: / },
  "a status that passes": {
    args: ["--retries", "1", "--retry-wait", "1ms", "URL/busy"],
    code: 1,
    stderr: /retrying.*\n.*503/,
  },
  "no URL at all": {
    args: ["/nonsense"],
    code: 2,
    stderr: /invalid URL\nhint: use a URL with http:.*, https:.*, ftp:.* or ftps:/,
  },
  "another scheme": {
    args: ["gopher://127.0.0.1/"],
    code: 2,
    stderr: /unsupported URL scheme "gopher" \(supported: http, https, ftp, ftps\)/,
  },
  "no listener": { args: ["--retries", "0", "http://127.0.0.1:9/"], code: 3, stderr: /connection refused/ },
  "nobody listens, and it is not tried again": {
    args: ["--retry-wait", "1ms", "http://127.0.0.1:9/"],
    code: 3,
    stderr: /^toucan get: [^\n]*connection refused\n(?!.*trying)/,
  },
  "--retry-refused tries again": {
    args: ["--retry-refused", "--retries", "1", "--retry-wait", "1ms", "http://127.0.0.1:9/"],
    code: 3,
    stderr: /refused; retrying in 1ms\n.*refused/,
  },
  "a name that does not exist": { args: ["http://no-such-name.invalid/"], code: 3, stderr: /cannot look up/ },
  "two modes": { args: ["--save", "--page", "URL/page"], code: 2, stderr: /--save cannot be combined with --page/ },
  "one file for two": { args: ["-o", "f", "URL/page", "URL/page"], code: 2, stderr: /--save for several/ },
  "--parallel on stdout": { args: ["--parallel", "2", "URL/page"], code: 2, stderr: /--parallel requires --save/ },
  "--resume on stdout": { args: ["--resume", "URL/page"], code: 2, stderr: /--resume requires/ },
  "--pin without TLS": {
    args: ["--pin", `sha256:${"A".repeat(43)}=`, "URL/page"],
    code: 2,
    stderr: /cannot check a pin without TLS/,
  },
  "a senseless field": { args: ["-H", "no colon", "URL/page"], code: 2, stderr: /option --header: / },
  "a field that follows from the body": {
    args: ["-H", "Content-Length: 3", "URL/page"],
    code: 2,
    stderr: /Content-Length/,
  },
  "--page of what is none": {
    args: ["--page", "-o", "f", "URL/text"],
    code: 1,
    stderr: /the content is text\/plain/,
    files: {},
  },
};

for (const [what, { args, stdin, env, code = 0, stdout = "", stderr = "", files, before }] of Object.entries(CASES)) {
  Deno.test(`get: ${what}`, () =>
    withFolder(async (cwd) => {
      await using site = testSite(PLACES);
      const here = (text: string) => text.replaceAll("URL/", site.url);
      for (const [name, text] of Object.entries(before ?? {})) await Deno.writeTextFile(`${cwd}/${name}`, text);
      const result = await runTool("get", args.map(here), { cwd, env, stdin: stdin && here(stdin) });
      const matches = (text: string, wanted: string | RegExp) =>
        typeof wanted === "string" ? assertEquals(text, wanted) : assertMatch(text, wanted);
      matches(result.stderr, stderr);
      matches(result.stdout, stdout);
      assertEquals(result.code, code);
      if (!files) return;
      assertEquals(await readTree(cwd), { ...before, ...files });
    }));
}

async function readTree(folder: string, prefix = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) Object.assign(found, await readTree(`${folder}/${name}`, `${prefix}${name}/`));
    else found[prefix + name] = await Deno.readTextFile(`${folder}/${name}`);
  }
  return found;
}

const records = (text: string): Record<string, unknown>[] =>
  text.trim().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));

Deno.test("get --json: a record per input, including failures, with exactly these fields", () =>
  withFolder(async (cwd) => {
    await using site = testSite(PLACES);
    const urls = [`${site.url}page`, `${site.url}no`, "/nonsense"];
    const { code, stdout, stderr } = await runTool("get", ["--save", "--json", "--parallel", "3", "-"], {
      cwd,
      stdin: urls.join("\n"),
    });
    const found = records(stdout).sort((a, b) => urls.indexOf(String(a.url)) - urls.indexOf(String(b.url)));
    assertEquals([code, stderr, found.length], [6, "", 3]);
    const [page, no, nonsense] = found;
    const told: Record<string, unknown> = { ...page, ms: 0 };
    assertEquals(told, {
      url: urls[0],
      finalUrl: urls[0],
      httpVersion: "1.1",
      status: 200,
      file: "page",
      bytes: 13,
      sha256: new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode("<p>hello</p>\n"))).toHex(),
      contentType: "text/html; charset=utf-8",
      etag: '"p1"',
      resumedFrom: 0,
      tries: 1,
      ms: 0,
    });
    assertEquals([no?.status, no?.file, no?.bytes, code], [404, undefined, 0, 6]);
    assertMatch(JSON.stringify(no?.error), /"code":"http-status"/);
    assertMatch(JSON.stringify(nonsense?.error), /"code":"invalid-url"/);
  }));

Deno.test("get: a line of stdin that is not text has its own record", async () => {
  const lines = new Uint8Array([...new TextEncoder().encode("http://127.0.0.1:9/"), 0xff, 10]);
  const { code, stderr } = await runTool("get", ["--json"], { stdin: lines });
  assertEquals([code, records(stderr).length], [2, 1]);
  assertMatch(stderr, /"code":"invalid-url"/);
});

Deno.test("get --head --json: the record has no digest", async () => {
  await using site = testSite(PLACES);
  const { stdout } = await runTool("get", ["--head", "--json", `${site.url}page`]);
  const [record] = records(stdout);
  assertEquals([record?.status, record?.sha256], [200, undefined]);
});

Deno.test("get --json: records go to stderr while stdout carries the body", async () => {
  await using site = testSite(PLACES);
  const { stdout, stderr } = await runTool("get", ["--json", `${site.url}moved`]);
  assertEquals([stdout, records(stderr)[0]?.bytes], ["<p>hello</p>\n", 13]);
});

Deno.test({
  name: "get: output to stdout needs only the network permission, also with --page",
  ignore: TARGET === "executable",
  fn: async () => {
    await using site = testSite(PLACES);
    const flags = ["--allow-net", "--allow-env"];
    for (const args of [[], ["--page"], ["--head"]]) {
      const words = [...args, ...(args[0] === "--page" ? ["-o", "-"] : []), `${site.url}page`];
      assertEquals((await runTool("get", words, { flags })).code, 0, args.join());
    }
    const refused = await runTool("get", ["--save", `${site.url}page`], { flags });
    assertEquals(refused.code, 5);
    assertMatch(refused.stderr, /permission is missing/);
  },
});

Deno.test("get --trace: prints headers without secrets", async () => {
  await using site = testSite(PLACES);
  const { stderr } = await runTool("get", ["--trace", "--user", "me:s3cret", "-H", "Cookie: a=t0p", `${site.url}who`]);
  assertMatch(stderr, /^\+\d+\.\dms > \[127.*\] GET \/who HTTP\/1\.1$/m);
  assertMatch(stderr, /^\+\d+\.\dms < \[127.*\] HTTP\/1\.1 200 OK$/m);
  assertEquals(/s3cret|t0p|bWU6czNjcmV0/.test(stderr), false);
  assertStringIncludes(stderr, "Authorization: Basic ***");
});

Deno.test("get: sends no secrets to another origin", async () => {
  await using other = testSite(PLACES);
  await using site = testSite({ "/away": { status: 307, headers: { Location: `${other.url}who` } } });
  const { code, stderr } = await runTool("get", ["--user", "me:s3", `${site.url}away`]);
  assertEquals([code, other.requests[0]?.headers.get("authorization")], [1, undefined]);
  assertMatch(stderr, /401/);
  assertEquals(site.requests[0]?.headers.has("authorization"), true);
});

Deno.test("get: accepts a self-signed certificate only with --cacert, --pin or --insecure", () =>
  withFolder(async (cwd) => {
    const authority = await makeCertificate({ authority: true });
    const certificate = await makeCertificate({ issuer: authority });
    await Deno.writeTextFile(`${cwd}/ca.pem`, authority.cert);
    // A pin requires the whole chain if the certificate was issued by another one.
    await using site = testSite(PLACES, { tls: { ...certificate, cert: certificate.cert + authority.cert } });
    const url = `${site.url}page`;
    const other = await selfSigned(["localhost"]);
    for (
      const [args, code, stderr] of [
        [[], 3, /tls|certificate/i],
        [["--cacert", "ca.pem"], 0, /^$/],
        [["--pin", certificate.pin], 0, /^$/],
        [["--pin", other.pin], 3, /pin/],
        [["--insecure"], 0, /^warning: --insecure/],
      ] as const
    ) {
      const result = await runTool("get", ["--retries", "0", ...args, url], { cwd });
      assertMatch(result.stderr, stderr);
      assertEquals([result.code, result.stdout], [code, code === 0 ? "<p>hello</p>\n" : ""]);
    }
  }));

Deno.test("get: uses proxies from the environment, except for hosts in NO_PROXY", async () => {
  await using site = testSite(PLACES);
  await using proxy = testProxy({ scheme: "socks5" });
  const env = { all_proxy: `socks5h://127.0.0.1:${proxy.port}` };
  const url = `${site.url}page`;
  for (
    const [args, more, asked] of [[[], {}, 1], [["--direct"], {}, 1], [[], { NO_PROXY: "127.0.0.1" }, 1], [[], {
      http_proxy: "nonsense://",
    }, 1]] as const
  ) {
    const result = await runTool("get", [...args, url], { env: { ...env, ...more } });
    assertEquals(result.code, "http_proxy" in more ? 2 : 0, result.stderr);
    assertEquals(proxy.asked.length, asked, `${args} ${JSON.stringify(more)}: ${result.stderr}`);
  }
});

Deno.test("get --resume: resumes the partial file of an interrupted transfer", () =>
  withFolder(async (cwd) => {
    const cut: Fault = { kind: "close", after: 1_500_000 };
    await using server = entityServer([cut], { size: 2 << 20 });
    const first = await runTool("get", ["--save", "--retries", "0", server.url], { cwd });
    assertEquals([first.code, first.stdout], [3, ""]);
    assertEquals([...Deno.readDirSync(cwd)].map(({ name }) => name).sort(), ["file.bin.part", "file.bin.part.json"]);
    const again = await runTool("get", ["--save", "--resume", "--json", server.url], { cwd });
    assertEquals([again.code, again.stderr], [0, "resuming after 1.43 MiB\n"]);
    assertEquals(records(again.stdout)[0]?.resumedFrom, 1_500_000);
    assertEquals(await Deno.readFile(`${cwd}/file.bin`), server.bytes);
  }));

Deno.test("get: exit codes of failures", () =>
  withFolder(async (cwd) => {
    const cases: readonly (readonly [Fault, readonly string[], number, RegExp])[] = [
      [{ kind: "stall", after: 1000 }, ["--stall", "2s"], 4, /no data for 2s \(phase: body, 1000 B received\)/],
      [{ kind: "stall", after: 1000 }, ["--timeout", "300ms"], 4, /timed out after 300ms/],
      [{ kind: "reset", after: 1000 }, [], 3, /(?:reset|closed|cut).* \(\d+ bytes received\)/],
      [{ kind: "longer", by: 9 }, [], 3, /in the middle of a body, 9 bytes before its end \(300000 bytes received\)/],
      [{ kind: "raw", text: `HTTP/1.1 200 OK\r\nX: ${"x".repeat(99_999)}\r\n\r\n` }, [], 3, /more than/],
      [{ kind: "status", status: 410 }, [], 1, /410/],
    ];
    for (const [fault, args, code, stderr] of cases) {
      await using server = entityServer([fault]);
      const result = await runTool("get", ["-f", "-o", "f", "--retries", "0", ...args, server.url], { cwd });
      assertMatch(result.stderr, stderr);
      assertEquals([result.code, result.stdout], [code, ""]);
      assertEquals([...Deno.readDirSync(cwd)].some(({ name }) => name === "f"), false);
    }
  }));

Deno.test("get: a full disk exits with 5, and the partial file can be resumed", () =>
  withFolder(async (cwd) => {
    await using server = entityServer([]);
    const { program, args } = await toolArgs("get", ["-o", "f", server.url]);
    const script = `trap "" XFSZ; ulimit -f 100; exec "$@"`;
    const { code, stderr } = await new Deno.Command("bash", { args: ["-c", script, "bash", program, ...args], cwd })
      .output();
    assertMatch(new TextDecoder().decode(stderr), /cannot write f\.part: (?:the file would be too large|no space)/);
    assertEquals(code, 5);
    const again = await runTool("get", ["-c", "-o", "f", server.url], { cwd });
    assertEquals(again.code, 0);
    assertEquals(await Deno.readFile(`${cwd}/f`), server.bytes);
  }));

const nobody = Deno.uid() === 0 && hasPeer("setpriv");
Deno.test({
  name: "get: a folder without write permission exits with 5 before a request is sent",
  ignore: !nobody,
  fn: () =>
    withFolder(async (cwd) => {
      await Deno.mkdir(`${cwd}/locked`, { mode: 0o555 });
      await using server = entityServer([]);
      const { program, args } = await toolArgs("get", ["-o", "locked/f", server.url]);
      // Root without the capability to bypass permissions of a folder.
      const as = ["--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"];
      const { code, stderr } = await new Deno.Command("setpriv", { args: [...as, program, ...args], cwd }).output();
      assertMatch(new TextDecoder().decode(stderr), /cannot write locked\/f\.part: permission denied/);
      assertEquals([code, server.requests.length], [5, 0]);
    }),
});

Deno.test("get: of two concurrent downloads to one file, one is rejected and one completes", () =>
  withFolder(async (cwd) => {
    const refused = Promise.withResolvers<void>();
    await using server = entityServer([{ kind: "stall", after: 100_000, until: refused.promise }]);
    await using first = await startTool("get", ["-o", "f", "--retry-wait", "1ms", server.url], { cwd });
    await until("a part", () => exists(`${cwd}/f.part.json`));
    const second = await runTool("get", ["-o", "f", "--resume", server.url], { cwd });
    refused.resolve();
    assertEquals([second.code, second.stdout], [5, ""]);
    assertMatch(second.stderr, /another process is writing f\.part/);
    assertEquals(await first.code, 0);
    assertEquals(await Deno.readFile(`${cwd}/f`), server.bytes);
  }));

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).size > 0;
  } catch {
    return false;
  }
}

Deno.test("get: exits silently when stdout is closed", async () => {
  await using site = testSite({ "/big": { body: new Uint8Array(20_000_000) } });
  const { program, args } = await toolArgs("get", [`${site.url}big`]);
  const script = `set -o pipefail; "$@" | head -c 1 > /dev/null; echo \${PIPESTATUS[0]}`;
  const { stdout, stderr } = await new Deno.Command("bash", { args: ["-c", script, "bash", program, ...args] })
    .output();
  assertEquals([new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)], ["141\n", ""]);
});

Deno.test("get: SIGINT exits with 130 and leaves the partial file", () =>
  withFolder(async (cwd) => {
    await using server = entityServer([{ kind: "stall", after: 100_000 }]);
    await using tool = await startTool("get", ["-o", "f", server.url], { cwd });
    await until("a part", () => exists(`${cwd}/f.part`));
    tool.process.kill("SIGINT");
    assertEquals(await tool.code, 130);
    assert(exists(`${cwd}/f.part.json`));
  }));

/** Runs a tool on a terminal of its own. */
async function onTerminal(
  words: readonly string[],
  cwd: string,
  shown?: (text: string) => void,
): Promise<{ code: number; text: string }> {
  const { program, args } = await toolArgs("get", words);
  const quoted = [program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const process = new Deno.Command("script", {
    args: ["-qec", quoted, "/dev/null"],
    cwd,
    stdin: "null",
    stdout: "piped",
    env: { TERM: "xterm" },
  }).spawn();
  let text = "";
  for await (const piece of process.stdout.pipeThrough(new TextDecoderStream())) {
    text += piece;
    shown?.(text);
  }
  return { code: (await process.status).code, text };
}

peerTest("get: text to a terminal is escaped, binary data is rejected", ["script"], () =>
  withFolder(async (cwd) => {
    await using site = testSite({ ...PLACES, "/png": { headers: { "Content-Type": "image/png" }, body: PNG } });
    const text = await onTerminal([`${site.url}control`], cwd);
    assertEquals([text.code, text.text], [0, "a\\x1b[31mb\r\n"]);
    const binary = await onTerminal([`${site.url}png`], cwd);
    assertEquals(binary.code, 2);
    assertMatch(
      binary.text,
      /^toucan get: refusing to write binary output to the terminal\r\nhint: redirect stdout, or use --raw\r\n$/,
    );
    const raw = await onTerminal(["--raw", `${site.url}control`], cwd);
    assertEquals(raw.text, "a\x1b[31mb\r\n");
  }));

peerTest(
  "get: prints a progress bar to a terminal after one second",
  ["script"],
  () =>
    withFolder(async (cwd) => {
      let bar = false;
      // The bar is printed when data arrives after one second: some data is sent at each poll until then, and then the
      // rest.
      async function* slowly() {
        let sent = 0;
        for await (const _ of looks("a progress bar")) {
          if (bar || sent > 139_000) break;
          yield new Uint8Array(100);
          sent += 100;
        }
        yield new Uint8Array(140_000 - sent);
      }
      await using site = testSite({ "/slow": () => ({ headers: { "Content-Length": "140000" }, body: slowly() }) });
      const { code, text } = await onTerminal(["--save", `${site.url}slow`], cwd, (text) =>
        bar ||= text.includes("\r\x1b[K["));
      const plain = text.replaceAll("\r\x1b[K", "<again>");
      assertMatch(plain, /<again>\[=+ *\] \d+% {2}\d+(?:\.\d+)? (?:B|KiB) of 136\.7 KiB {2}.* left/);
      assertMatch(plain, /<again>slow {2}136\.7 KiB {2}\d+(?:\.\d+)?s\r\n$/);
      assertEquals(code, 0);
    }),
);

Deno.test("get --images: saves all images and lists failures", () =>
  withFolder(async (cwd) => {
    const body = `<img src="a.png"><img src=other/a.png><img data-src=gone.png src="data:image/gif;base64,R0lGODlh">
      <link rel="shortcut icon" href=i.ico><picture><source srcset="b.webp 1x, c.webp 2x"></picture>`;
    const image = (text: string) => ({ headers: { "Content-Type": "image/png" }, body: text });
    await using site = testSite({
      "/": { headers: HTML, body },
      ...Object.fromEntries(
        ["a.png", "other/a.png", "i.ico", "b.webp", "c.webp"].map((name) => [`/${name}`, image(name)]),
      ),
    });
    const { code, stdout, stderr } = await runTool("get", ["--images", "--dir", "pics", site.url], { cwd });
    assertEquals(code, 6);
    assertMatch(stderr, /404 Not Found \(http.*\/gone\.png\)\n$/);
    const tree = await readTree(`${cwd}/pics`);
    assertEquals(Object.keys(tree).sort(), ["a-2.png", "a.png", "b.webp", "c.webp", "i.ico", "image-3.gif"]);
    assertEquals(stdout.trim().split("\n").length, 6);
    assertEquals([tree["a.png"], tree["a-2.png"]].sort(), ["a.png", "other/a.png"]);
    const again = await runTool("get", ["--images", "--dir", "pics", "--json", site.url], { cwd });
    assertEquals(records(again.stdout).every(({ error }) => error !== undefined), true);
  }));

Deno.test("get --page: saves one file and lists what it lacks", () =>
  withFolder(async (cwd) => {
    await using site = testSite({
      "/": { headers: HTML, body: `<link rel=stylesheet href=s.css><img src=a.png><img src=gone.png>` },
      "/s.css": { headers: { "Content-Type": "text/css" }, body: "p{background:url(a.png)}" },
      "/a.png": { headers: { "Content-Type": "image/png" }, body: PNG },
    });
    const json = await runTool("get", ["--page", "--json", "-o", "p.html", site.url], { cwd });
    const [saved, gone] = records(json.stdout);
    const fields = "url,finalUrl,httpVersion,status,file,bytes,sha256,contentType,resumedFrom,tries,ms";
    assertEquals([json.code, Object.keys(saved ?? {}).join(), gone?.status], [6, fields, 404]);
    const { code, stdout, stderr } = await runTool("get", ["--page", site.url], { cwd });
    assertEquals([code, stdout], [6, "index.html\n"]);
    assertMatch(stderr, /404 Not Found \(image http.*\/gone\.png\)\n$/);
    const page = await Deno.readTextFile(`${cwd}/index.html`);
    assertStringIncludes(page, `<img src="data:image/png;base64,${PNG.toBase64()}">`);
    assertMatch(page, /<link rel="stylesheet" href="data:text\/css;charset=utf-8;base64,/);
  }));

Deno.test("get --page --no-scripts: removes scripts", () =>
  withFolder(async (cwd) => {
    await using site = testSite({ "/": { headers: HTML, body: "<p>text<script>run()</script>" } });
    const saved = async (...args: readonly string[]) => {
      assertEquals((await runTool("get", ["--page", "--force", "-o", "p.html", ...args, site.url], { cwd })).code, 0);
      return (await Deno.readTextFile(`${cwd}/p.html`)).includes("run()");
    };
    assertEquals([await saved(), await saved("--no-scripts")], [true, false]);
  }));
