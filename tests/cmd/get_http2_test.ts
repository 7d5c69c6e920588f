import { assertEquals, assertMatch } from "@std/assert";
import { makeCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { type Http2Script, scriptedHttp2 } from "../kit/http2_server.ts";
import { testProxy } from "../kit/proxy.ts";
import { testSite } from "../kit/site.ts";
import { runTool, TARGET } from "../kit/tool.ts";

const OK = { ":status": "200" };
const hello: Http2Script = async ({ head, data }) => {
  await head({ ...OK, "content-length": "6", "content-type": "text/plain" });
  await data("hello\n", true);
};
/** A pin that is well-formed. */
const PIN = `sha256:${"A".repeat(43)}=`;

/** Options that cannot be combined with --http2: usage errors before anything is sent or written. */
const REFUSED: Readonly<Record<string, readonly [args: readonly string[], stderr: RegExp]>> = {
  "--pin": [
    ["--pin", PIN, "https://localhost:PORT/"],
    /--pin cannot be combined with --http2|--http2 cannot be combined with --pin/,
  ],
  "--insecure": [["--insecure", "https://localhost:PORT/"], /--http2 cannot be combined with --insecure/],
  "an HTTP proxy for http:": [["--proxy", "http://127.0.0.1:9", "URL"], /an HTTP proxy for an http: URL/],
  "socks5 with a name": [["--proxy", "socks5://127.0.0.1:9", "URL"], /the proxy look names up\nhint: .*socks5h/],
  "Host": [["-H", "Host: other.test", "URL"], /another Host/],
  "Connection": [["-H", "Connection: close", "URL"], /the field connection is about a connection of HTTP\/1\.1/],
  "TE": [["-H", "TE: gzip", "URL"], /the field te is about/],
  "Accept-Encoding": [["-H", "Accept-Encoding: br", "URL"], /takes codings off by itself\nhint: /],
  "no User-Agent": [["-H", "User-Agent:", "URL"], /does not go without User-Agent/],
  "a method in small letters": [["-X", "post", "URL"], /would make POST of it/],
  "TRACE": [["-X", "TRACE", "URL"], /the method TRACE/],
  "GET with a body": [["-X", "GET", "-d", "x", "URL"], /a body with GET/],
};

for (const [what, [args, stderr]] of Object.entries(REFUSED)) {
  Deno.test(`get --http2: rejects ${what} before anything is sent or written`, () =>
    withFolder(async (cwd) => {
      await using server = scriptedHttp2(hello);
      const words = args.map((word) => word === "URL" ? server.url : word.replace("PORT", `${server.port}`));
      const result = await runTool("get", ["--http2", "-o", "f", ...words], { cwd });
      assertMatch(result.stderr, stderr);
      assertEquals([result.code, result.stdout, server.connections], [2, "", 0]);
      assertEquals([...Deno.readDirSync(cwd)], []);
    }));
}

Deno.test("get --http2: record, header output and trace show the protocol", async () => {
  await using server = scriptedHttp2(hello);
  const record = await runTool("get", ["--http2", "--json", server.url]);
  assertEquals([record.code, record.stdout, JSON.parse(record.stderr).httpVersion], [0, "hello\n", "2"]);
  const head = await runTool("get", ["--http2", "--show-error-body", "-I", server.url]);
  assertMatch(head.stdout, /^HTTP\/2 200\ncontent-length: 6\ncontent-type: text\/plain\n$/);
  const { stderr } = await runTool("get", ["--http2", "--trace", "-u", "me:s3cret", server.url]);
  assertMatch(stderr, /^\+\d+\.\dms > \[localhost:\d+\] GET \/ HTTP\/2$/m);
  assertMatch(stderr, /^\+\d+\.\dms < \[localhost:\d+\] HTTP\/2 200$/m);
  assertMatch(stderr, /Authorization: Basic \*\*\*$/m);
});

Deno.test("get --http2: exit codes of failures; a file is complete or absent", () =>
  withFolder(async (cwd) => {
    const cases: readonly (readonly [Http2Script, readonly string[], number, RegExp])[] = [
      [({ head }) => head({ ":status": "410" }, true), [], 1, /answers 410 Gone/],
      [hello, ["--max-size", "5"], 1, /larger than 5 bytes/],
      [hello, ["--checksum", "md5:00000000000000000000000000000000"], 1, /checksum mismatch/],
      [async ({ head, data, reset }) => (await head(OK), await data("hel"), await reset(2)), [], 3, /middle of a body/],
      [async ({ head, data, close }) => (await head(OK), await data("hel"), close()), [], 3, /middle of a body/],
      [({ goAway }) => goAway(0, 11), [], 3, /gave the request up/],
      [({ close }) => close(), [], 3, /closed the connection instead of answering\nhint: it may not speak HTTP\/2/],
      [
        async ({ head, data }) => (await head(OK), await data("hel")),
        ["--stall", "2s"],
        4,
        /no data for 2s \(phase: body\)/,
      ],
      [
        async ({ head, data }) => (await head(OK), await data("hel")),
        ["--timeout", "300ms"],
        4,
        /timed out after 300ms/,
      ],
      [
        ({ head }) => head({ ":status": "302", "location": "/" }, true),
        ["--max-redirects", "2"],
        3,
        /redirect loop: /,
      ],
    ];
    for (const [script, args, code, stderr] of cases) {
      await using server = scriptedHttp2(script);
      const result = await runTool("get", ["--http2", "-f", "-o", "f", "--retries", "0", ...args, server.url], { cwd });
      assertMatch(result.stderr, stderr);
      assertEquals([result.code, result.stdout], [code, ""]);
      assertEquals([...Deno.readDirSync(cwd)].some(({ name }) => name === "f"), false);
    }
  }));

Deno.test("get --http2: resumes after a reset stream, and after an interrupted run", () =>
  withFolder(async (cwd) => {
    const part = "x".repeat(5000);
    const rest: Http2Script = async ({ head, data }) => {
      const range = { "content-range": "bytes 5000-9999/10000", "content-length": "5000" };
      await head({ ":status": "206", "etag": '"v1"', ...range });
      await data(part, true);
    };
    const first: Http2Script = async ({ head, data, reset }) => {
      await head({ ...OK, "etag": '"v1"', "content-length": "10000" });
      await data(part);
      await reset(2);
    };
    await using server = scriptedHttp2((stream) => stream.count === 0 ? first(stream) : rest(stream));
    const words = ["--http2", "--retry-wait", "1ms", "--json", "-o", "f"];
    const once = await runTool("get", [...words, server.url], { cwd });
    assertEquals([once.code, JSON.parse(once.stdout).tries], [0, 2], once.stderr);
    assertEquals(await Deno.readTextFile(`${cwd}/f`), part + part);
    await using again = scriptedHttp2((stream) => stream.count === 0 ? first(stream) : rest(stream));
    assertEquals((await runTool("get", ["--retries", "0", "-f", ...words, again.url], { cwd })).code, 3);
    const resumed = await runTool("get", ["--resume", "-f", ...words, again.url], { cwd });
    assertEquals([resumed.code, JSON.parse(resumed.stdout).resumedFrom], [0, 5000], resumed.stderr);
    assertEquals(await Deno.readTextFile(`${cwd}/f`), part + part);
  }));

Deno.test("get --http2: concurrent downloads share a connection", () =>
  withFolder(async (cwd) => {
    const all = Promise.withResolvers<void>();
    await using server = scriptedHttp2(async ({ count, head, data }) => {
      // Each request waits for the others, so that sequential requests would wait for ever.
      if (count === 9) all.resolve();
      await all.promise;
      await head(OK);
      await data("hello\n", true);
    });
    const stdin = Array.from({ length: 10 }, (_, i) => `${server.url}f${i}`).join("\n");
    const { code, stderr } = await runTool("get", ["--http2", "-s", "-P", "10", "-"], { cwd, stdin });
    assertEquals([code, stderr, server.connections], [0, "", 1]);
    assertEquals([...Deno.readDirSync(cwd)].length, 10);
  }));

Deno.test("get --http2: accepts a self-signed certificate only with --cacert", () =>
  withFolder(async (cwd) => {
    const authority = await makeCertificate({ authority: true });
    const tls = await makeCertificate({ issuer: authority });
    await Deno.writeTextFile(`${cwd}/ca.pem`, authority.cert);
    await using server = scriptedHttp2(hello, { tls });
    const trusted = await runTool("get", ["--http2", "--cacert", "ca.pem", server.url], { cwd });
    assertEquals([trusted.code, trusted.stdout, trusted.stderr], [0, "hello\n", ""]);
    const { code, stderr } = await runTool("get", ["--http2", "--retries", "0", server.url], { cwd });
    assertEquals(code, 3);
    assertMatch(stderr, /signed by an unknown authority/);
    await using old = testSite({}, { tls });
    const none = await runTool("get", ["--http2", "--cacert", "ca.pem", old.url], { cwd });
    assertEquals(none.code, 3);
    assertMatch(none.stderr, /the server does not speak HTTP\/2\nhint: take HTTP\/1\.1/);
  }));

Deno.test("get --http2: uses proxies from the environment or --proxy, not with --direct", async () => {
  await using server = scriptedHttp2(hello);
  await using proxy = testProxy({ scheme: "socks5" });
  await using own = testProxy({ scheme: "socks5" });
  const socks = ({ port }: { port: number }) => `socks5h://127.0.0.1:${port}`;
  const env = { ALL_PROXY: socks(proxy) };
  for (
    const [args, more, asked] of [
      [[], {}, [1, 0]],
      [["--direct"], {}, [1, 0]],
      [[], { NO_PROXY: "localhost" }, [1, 0]],
      // The tool ignores HTTP_PROXY in capitals, but fetch would use it.
      [["--direct"], { HTTP_PROXY: socks(proxy) }, [1, 0]],
      [["--proxy", socks(own)], { NO_PROXY: "localhost" }, [1, 1]],
    ] as const
  ) {
    const result = await runTool("get", ["--http2", ...args, server.url], { env: { ...env, ...more } });
    assertEquals([result.code, result.stdout], [0, "hello\n"], result.stderr);
    assertEquals([proxy.asked.length, own.asked.length], [...asked]);
  }
});

Deno.test({
  name: "get --http2: needs the net and proxy variable permissions, and names them",
  ignore: TARGET === "executable",
  fn: async () => {
    await using server = scriptedHttp2(hello);
    const run = (...flags: string[]) => runTool("get", ["--http2", "--direct", server.url], { flags });
    assertEquals((await run("--allow-net", "--allow-env")).code, 0);
    const variables = await run("--allow-net");
    assertEquals([variables.code, server.connections], [5, 1]);
    assertMatch(variables.stderr, /the env permission is missing.*\nhint: this run lacks --allow-env=ALL_PROXY/);
    const net = await run("--allow-env");
    assertEquals(net.code, 5);
    assertMatch(net.stderr, /the net permission is missing/);
  },
});
