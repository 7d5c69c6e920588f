import { assert, assertEquals, assertMatch } from "@std/assert";
import { UsageError } from "../../../lib/core/mod.ts";
import { parseAddress } from "../../../lib/core/mod.ts";
import { type FileServerOptions, serveFiles } from "../../../lib/file/mod.ts";
import { octets } from "../../kit/raw.ts";
import { allNames, formOf, type Served, served } from "../../kit/served.ts";

const open = (files: Record<string, string> = {}, options: FileServerOptions = {}) =>
  served(files, { upload: true, ...options });
const FORM = "Content-Type: multipart/form-data; boundary=B\r\n";
const read = (site: Served, path: string) => Deno.readTextFileSync(`${site.root}/${path}`);

Deno.test("file upload: PUT makes and replaces files, and says what it has stored", async () => {
  await using site = await open();
  const made = await site.ask("PUT /new/deep/a.txt", "", "hello");
  assertEquals([made.status, read(site, "new/deep/a.txt")], [201, "hello"]);
  assertEquals(made.field("repr-digest"), "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:");
  const replaced = await site.ask("PUT /new/deep/a.txt", `If-Match: ${made.field("etag")}\r\n`, "other");
  assertEquals([replaced.status, read(site, "new/deep/a.txt")], [204, "other"]);
  const chunked = await site.ask("PUT /c", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n");
  assertEquals([chunked.status, read(site, "c")], [201, "abc"]);
  assertEquals([(await site.ask("PUT /empty", "Content-Length: 0\r\n")).status, read(site, "empty")], [201, ""]);
  assertEquals([(await site.ask("PUT /folder/")).status, (await site.ask("PUT /folder/")).status], [201, 204]);
  assertEquals(allNames(site.root), ["c", "empty", "folder/", "new/", "new/deep/", "new/deep/a.txt"]);
});

Deno.test("file upload: PUT keeps mode and links of what it replaces", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await using site = await open({ "private": "old", "group": "old", "hard": "old", "target": "old" });
  const at = (name: string) => `${site.root}/${name}`;
  const mode = (name: string) => (Deno.lstatSync(at(name)).mode ?? 0) & 0o777;
  Deno.chmodSync(at("private"), 0o600);
  Deno.chmodSync(at("group"), 0o664);
  Deno.linkSync(at("hard"), at("same"));
  Deno.symlinkSync("target", at("link"));
  for (const name of ["private", "group", "hard", "link"]) {
    assertEquals([(await site.ask(`PUT /${name}`, "", "new")).status, read(site, name)], [204, "new"], name);
  }
  assertEquals([mode("private"), mode("group"), read(site, "same")], [0o600, 0o664, "new"]);
  assertEquals([Deno.lstatSync(at("link")).isSymlink, read(site, "target")], [true, "new"]);
  assertEquals(allNames(site.root).filter((name) => name.includes(".part")), []);
});

Deno.test("file upload: PUT keeps to its conditions", async () => {
  await using site = await open({ "a": "old" });
  const cases: readonly (readonly [line: string, fields: string, status: number])[] = [
    ["PUT /a", "If-None-Match: *\r\n", 412],
    ["PUT /a", 'If-Match: "x"\r\n', 412],
    ["PUT /b", "If-Match: *\r\n", 412],
    ["PUT /a", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 412],
    ["PUT /a", "Content-Range: bytes 0-2/5\r\n", 400],
    ["PUT /a", "Content-Encoding: gzip\r\n", 415],
    ["PUT /a", "Repr-Digest: sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:\r\n", 400],
  ];
  for (const [line, fields, status] of cases) {
    assertEquals((await site.ask(line, fields, "new")).status, status, fields);
    assertEquals([read(site, "a"), allNames(site.root)], ["old", ["a"]], fields);
  }
  const good = "Repr-Digest: sha-256=:EVB6Di9eadXfpApiob17buV+a82FxnybhDGzb/8hxDc=:\r\n";
  assertEquals((await site.ask("PUT /b", `If-None-Match: *\r\n`, "new")).status, 201);
  assertEquals([(await site.ask("PUT /a", good, "new")).status, read(site, "a")], [204, "new"]);
});

Deno.test("file upload: of many that create one file, or replace one version, one wins", async () => {
  await using site = await open({ "v": "0" });
  const race = async (path: string, fields: string, good: number) => {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => site.ask(`PUT ${path}`, fields, `${i}`)));
    assertEquals(answers.filter(({ status }) => status === good).length, 1);
    assertEquals(answers.filter(({ status }) => status === 412).length, 9);
    assertEquals(read(site, path.slice(1)), `${answers.findIndex(({ status }) => status === good)}`);
  };
  await race("/new", "If-None-Match: *\r\n", 201);
  const { field } = await site.ask("PUT /v", "", "x");
  await race("/v", `If-Match: ${field("etag")}\r\n`, 204);
  assertEquals(allNames(site.root), ["new", "v"]);
});

Deno.test("file upload: many at once into folders that none has made yet", async () => {
  await using site = await served({}, { upload: true });
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, i) => site.ask(`PUT /${round}/a/b/${i}`, "", `${i}`)),
    );
    assertEquals(answers.map(({ status, body }) => `${status} ${body}`), Array(16).fill("201 "));
  }
});

Deno.test("file upload: only free names, and never outside", async () => {
  await using site = await open({ "dir/x": "x", "file": "f", ".hidden/x": "x" });
  const { root, top } = site;
  await Deno.symlink(top, `${root}/out`);
  await Deno.symlink(`${top}/secret`, `${root}/link`);
  const refused: readonly (readonly [path: string, status: number])[] = [
    ["/../x", 400],
    ["/%2e%2e/x", 400],
    ["/a%2fb", 400],
    ["/a%00", 400],
    ["/.dot", 403],
    ["/.hidden/y", 403],
    ["/dir/.x/y", 403],
    ["/.toucan-0123456789abcdef.part", 400],
    [`/${"n".repeat(256)}`, 400],
    ["/dir", 409],
    ["/", 204],
    ["/file/x", 409],
    ["/file/", 409],
    ["/out/x", 409],
    ["/out/secret", 409],
    ["/link/x", 409],
  ];
  const before = allNames(top);
  for (const [path, status] of refused) {
    assertEquals((await site.ask(`PUT ${path}`, "", path.endsWith("/") ? "" : "new")).status, status, path);
  }
  assertEquals(allNames(top), before);
  // A link gives way to the file; what it led to is left alone.
  assertEquals((await site.ask("PUT /link", "", "new")).status, 204);
  assertEquals([Deno.lstatSync(`${root}/link`).isFile, Deno.readTextFileSync(`${top}/secret`)], [
    true,
    "SECRET outside",
  ]);
});

Deno.test("file upload: a form stores its files when all of it has come", async () => {
  await using site = await open({ "dir/old": "old" });
  const names = ["a.txt", "ünï 🦜", "qu%22ote", "lit%20eral"];
  const bytes = (text: string) => String.fromCharCode(...new TextEncoder().encode(text));
  const form = bytes(formOf(names.map((name) => [name, `<${name}>`])));
  const answer = await site.ask("POST /dir/", FORM, form);
  assertEquals([answer.status, allNames(site.root)], [201, [
    "dir/",
    "dir/a.txt",
    "dir/lit%20eral",
    "dir/old",
    'dir/qu"ote',
    "dir/ünï 🦜",
  ]]);
  const browser = await site.ask("POST /dir/", `${FORM}Accept: text/html,*/*\r\n`, formOf([["b", "1"]]));
  assertEquals([browser.status, browser.field("location")], [303, "/dir/"]);
  const before = allNames(site.root);
  const cases: readonly (readonly [form: string, status: number])[] = [
    [formOf([["new1", "1"], ["old", "2"]]), 409],
    [formOf([["new1", "1"], ["new1", "2"]]), 400],
    [formOf([["new1", "1"], ["../x", "2"]]), 400],
    [formOf([["new1", "1"], ["..\\x", "2"]]), 400],
    [formOf([["new1", "1"], [".bashrc", "2"]]), 403],
    [formOf([["new1", "1"], ["/etc/x", "2"]]), 400],
    [formOf([["new1", "1"]]).slice(0, -6), 400],
    [formOf([["new1", "1"]], "C"), 400],
    ["nonsense", 400],
  ];
  for (const [form, status] of cases) {
    assertEquals((await site.ask("POST /dir/", FORM, form)).status, status, form);
    assertEquals([allNames(site.root), read(site, "dir/old")], [before, "old"], form);
  }
  assertEquals((await site.ask("POST /dir/", "Content-Type: text/plain\r\n", "x")).status, 415);
  assertEquals((await site.ask("POST /none/", FORM, formOf([["a", "1"]]))).status, 404);
  // A form in which no file was chosen.
  assertEquals((await site.ask("POST /dir/", FORM, formOf([["", ""]]))).status, 400);
  await using over = await open({ "old": "old" }, { overwrite: true });
  assertEquals([(await over.ask("POST /", FORM, formOf([["old", "new"]]))).status, read(over, "old")], [201, "new"]);
});

Deno.test("file upload: size limits hold for each way to bring a file", async () => {
  await using site = await open({}, { maxSize: 1000 });
  assertEquals((await site.ask("PUT /a", "", "x".repeat(1000))).status, 201);
  assertEquals((await site.ask("PUT /b", "", "x".repeat(1001))).status, 413);
  assertEquals((await site.ask("PUT /b", "Content-Length: 99999999999\r\n")).status, 413);
  assertEquals(
    (await site.ask("PUT /b", `Transfer-Encoding: chunked\r\n\r\n3e9\r\n${"x".repeat(1001)}\r\n0\r\n`)).status,
    413,
  );
  assertEquals((await site.ask("POST /", FORM, formOf([["b", "x".repeat(1001)]]))).status, 413);
  assertEquals((await site.ask("POST /", FORM, formOf([["b", "x".repeat(1000)], ["c", "y"]]))).status, 201);
  assertEquals(allNames(site.root), ["a", "b", "c"]);
});

Deno.test("file upload: pages of other sites cannot write", async () => {
  await using site = await open();
  const origin = `http://127.0.0.1:${site.port}`;
  const cases: readonly (readonly [fields: string, good: boolean])[] = [
    ["", true],
    [`Origin: ${origin}\r\n`, true],
    [`Origin: ${origin}\r\nSec-Fetch-Site: same-origin\r\n`, true],
    ["Sec-Fetch-Site: none\r\n", true],
    ["Origin: null\r\n", false],
    ["Origin: http://evil.example\r\n", false],
    [`Origin: http://127.0.0.1:${site.port + 1}\r\n`, false],
    [`Origin: ${origin}.evil.example\r\n`, false],
    ["Sec-Fetch-Site: cross-site\r\n", false],
    ["Sec-Fetch-Site: same-site\r\n", false],
  ];
  for (const [fields, good] of cases) {
    assertEquals((await site.ask("PUT /a", fields, "x")).status < 300, good, fields);
    // A form without a file gets as far as that, or is refused before it is read.
    assertEquals((await site.ask("POST /", FORM + fields, formOf([["", ""]]))).status, good ? 400 : 403, fields);
  }
  // An uploaded file does not act in the name of the server.
  assertMatch((await site.ask("GET /a")).field("content-security-policy"), /^sandbox /);
});

Deno.test("serveFiles: uploads from other machines require a password, or an explicit option", async () => {
  const folder = await Deno.makeTempDir();
  const address = parseAddress("0.0.0.0:0", { anyPort: true });
  try {
    serveFiles(folder, address, { upload: true });
    assert(false);
  } catch (error) {
    assert(error instanceof UsageError);
    assertEquals(error.code, "upload-unprotected");
  }
  const credentials = { user: "me", password: "x" };
  for (const options of [{ credentials }, { allowAnonymousUpload: true }, { upload: false }]) {
    await serveFiles(folder, address, { upload: true, ...options }).shutdown();
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("file upload: cut at every phase, nothing is left and the server is up", async () => {
  await using site = await open({ "a": "old" });
  const host = `Host: 127.0.0.1:${site.port}\r\n`;
  const form = formOf([["b", "hello"], ["c", "world"]]);
  const requests = [
    `PUT /a HTTP/1.1\r\n${host}Content-Length: 10\r\n\r\n0123456789`,
    `PUT /n/b HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n`,
    `POST / HTTP/1.1\r\n${host}${FORM}Content-Length: ${form.length}\r\n\r\n${form}`,
  ];
  for (const request of requests) {
    const step = request.startsWith("POST") ? 7 : 3;
    for (let end = 1; end < request.length; end += step) {
      using conn = await Deno.connect({ hostname: "127.0.0.1", port: site.port });
      await conn.write(octets(request.slice(0, end)));
      await conn.closeWrite();
      // The server has noticed when it closes, too; it does not take the client's doing for a fault of its own.
      assertMatch(await new Response(conn.readable).text(), /^(?:HTTP\/1\.1 400 |$)/);
    }
  }
  assertEquals([allNames(site.root).filter((name) => name !== "n/"), read(site, "a")], [["a"], "old"]);
  assertEquals((await site.ask("PUT /n/b", "", "whole")).status, 201);
});

Deno.test("file upload: what is neither a file nor a link keeps its place", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await using site = await open();
  using _ = Deno.listen({ transport: "unix", path: `${site.root}/socket` });
  assertEquals((await site.ask("PUT /socket", "", "x")).status, 409);
  assertEquals([Deno.lstatSync(`${site.root}/socket`).isSocket, allNames(site.root)], [true, ["socket"]]);
});
