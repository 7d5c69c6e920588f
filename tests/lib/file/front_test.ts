import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/mod.ts";
import { fileRefusal, READ_STATUS, WRITE_STATUS } from "../../../lib/file/server/file_status.ts";
import { Refusal } from "../../../lib/file/server/answer.ts";
import { serveFiles } from "../../../lib/file/mod.ts";
import { basicAuthorization } from "../../../lib/http/mod.ts";
import { allNames, served } from "../../kit/served.ts";
import { rawExchange } from "../../kit/raw.ts";
import { until } from "../../kit/wait.ts";

const CREDENTIALS = { user: "me", password: "right" };
const login = (password: string) => `Authorization: ${basicAuthorization({ user: "me", password })}\r\n`;

Deno.test("file serve: failed logins are limited per address, and others come in", async () => {
  await using site = await served({ "a": "x" }, { credentials: CREDENTIALS, trustProxy: ["loopback"] });
  const ask = async (password: string, client: string) => {
    const { status, field } = await site.ask("GET /a", `${login(password)}X-Forwarded-For: ${client}\r\n`);
    return [status, field("retry-after")] as const;
  };
  for (let i = 0; i < 10; i++) assertEquals((await ask("wrong", `2001:db8:0:1::${i}`))[0], 401);
  const [status, after] = await ask("wrong", "2001:db8:0:1::ffff");
  assertEquals(status, 429);
  assertMatch(after, /^[1-6]$/);
  assertEquals((await ask("right", "2001:db8:0:1::1"))[0], 429);
  assertEquals((await ask("right", "2001:db8:0:2::1"))[0], 200);
  // Who gives no password has guessed nothing.
  for (let i = 0; i < 20; i++) assertEquals((await site.ask("GET /a", "X-Forwarded-For: 192.0.2.7\r\n")).status, 401);
  assertEquals((await ask("right", "192.0.2.7"))[0], 200);
});

Deno.test("file serve: an empty password is refused", () => {
  for (const password of ["", " \n"]) {
    const options = { credentials: { user: "me", password } };
    assertEquals(assertThrows(() => serveFiles(".", "127.0.0.1:0", options), UsageError).code, "empty-password");
  }
});

Deno.test("file serve: other names only with allowHost, on loopback and beyond it", async () => {
  await using site = await served({ "a": "x" }, { allowHost: ["files.example", "*.lan"] });
  const host = (name: string) => async (port: number) =>
    Number((await rawExchange(port, `GET /a HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`)).slice(9, 12));
  await using beyond = serveFiles(site.root, "0.0.0.0:0", { allowHost: ["files.example"] });
  await using open = serveFiles(site.root, "0.0.0.0:0");
  const cases: readonly (readonly [name: string, loopback: number, beyond: number, open: number])[] = [
    ["files.example", 200, 200, 200],
    ["files.example:8000", 200, 200, 200],
    ["box.lan", 200, 421, 200],
    ["evil.example", 421, 421, 200],
    ["localhost", 200, 200, 200],
    ["192.0.2.7", 200, 200, 200],
  ];
  for (const [name, ...expected] of cases) {
    const ask = host(name);
    assertEquals([await ask(site.port), await ask(beyond.port ?? 0), await ask(open.port ?? 0)], expected, name);
  }
});

Deno.test("file serve: what a trusted proxy says is in the log and in redirects; what others say is not", async () => {
  const peers: string[] = [];
  const options = { allowHost: ["files.example"], onRequest: ({ peer }: { peer: string }) => void peers.push(peer) };
  const fields = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Host: files.example\r\nX-Forwarded-Prefix: /pub\r\n";
  await using trusting = await served({ "dir/a": "x" }, { ...options, trustProxy: ["127.0.0.1"] });
  assertEquals((await trusting.ask("GET /dir", fields)).field("location"), "/pub/dir/");
  assertEquals((await trusting.ask("GET /dir", "X-Forwarded-Host: evil.example\r\n")).status, 421);
  await using other = await served({ "dir/a": "x" }, options);
  assertEquals((await other.ask("GET /dir", fields)).field("location"), "/dir/");
  await until("the requests are logged", () => Promise.resolve(peers.length === 3));
  assertEquals(peers.map((peer) => peer.replace(/:\d+$/, "")), ["192.0.2.7", "127.0.0.1", "127.0.0.1"]);
});

Deno.test("file serve: an upload by a page behind a proxy is one of the same site", async () => {
  await using site = await served({}, { upload: true, allowHost: ["files.example"], trustProxy: ["loopback"] });
  const put = async (fields: string) => (await site.ask("PUT /a", fields, "x")).status;
  const origin = "Origin: https://files.example\r\n";
  assertEquals(await put(origin), 403);
  assertEquals(await put(`${origin}X-Forwarded-Host: files.example\r\n`), 201);
  assertEquals(await put(`${origin}Sec-Fetch-Site: same-origin\r\n`), 204);
  assertEquals(await put(`${origin}X-Forwarded-Host: files.example\r\nSec-Fetch-Site: cross-site\r\n`), 403);
});

Deno.test("file serve: paths as nginx normalises them, and queries that are not for it", async () => {
  await using site = await served({ "dir/a.txt": "hello", "dir/b/c": "c" });
  const cases: readonly (readonly [target: string, status: number])[] = [
    ["/./dir/a.txt", 200],
    ["//dir//a.txt", 200],
    ["/dir/./b/././c", 200],
    ["/dir/.", 200],
    ["/dir//", 200],
    ["/dir/a.txt/", 404],
    ["/dir/a.txt/.", 404],
    ["/dir/a.txt?v=1.2", 200],
    ["/dir/a.txt?list=csv&digest=md5", 200],
    ["/dir/a.txt?", 200],
    ["/dir/a.txt?%zz", 200],
    ["/dir/../dir/a.txt", 400],
  ];
  for (const [target, status] of cases) assertEquals((await site.ask(`GET ${target}`)).status, status, target);
});

/** Errors of the system, by class or code, and the status that a reader and a writer get. */
const ERRORS: readonly (readonly [error: Error, read: number, write: number])[] = [
  [new Deno.errors.NotFound("x"), 404, 409],
  [new Deno.errors.NotADirectory("x"), 404, 409],
  [new Deno.errors.IsADirectory("x"), 404, 409],
  [new Deno.errors.FilesystemLoop("x"), 404, 409],
  [new Deno.errors.PermissionDenied("x"), 403, 403],
  [new Deno.errors.NotCapable('Requires read access to "x", run again with the --allow-read flag'), 404, 403],
  [new Deno.errors.TimedOut("x"), 500, 500],
  ...([
    ["ENAMETOOLONG", 404, 400],
    ["ELOOP", 404, 409],
    ["EMFILE", 503, 503],
    ["ENFILE", 503, 503],
    ["ENOMEM", 503, 503],
    ["EIO", 503, 503],
    ["EACCES", 403, 403],
    ["EPERM", 403, 403],
    ["EROFS", 500, 403],
    ["ENOSPC", 500, 507],
    ["EDQUOT", 500, 507],
    ["EFBIG", 500, 507],
    ["ENOTEMPTY", 500, 409],
    ["EXDEV", 500, 409],
  ] as const).map(([code, read, write]) => [Object.assign(new Error("x"), { code }), read, write] as const),
  [new Error("Read-only file system (os error 30)"), 500, 403],
  [new Error("Input/output error (os error 5)"), 503, 503],
  [new Error("a fault of the server"), 500, 500],
];

for (const [error, read, write] of ERRORS) {
  const what = "code" in error ? String(error.code) : `${error.name} ${error.message}`;
  Deno.test(`file serve: status of ${what}`, () => {
    const statuses = [READ_STATUS, WRITE_STATUS].map((table) => {
      const refusal = fileRefusal(error, table);
      return refusal instanceof Refusal ? refusal.status : 500;
    });
    assertEquals(statuses, [read, write]);
  });
}

Deno.test("file serve: leftovers of a killed server go at its start, and nothing else", async () => {
  const leftover = ".toucan-0123456789abcdef.part";
  const others = [".toucan-0123456789abcde.part", ".toucan-0123456789abcdef.part.bak", "a.part"];
  const files = [leftover, `dir/deep/${leftover}`, ...others];
  await using site = await served(Object.fromEntries(files.map((name) => [name, "x"])));
  await Deno.writeTextFile(`${site.top}/${leftover}`, "outside");
  await Deno.symlink(site.top, `${site.root}/out`);
  await Deno.symlink(`${site.top}/secret`, `${site.root}/dir/.toucan-aaaaaaaaaaaaaaaa.part`);
  const busy = await Deno.open(`${site.root}/dir/.toucan-bbbbbbbbbbbbbbbb.part`, { write: true, createNew: true });
  await busy.lock(true);
  for (const name of files) await Deno.utime(`${site.root}/${name}`, 1e9, 1e9);
  await Deno.utime(`${site.root}/dir/.toucan-bbbbbbbbbbbbbbbb.part`, 1e9, 1e9);
  const left = () => allNames(site.root).filter((name) => name.includes("."));
  // Without uploads nothing is written.
  await serveFiles(site.root, "127.0.0.1:0").shutdown();
  const before = left();
  assertEquals(before.length, 7);
  await using _ = serveFiles(site.root, "127.0.0.1:0", { upload: true });
  const gone = [leftover, `dir/deep/${leftover}`];
  await until("the leftovers are gone", () => Promise.resolve(left().length === 5));
  assertEquals(left(), before.filter((name) => !gone.includes(name)));
  assertEquals(await Deno.readTextFile(`${site.top}/${leftover}`), "outside");
  busy.close();
});

Deno.test("file serve: the trace shows the heads, without the password", async () => {
  const lines: string[] = [];
  const trace = ({ direction, text }: { direction: string; text: string }) => void lines.push(`${direction} ${text}`);
  await using site = await served({ "a": "hello" }, { credentials: CREDENTIALS, trace });
  for (const _ of [1, 2]) {
    lines.length = 0;
    await site.ask("GET /a", login("right"));
    assertEquals(lines[0], "< GET /a HTTP/1.1");
    assertEquals(lines.includes("< Authorization: Basic ***"), true);
    const at = lines.indexOf("> HTTP/1.1 200 OK");
    assertEquals(at > 0 && lines.slice(at).some((line) => /^> content-length: 5$/i.test(line)), true, lines.join("\n"));
    assertEquals(lines.some((line) => line.includes("hello")), false);
  }
});
