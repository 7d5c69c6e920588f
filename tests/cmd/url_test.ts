import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { peerTest } from "../kit/peer.ts";
import { utf16 } from "../kit/utf16.ts";
import { runTool, TARGET, toolArgs } from "../kit/tool.ts";

interface Case {
  readonly args: readonly string[];
  readonly stdin?: string | Uint8Array<ArrayBuffer>;
  readonly stdout?: string;
  readonly stderr?: string | RegExp;
  readonly code?: number;
}

const TABLE = `scheme	https
user	joe
password	***
host	example.com
port	443	the scheme's default
netloc	joe:***@Example.com
path	/a/b%2Fc
path:0	a
path:1	b/c
query	k=v%20w&flag
query:k	v w
query:flag
fragment
origin	https://example.com
url	https://joe:***@Example.com/a/b%2Fc?k=v%20w&flag
href	https://joe:***@example.com/a/b%2Fc?k=v%20w&flag

`;

const TEXT = "https://joe:pw@Example.com/a/b%2Fc?k=v%20w&flag";

const cases: readonly Case[] = [
  { args: [TEXT], stdout: TABLE },
  { args: ["--show-password", "--get", "{password}", TEXT], stdout: "pw\n" },
  {
    args: ["--get", "{host}:{port} {path:-1} {query:k} {query:x:-none} {{}}", TEXT],
    stdout: "example.com:443 b/c v w none {}\n",
  },
  { args: ["--get", "{href}"], stdin: "HTTP://A\r\n\nhttp://B:80/x\n", stdout: "http://a/\nhttp://b/x\n" },
  { args: ["-g", "{port:-8080}", "foo://h"], stdout: "8080\n" },
  {
    args: ["--set", "port=81", "--add", "path=x", "--add", "query=a=b", "HTTP://H/p?%3d#"],
    stdout: "HTTP://H:81/p/x?%3d&a=b#\n",
  },
  { args: ["--remove", "query=utm_*", "http://h/?utm_a=1&b=2#"], stdout: "http://h/?b=2#\n" },
  { args: ["--remove", "query=\\*", "http://h/?*=1&a=2"], stdout: "http://h/?a=2\n" },
  { args: ["--remove", "query=", "http://h/?=1&a=2"], stdout: "http://h/?a=2\n" },
  { args: ["--get", "{query:} {query:*}", "http://h/?=1&*=2"], stdout: "1 2\n" },
  { args: ["--get", "{host}"], stdin: "\ufeff# two hosts\n \nhttp://a/\n  # none\n\nhttp://b/\n", stdout: "a\nb\n" },
  { args: ["--get", "{url}", "--base", "http://a/b"], stdin: "#c\n", stdout: "http://a/b#c\n" },
  // Lists that were written on Windows.
  { args: ["--get", "{host}"], stdin: "\ufeffhttp://a/\r\nhttp://b/\r\n", stdout: "a\nb\n" },
  { args: ["--get", "{host}"], stdin: utf16("http://a/\r\nhttp://b/\r\n"), stdout: "a\nb\n" },
  { args: ["--remove", "fragment", "http://h/?#"], stdout: "http://h/?\n" },
  { args: ["--sort-query", "http://h/?b&a=%3d"], stdout: "http://h/?a=%3d&b\n" },
  { args: ["--set", "host=example.org", "git@github.com:a/b.git"], stdout: "git@example.org:a/b.git\n" },
  { args: ["--set", "query=subject=a b", "mailto:a@b"], stdout: "mailto:a@b?subject=a%20b\n" },
  { args: ["--set", "path=isbn:2", "urn:isbn:1"], stdout: "urn:isbn:2\n" },
  { args: ["--resolve", "../x?y", "HTTP://H/a/b/c?d"], stdout: "HTTP://H/a/x?y\n" },
  { args: ["--base", "http://h/a/b", "--get", "{url}", "../c", "//i/d"], stdout: "http://h/c\nhttp://i/d\n" },
  { args: ["--rules", "rfc3986", "--get", "{host} {path}", "../a", "//0x7f.1/b"], stdout: " ../a\n0x7f.1 /b\n" },
  { args: ["--idn", "ascii", "http://bücher.example/é"], stdout: "http://xn--bcher-kva.example/é\n" },
  { args: ["--idn", "unicode", "http://xn--bcher-kva.example/"], stdout: "http://bücher.example/\n" },
  { args: ["--encode", "http://h/a b?é"], stdout: "http://h/a%20b?%C3%A9\n" },
  { args: ["--decode", "http://h/%41%2f%C3%A9?%26"], stdout: "http://h/A%2fé?%26\n" },
  { args: ["--decode", "--get", "{path}", "http://h/%41%2f%C3%A9"], stdout: "/A/é\n" },
  { args: ["--normal", "HTTP://H:80/a/../%7e"], stdout: "http://h/%7e\n" },
  { args: ["--normal", "--rules", "rfc3986", "HTTP://H:80/a/../%7e"], stdout: "http://h/~\n" },
  { args: ["--compare", "http://example.com/"], code: 0 },
  {
    args: ["--compare", "http://good.example\\@evil.example/"],
    stdout: "http://good.example\\@evil.example/\n" +
      'RFC 3986: not a URL: a user cannot hold "\\", at 19\n' +
      "\tWHATWG\tRFC 3986\tPython 3.14\nscheme\thttp\trefused\thttp\nhost\tgood.example\trefused\tevil.example\n" +
      "port\t80\trefused\t80\npath\t/@evil.example/\trefused\t/\n" +
      "\n",
    code: 1,
  },
  {
    args: ["--compare", "--get", "x", "http://h/"],
    stderr: /^toucan url: --get cannot be combined with --compare: --compare takes URLs as they are$/m,
    code: 2,
  },
  { args: ["foo"], stderr: "toucan url: not a URL: it has no scheme, such as https:, at 3\n  foo\n     ^\n", code: 1 },
  {
    args: ["http://ü:x/"],
    stderr: "toucan url: not a URL: a port is a number, at 9\n  http://ü:x/\n           ^\n",
    code: 1,
  },
  {
    args: ["--get", "{host}", "http://a/", "foo", "http://b/"],
    stdout: "a\nb\n",
    stderr: /^toucan url: not a URL/,
    code: 6,
  },
  { args: ["--set", "port=1", "mailto:a"], stderr: /^toucan url: cannot set the port: there is no host/, code: 1 },
  { args: ["--resolve", "http://[", "http://h/"], stderr: /^toucan url: not a URL: /, code: 1 },
  { args: ["--", "-x"], stderr: /^toucan url: not a URL/, code: 1 },
  { args: [""], stderr: /^toucan url: not a URL: there is nothing, at 0\n/, code: 1 },
];

const senseless: readonly (readonly [args: readonly string[], accepted: RegExp])[] = [
  [["--nothing"], /unknown option --nothing/],
  [["--get"], /option --get requires a value: a template/],
  [["--get", "{"], /option --get: .*\{\{/],
  [["--get", "{nothing}"], /option --get: .*supported: \{url\} \{href\}/],
  [["--set", "port"], /option --set: .*; expected PART=VALUE, where PART is scheme, /],
  [["--set", "netloc=x"], /option --set: .*; expected PART=VALUE, where PART is scheme, /],
  [["--set", "port=x"], /option --set: invalid port "x"; expected a number from 0 to 65535/m],
  [["--set", "port=70000"], /a number from 0 to 65535/],
  [["--set", "port=1", "--set", "port=2"], /cannot set the port twice/m],
  [["--set", "host=a/b"], /option --set: invalid host "a\/b"; expected a name, /],
  [["--set", "host=a@b"], /invalid host "a@b"; expected a name/],
  [["--set", "host=a\r\nb"], /invalid host "a\\r\\nb"/],
  [["--set", "scheme=1"], /invalid scheme "1"; expected a letter/],
  [["--add", "host=x"], /option --add: .*; expected path=SEGMENT or query=KEY=VALUE$/m],
  [["--add", "path=.."], /option --add: invalid path segment "\.\."/],
  [["--add", "query="], /option --add: .*; expected path=SEGMENT or query=KEY=VALUE$/m],
  [["--remove", "host"], /option --remove: .*; expected query=PATTERN, or user, /],
  [["--base", "foo"], /option --base: invalid base "foo"/m],
  [["--rules", "html"], /option --rules: .*; expected whatwg or rfc3986$/m],
  [["--idn", "utf8"], /option --idn: .*; expected ascii or unicode$/m],
  [["--encode", "--decode"], /--encode cannot be combined with --decode/],
  [["--get", "x", "--json"], /--get cannot be combined with --json/],
  [["--compare", "--set", "port=1"], /--compare takes URLs as they are/],
  [["--json=x"], /option --json accepts no value/],
];

Deno.test("url: stdout, stderr and exit code for arguments and stdin", async () => {
  for (const { args, stdin, stdout, stderr = "", code = 0 } of cases) {
    const result = await runTool("url", args, { stdin });
    const what = `url ${args.join(" ")}`;
    if (stdout !== undefined) assertEquals(result.stdout, stdout, what);
    if (typeof stderr === "string") assertEquals(result.stderr, stderr, what);
    else assertMatch(result.stderr, stderr, what);
    assertEquals(result.code, code, what);
  }
});

Deno.test("url: usage errors exit with 2 and one line that names what is accepted", async () => {
  for (const [args, accepted] of senseless) {
    const { code, stdout, stderr } = await runTool("url", ["http://h/", ...args]);
    assertEquals(code, 2, args.join(" "));
    assertEquals(stdout === "", !args.includes("--json"), stdout);
    assertMatch(stderr, accepted);
    assertEquals(stderr.trimEnd().split("\n").filter((line) => !line.startsWith("hint: ")).length, 1, stderr);
  }
});

/** The records of a run with `--json`. */
async function records(
  args: readonly string[],
  stdin: string | Uint8Array<ArrayBuffer> = "",
): Promise<{ code: number; records: Record<string, unknown>[] }> {
  const { code, stdout } = await runTool("url", ["--json", ...args], { stdin });
  return { code, records: stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line)) };
}

Deno.test("url --json: one record per URL, including failures", async () => {
  const { code, records: [first, second, third, ...rest] } = await records(
    [],
    "http://www.blogpost.com:80/index.html\nnot one\nhttp://u:p@h/?a=b\n",
  );
  assertEquals([code, rest], [6, []]);
  assertEquals(first, {
    input: "http://www.blogpost.com:80/index.html",
    url: "http://www.blogpost.com:80/index.html",
    href: "http://www.blogpost.com/index.html",
    scheme: "http",
    user: null,
    password: null,
    host: "www.blogpost.com",
    port: 80,
    portGiven: true,
    netloc: "www.blogpost.com:80",
    path: "/index.html",
    segments: ["index.html"],
    query: null,
    params: [],
    fragment: null,
    origin: "http://www.blogpost.com",
  });
  assertEquals(second, {
    input: "not one",
    error: { code: "invalid-url", message: "not a URL: it has no scheme, such as https:", offset: 3 },
  });
  assertEquals([third?.password, third?.params], ["***", [["a", "b"]]]);
  assertEquals((await records(["--show-password", "http://u:p@h/"])).records[0]?.password, "p");
  const edited = await records(["--set", "port=9", "HTTP://H/"]);
  assertEquals([edited.records[0]?.input, edited.records[0]?.url, edited.records[0]?.port], [
    "HTTP://H/",
    "HTTP://H:9/",
    9,
  ]);
  const refused = await records(["--set", "port=9", "mailto:x"]);
  assertEquals([refused.code, refused.records[0]?.input], [1, "mailto:x"]);
  assertStringIncludes(JSON.stringify(refused.records[0]?.error), "cannot-edit");
});

Deno.test("url --compare --json: the record of a comparison", async () => {
  const { code, records: [same, other] } = await records(["--compare", "http://h/", "http://0x7f.1/"]);
  assertEquals(code, 6);
  assertEquals([same?.agree, same?.error], [true, undefined]);
  assertEquals(other, {
    input: "http://0x7f.1/",
    agree: false,
    differ: ["host"],
    forms: [],
    whatwg: { scheme: "http", host: "127.0.0.1", port: 80, path: "/" },
    rfc3986: { scheme: "http", host: "0x7f.1", port: 80, path: "/" },
    python: { scheme: "http", host: "0x7f.1", port: 80, path: "/" },
    error: { code: "parsers-disagree", message: "they disagree about host" },
  });
});

Deno.test("url --json: random bytes on stdin have a record each", async () => {
  const garbage = new Uint8Array(200_000);
  for (let i = 0, state = 1; i < garbage.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    garbage[i] = state >> 16;
  }
  const long = new TextEncoder().encode(`\nhttp://h/${"a".repeat(10 * 1024 * 1024)}\n`);
  const rest = new Uint8Array([
    ...new TextEncoder().encode("http://"),
    0xff,
    0x0a,
    ...new TextEncoder().encode("http://h/\0\n"),
  ]);
  const stdin = new Uint8Array(await new Blob([garbage, long, rest]).arrayBuffer());
  const lines = garbage.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
  const { code, records: all } = await records([], stdin);
  assertEquals(code, 6);
  // Empty lines are skipped.
  assert(all.length > lines - 20 && all.length <= lines + 4, `${all.length} records for ${lines} lines`);
  const [tooLong, notText, zero] = all.slice(-3);
  assertEquals(tooLong?.error, { code: "invalid-url", message: "not a URL: it is longer than 1 MiB", offset: 256 });
  assertEquals(notText, {
    input: "http://\ufffd",
    error: { code: "invalid-url", message: "not a URL: it is not UTF-8", offset: 7 },
  });
  assertEquals(zero?.href, "http://h/");
});

Deno.test("url: accepts a line of almost 1 MB", async () => {
  for (const piece of ["a", "[]", "@", "/..", "%ff", "&a=b", "é", "\\", ":"]) {
    const text = `http://h/${piece === "[]" || piece === "@" || piece === ":" ? "" : "x"}`.replace(/\/$/, "") +
      piece.repeat(1_000_000 / new TextEncoder().encode(piece).length - 20);
    const { records: all } = await records([], `${text}\n`);
    assertEquals([all.length, all[0]?.input === text], [1, true], piece);
  }
});

if (TARGET !== "executable") {
  Deno.test("url: works without permissions, and requests none", async () => {
    const { code, stdout } = await runTool("url", ["--get", "{host}", "http://bücher.example/"], { flags: [] });
    assertEquals([code, stdout], [0, "xn--bcher-kva.example\n"]);
  });
}

peerTest("url: escapes control characters on a terminal", ["script"], async () => {
  const hostile = "http://h/\x1b]0;owned\x07\x9b31m?\x1b[31m=\u202e#\x7f";
  for (
    const args of [[], ["--get", "{path}{url}{query:\x1b[31m}"], ["--set", "port=1"], ["--compare"], [
      "--set",
      "port=1",
      "mailto:\x1b[2J",
    ], ["--decode", "http://h/%1b%5b2J"]]
  ) {
    const { program, args: words } = await toolArgs("url", [...args, hostile, "\x1b[2Jno"]);
    const quoted = [program, ...words].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    const output = await new Deno.Command("script", {
      args: ["--quiet", "--command", quoted, "/dev/null"],
      env: { NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const shown = new TextDecoder().decode(output.stdout);
    assertStringIncludes(shown, "\\x1b");
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    assertEquals(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]/.test(shown), false, JSON.stringify(shown));
  }
});

Deno.test("url: help, version, man page and completions", async () => {
  for (
    const [args, part] of [
      [["--help"], "toucan url [OPTION]... [URL]..."],
      [["--version"], "toucan url "],
      [["--man"], ".TH"],
      [["--completions", "bash"], "--sort-query"],
    ] as const
  ) {
    const { code, stdout, stderr } = await runTool("url", args);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, part);
  }
});
