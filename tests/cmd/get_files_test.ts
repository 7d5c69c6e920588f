import { assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { HAS_FULL_TLS } from "../kit/runtime.ts";
import { type Place, testSite } from "../kit/site.ts";
import { runTool, toolArgs } from "../kit/tool.ts";
import { formatHttpDate } from "../../lib/http/mod.ts";

const LINUX = { ignore: Deno.build.os !== "linux" };
const BODY = "new content\n";
const MODIFIED = "Mon, 01 Jan 2024 00:00:00 GMT";
const TIME = Date.parse(MODIFIED);

const named = (name: string, body: string): Place => ({
  headers: { "Content-Disposition": `attachment; filename="${name}"` },
  body,
});
const dated = (text: string): Place => ({ headers: { "Last-Modified": text }, body: BODY });
const SITE: Readonly<Record<string, Place>> = {
  "/f": { headers: { "Last-Modified": MODIFIED, "ETag": '"1"' }, body: BODY },
  "/same/f": { body: "another\n" },
  "/named/1": named("f.tar.gz", "1"),
  "/named/2": named("f.tar.gz", "2"),
  "/named/3": named("f.tar.gz", "3"),
  "/case/f": { body: "f" },
  "/case/F": { body: "F" },
  "/bogus": dated("yesterday"),
  "/future": dated(formatHttpDate(Date.now() + 86_400_000)),
  "/epoch": dated("Thu, 01 Jan 1970 00:00:00 GMT"),
  "/page": { headers: { "Content-Type": "text/html" }, body: "<p>page" },
  "/empty": { body: "" },
  "/head/405": ({ method }) => method === "HEAD" ? { status: 405 } : { body: BODY },
  "/head/empty": ({ method }) => method === "HEAD" ? { body: "" } : { body: BODY },
  "/head/other": ({ method }) => ({ body: method === "HEAD" ? "an error page" : BODY }),
  "/chunks": () => ({ body: new Blob([BODY]).stream() }),
};

interface Way {
  readonly args: readonly string[];
  /** Creates the files, and prepares everything else. */
  readonly before?: (folder: string) => void;
  /** Whether it fails on Deno 2.7. */
  readonly newer?: boolean;
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: RegExp;
  readonly after: (folder: string) => unknown;
  readonly is: unknown;
}

const write = (name: string, mode?: number) => (folder: string) =>
  Deno.writeTextFileSync(`${folder}/${name}`, "old", { mode });
const read = (...names: string[]) => (folder: string) =>
  names.map((name) => Deno.readTextFileSync(`${folder}/${name}`));
const stat = (folder: string, name: string) => Deno.lstatSync(`${folder}/${name}`);
const times = (name: string) => (folder: string) => stat(folder, name).mtime?.getTime();
const START = Date.now();
/** Returns whether the time of a file is that of its creation; other dates in these tests differ by hours. */
const isRecent = (name: string) => (folder: string) => Math.abs((times(name)(folder) ?? 0) - START) < 12 * 3_600_000;

/** Cases of replacing, naming and dating a file; `URL` stands for the site. */
const WAYS: Readonly<Record<string, Way>> = {
  "a replaced file keeps its mode": {
    args: ["-f", "-o", "f", "URL/f"],
    before: write("f", 0o600),
    after: (folder) => [(stat(folder, "f").mode ?? 0) & 0o777, ...read("f")(folder)],
    is: [0o600, BODY],
  },
  "a link to a file is followed": {
    args: ["-f", "-o", "link", "URL/f"],
    before(folder) {
      write("f", 0o640)(folder);
      Deno.symlinkSync("f", `${folder}/link`);
    },
    stdout: "link\n",
    after: (folder) => [stat(folder, "link").isSymlink, (stat(folder, "f").mode ?? 0) & 0o777, ...read("f")(folder)],
    is: [true, 0o640, BODY],
  },
  "a link whose target is missing creates that": {
    args: ["-f", "-o", "link", "URL/f"],
    before: (folder) => Deno.symlinkSync("f", `${folder}/link`),
    newer: true,
    stdout: "link\n",
    after: (folder) => [stat(folder, "link").isSymlink, ...read("f")(folder)],
    is: [true, BODY],
  },
  "hard links stay one file": {
    args: ["-f", "-o", "f", "URL/f"],
    before(folder) {
      write("f")(folder);
      Deno.linkSync(`${folder}/f`, `${folder}/other`);
    },
    after: (folder) => [stat(folder, "f").nlink, ...read("other")(folder)],
    is: [2, BODY],
  },
  "a link is not followed without --force": {
    args: ["-o", "link", "URL/f"],
    before(folder) {
      write("f")(folder);
      Deno.symlinkSync("f", `${folder}/link`);
    },
    code: 5,
    stdout: "",
    stderr: /link already exists/,
    after: read("f"),
    is: ["old"],
  },
  "the time is that of Last-Modified": { args: ["-o", "f", "URL/f"], after: times("f"), is: TIME },
  "an invalid date is none": { args: ["-o", "f", "URL/bogus"], after: isRecent("f"), is: true },
  "a date that is yet to come is none": { args: ["-o", "f", "URL/future"], after: isRecent("f"), is: true },
  "the epoch is no date": { args: ["-o", "f", "URL/epoch"], after: isRecent("f"), is: true },
  "one name three times, with --force": {
    args: ["--save", "-f", "URL/f", "URL/same/f", "URL/f"],
    stdout: "f\nf-2\nf-3\n",
    after: read("f", "f-2", "f-3"),
    is: [BODY, "another\n", BODY],
  },
  "one name three times, without --force": {
    args: ["--save", "URL/f", "URL/same/f", "URL/f"],
    stdout: "f\nf-2\nf-3\n",
    after: read("f", "f-2", "f-3"),
    is: [BODY, "another\n", BODY],
  },
  "one name in a page, twice": {
    args: ["--page", "-f", "-D", "d", "URL/page", "URL/page"],
    stdout: "d/page.html\nd/page-2.html\n",
    after: () => 0,
    is: 0,
  },
  "--parallel numbers in the order of the URLs": {
    args: ["--save", "-P", "3", "-q", "URL/f", "URL/same/f", "URL/f"],
    stdout: undefined,
    after: read("f", "f-2", "f-3"),
    is: [BODY, "another\n", BODY],
  },
  "the server's names are numbered before .tar.gz": {
    args: ["--save", "-P", "3", "URL/named/1", "URL/named/2", "URL/named/3"],
    stdout: undefined,
    after: (folder) => read("f.tar.gz", "f-2.tar.gz", "f-3.tar.gz")(folder).sort(),
    is: ["1", "2", "3"],
  },
  "a finished --save --resume again": {
    args: ["--save", "--resume", "URL/f"],
    before: (folder) => Deno.writeTextFileSync(`${folder}/f`, BODY),
    stderr: /^already complete: f\n$/,
    after: read("f"),
    is: [BODY],
  },
  "a finished -o --resume again": {
    args: ["-o", "f", "--resume", "URL/f"],
    before: (folder) => Deno.writeTextFileSync(`${folder}/f`, BODY),
    stderr: /^already complete: f\n$/,
    after: read("f"),
    is: [BODY],
  },
  "a finished empty file again": {
    args: ["-o", "f", "--resume", "URL/empty"],
    before: (folder) => Deno.writeTextFileSync(`${folder}/f`, ""),
    stderr: /^already complete: f\n$/,
    after: read("f"),
    is: [""],
  },
  "a finished file again, of a server that tells no size": {
    args: ["-o", "f", "--resume", "URL/chunks"],
    before: (folder) => Deno.writeTextFileSync(`${folder}/f`, BODY),
    stderr: /^already complete: f\n$/,
    after: read("f"),
    is: [BODY],
  },
  ...Object.fromEntries(
    ["405", "empty", "other"].map((kind): [string, Way] => [`a finished file again, HEAD: ${kind}`, {
      args: ["-o", "f", "--resume", `URL/head/${kind}`],
      before: (folder) => Deno.writeTextFileSync(`${folder}/f`, BODY),
      stderr: /^already complete: f\n$/,
      after: read("f"),
      is: [BODY],
    }]),
  ),
  "a finished file has another checksum": {
    args: ["-o", "f", "--resume", "--checksum", `md5:${"0".repeat(32)}`, "URL/f"],
    before: (folder) => Deno.writeTextFileSync(`${folder}/f`, BODY),
    code: 5,
    stderr: /f already exists, and its md5 differs\n/,
    after: read("f"),
    is: [BODY],
  },
  "another file is not complete": {
    args: ["--save", "--resume", "URL/f"],
    before: write("f"),
    code: 5,
    stdout: "",
    stderr: /f already exists, and differs from the one on the server\n/,
    after: read("f"),
    is: ["old"],
  },
  "a long name of the user's": {
    args: ["-o", `${"ä".repeat(125)}.txt`, "URL/f"],
    stdout: undefined,
    after: read(`${"ä".repeat(125)}.txt`),
    is: [BODY],
  },
};

for (const [what, { args, before, newer, code = 0, stdout, stderr = /^$/, after, is }] of Object.entries(WAYS)) {
  Deno.test(
    `get files: ${what}`,
    { ignore: LINUX.ignore || (newer && !HAS_FULL_TLS) },
    () =>
      withFolder(async (cwd) => {
        await using site = testSite(SITE);
        before?.(cwd);
        const result = await runTool("get", args.map((word) => word.replace("URL/", site.url)), { cwd });
        assertMatch(result.stderr, stderr);
        if (stdout !== undefined) assertEquals(result.stdout, stdout);
        assertEquals(result.code, code);
        assertEquals(after(cwd), is);
        assertEquals([...Deno.readDirSync(cwd)].filter(({ name }) => /\.part/.test(name)), []);
      }),
  );
}

Deno.test("get --save: names that differ only in case are both saved", LINUX, () =>
  withFolder(async (cwd) => {
    await using site = testSite(SITE);
    const { stdout } = await runTool("get", ["--save", `${site.url}case/f`, `${site.url}case/F`], { cwd });
    assertEquals(stdout.trim().split("\n").map((name) => Deno.readTextFileSync(`${cwd}/${name}`)), ["f", "F"]);
  }));

Deno.test(
  "get --force: a failed transfer leaves the file and the link unchanged",
  LINUX,
  () =>
    withFolder(async (cwd) => {
      await using site = testSite(SITE);
      Deno.writeTextFileSync(`${cwd}/f`, "old");
      Deno.linkSync(`${cwd}/f`, `${cwd}/other`);
      assertEquals((await runTool("get", ["-f", "-o", "f", `${site.url}missing`], { cwd })).code, 1);
      assertEquals([Deno.readTextFileSync(`${cwd}/f`), Deno.lstatSync(`${cwd}/f`).nlink], ["old", 2]);
    }),
);

/** Shell constructs with `get … -o`, and the results. */
const REDIRECTED: readonly (readonly [what: string, rest: string, out: string])[] = [
  ["/dev/stdout", "/dev/stdout", BODY],
  ["/dev/fd/1", "/dev/fd/1", BODY],
  ["/dev/stderr", "/dev/stderr 2>&1 >/dev/null", BODY],
  ["a command", ">(sed s/new/piped/) >/dev/null | cat", "piped content\n"],
];
for (const [what, rest, out] of REDIRECTED) {
  Deno.test(`get -o ${what}: written in place`, {
    ignore: LINUX.ignore || (what === "a command" && !HAS_FULL_TLS),
  }, () =>
    withFolder(async (cwd) => {
      await using site = testSite(SITE);
      const { program, args } = await toolArgs("get", [`${site.url}f`, "-o"]);
      const script = what === "a command" ? `exec 3>&1; "$@" >(sed s/new/piped/ >&3) >/dev/null` : `"$@" ${rest}`;
      const { stdout } = await new Deno.Command("bash", { args: ["-c", script, "bash", program, ...args], cwd })
        .output();
      assertEquals(new TextDecoder().decode(stdout), out);
    }));
}

Deno.test("get -: skips blank lines and comments of a list", () =>
  withFolder(async (cwd) => {
    await using site = testSite(SITE);
    const stdin = `\ufeff# a list\r\n\r\n   \r\n${site.url}f\r\n  # end\r\n`;
    const { code, stdout, stderr } = await runTool("get", ["-"], { cwd, stdin });
    assertEquals([code, stdout, stderr], [0, BODY, ""]);
  }));
