import { assertEquals, assertMatch } from "@std/assert";
import { installLine } from "../../cmd/toucan/check_version.ts";
import { PROJECT, RELEASES, VERSION } from "../../lib/cli/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { serveRelease } from "../kit/release_folder.ts";
import { ROOT, runTool } from "../kit/tool.ts";

const line = (name: string) => `${"0".repeat(64)}  ${name}\n`;
const sums = (version: string) =>
  line(`toucan-9-${version}-x86_64-unknown-linux-gnu.tar.xz`) + line("toucan.js") +
  line(`toucan-${version}-aarch64-apple-darwin.tar.xz`) + line(`toucan-resolve-99.0.0-x86_64-pc-windows-msvc.zip`);

/** Answers to the request for checksums, with the output and the exit code that follow. */
const ANSWERS: readonly (readonly [name: string, answer: () => Response, code: number, output: RegExp])[] = [
  ["the same version", () => new Response(sums(VERSION)), 0, /^toucan \S+ is the newest version\n$/],
  ["an older version", () => new Response(sums("0.0.9")), 0, /^toucan \S+ is the newest version\n$/],
  [
    "a newer version",
    () => new Response(sums("99.0.0-rc.1")),
    1,
    /^toucan 99\.0\.0-rc\.1 is newer than this version, \S+\nhint: to install it: curl -fsSL (http:\S+)\/latest\/download\/install\.sh \| sh -s -- --releases \1\n$/,
  ],
  [
    "no release",
    () => new Response("", { status: 404 }),
    3,
    /^toucan version: cannot check http:\S+: no release found\n/,
  ],
  ["an error", () => new Response("", { status: 500 }), 3, /^toucan version: cannot check http:\S+: HTTP status 500\n/],
  [
    "a page",
    () => new Response("<html>"),
    3,
    /^toucan version: cannot check http:\S+: no archive of toucan is listed\n/,
  ],
  ["escape sequences", () => new Response(sums("99.0.0\x1b[31m")), 3, /no archive of toucan is listed\n/],
  [
    "too long an answer",
    () => new Response(sums("99.0.0").repeat(10_000)),
    3,
    /^toucan version: cannot check http:\S+: the body has more than 1048576 bytes\n/,
  ],
];

for (const [name, answer, code, output] of ANSWERS) {
  Deno.test(`toucan version --check: ${name}`, async () => {
    await using site = serveRelease("", answer);
    const result = await runTool("toucan", ["version", "--check", "--releases", site.url]);
    assertMatch(result.stdout + result.stderr, output);
    assertEquals(result.code, code);
    assertEquals(site.requests, ["/latest/download/SHA256SUMS"]);
    const { code: same, stdout } = await runTool("toucan", ["version", "--check", "--json"], {
      env: { TOUCAN_RELEASES: `${site.url}//` },
    });
    const record: Record<string, unknown> = JSON.parse(stdout);
    assertEquals([same, record.version ?? VERSION, "error" in record], [code, VERSION, code === 3]);
    if (code === 1) assertEquals([record.newest, record.newer], ["99.0.0-rc.1", true]);
    if (code === 0) assertEquals(record.newer, false);
  });
}

Deno.test("toucan version --check ends at its timeout, and at a redirect from https to http", () =>
  withFolder(async (folder) => {
    const { promise: never, resolve } = Promise.withResolvers<Response>();
    await using silent = serveRelease("", () => never);
    const timeout = await runTool("toucan", ["version", "--check", "--timeout=100ms", "--releases", silent.url]);
    assertEquals(timeout.code, 4, timeout.stderr);
    resolve(new Response());
    const certificate = await makeCertificate();
    await Deno.writeTextFile(`${folder}/ca.pem`, certificate.cert);
    await using secure = serveRelease("", () => Response.redirect(`${silent.url}/x`), certificate);
    const args = ["version", "--check", "--cacert", `${folder}/ca.pem`, "--releases", secure.url];
    const redirected = await runTool("toucan", args);
    assertMatch(redirected.stderr, /^toucan version: cannot check https:\S+: redirect from https to http\n/);
    assertEquals([redirected.code, silent.requests.length], [3, 1]);
    const untrusted = await runTool("toucan", ["version", "--check", "--releases", secure.url]);
    assertEquals(untrusted.code, 3);
  }));

/** Command lines that are usage errors. */
const USAGE: readonly (readonly [args: readonly string[], stderr: RegExp])[] = [
  [
    ["--check", "--releases", "http://example.com/"],
    /^toucan version: option --releases: invalid URL "\S+": use https/,
  ],
  [["--check", "--releases", "http://127.0.0.1.example.com/"], /use https/],
  [["--check", "--releases", "https://a:b@example.com/"], /without user, query and fragment/],
  [["--check", "--releases", "x"], /invalid URL "x"/],
  [
    ["--check", "--releases", "https://example.com/;id"],
    /invalid URL "https:\/\/example.com\/;id": use letters, digits/,
  ],
  [["--check", "--releases", "https://example.com/$(id)"], /use letters, digits/],
  [["--releases", "https://example.com/"], /option --releases requires --check/],
  [["--check", "tcp"], /operand too many/],
];

Deno.test("toucan version rejects invalid command lines", async () => {
  for (const [args, stderr] of USAGE) {
    const result = await runTool("toucan", ["version", ...args]);
    assertMatch(result.stderr, stderr);
    assertEquals(result.code, 2);
  }
  const variable = await runTool("toucan", ["version", "--check"], { env: { TOUCAN_RELEASES: "http://example.com" } });
  assertEquals([variable.code, /use https/.test(variable.stderr)], [2, true]);
  assertEquals((await runTool("toucan", ["version", "--json"])).stdout, `{"version":"${VERSION}"}\n`);
});

Deno.test("toucan version --check names the installer of the system", () => {
  const mirror = new URL("https://example.com/r/");
  const lines = [RELEASES, mirror].flatMap((url) =>
    (["linux", "windows"] as const).map((os) => installLine(new URL(url), os))
  );
  assertEquals(lines, [
    `curl -fsSL ${RELEASES}/latest/download/install.sh | sh`,
    `irm ${RELEASES}/latest/download/install.ps1 | iex`,
    "curl -fsSL https://example.com/r/latest/download/install.sh | sh -s -- --releases https://example.com/r",
    "& ([scriptblock]::Create((irm https://example.com/r/latest/download/install.ps1))) -Releases https://example.com/r",
  ]);
});

Deno.test("install.sh has the address of the project", async () => {
  const text = await Deno.readTextFile(`${ROOT}scripts/install.sh`);
  assertMatch(text, new RegExp(`^PROJECT=${PROJECT}$`, "m"));
});
