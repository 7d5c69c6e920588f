import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/mod.ts";
import { type FtpTarget, readFtpUrl } from "../../../lib/ftp/mod.ts";

type Parts = Partial<Omit<FtpTarget, "address">> & { readonly host?: string; readonly port?: number };

const URLS: readonly [url: string, parts: Parts][] = [
  ["ftp://h/a/b", { host: "h", port: 21, security: "none", path: "a/b", folder: false, user: undefined }],
  ["ftps://h/a", { host: "h", port: 990, security: "implicit", path: "a" }],
  ["ftp://h:2121", { port: 2121, path: "", folder: true }],
  ["ftps://h:21/", { port: 21, path: "", folder: true }],
  ["FTP://H.EXAMPLE/", { host: "h.example" }],
  ["ftp://[::1]:2121/x", { host: "::1", port: 2121 }],
  ["ftp://h/pub/", { path: "pub/", folder: true }],
  ["ftp://h/%2Fetc/motd", { path: "/etc/motd" }],
  ["ftp://h//etc/motd", { path: "/etc/motd" }],
  ["ftp://h/%2F", { path: "/", folder: true }],
  ["ftp://h/a%20b%C3%BC", { path: "a bü" }],
  ["ftp://h/a?b=c", { path: "a?b=c" }],
  ["ftp://h/a%3Bb", { path: "a;b" }],
  ["ftp://h/a;type=i", { path: "a", typecode: "i", folder: false }],
  ["ftp://h/a;type=A", { path: "a", typecode: "a" }],
  ["ftp://h/a;type=d", { path: "a", typecode: "d", folder: true }],
  ["ftp://h/a;type=x", { path: "a;type=x", typecode: undefined }],
  ["ftp://h/a/../b", { path: "b" }],
  ["ftp://h/../../etc", { path: "etc" }],
  ["ftp://h/a%23part", { path: "a#part" }],
  ["ftp://ada@h/", { user: "ada", password: undefined }],
  ["ftp://ada:s%40c:ret@h/", { user: "ada", password: "s@c:ret" }],
];

for (const [url, parts] of URLS) {
  Deno.test(`ftp url: ${url}`, () => {
    const { address: { host, port }, ...rest } = readFtpUrl(url);
    const found: Parts = { host, port, ...rest };
    const names = Object.keys(parts) as (keyof Parts)[];
    assertEquals(Object.fromEntries(names.map((name) => [name, found[name]])), parts);
    assertEquals(readFtpUrl(new URL(url)).path, rest.path);
  });
}

const INVALID = [
  ...["http://h/a", "h/a", "", "ftp:", "ftp://", "ftps:///a", "ftps:a", "ftp://h/a#part", "ftp://h/a#"],
  ...[
    "ftp://h/a%0D%0ADELE%20b",
    "ftp://h/a%0a",
    "ftp://h/a%00",
    "ftp://a%0Ab@h/",
    "ftp://a:b%0D@h/",
    "ftp://h/%ff",
    "ftp://:pw@h/",
  ],
];

for (const url of INVALID) {
  Deno.test(`ftp url: ${JSON.stringify(url)} is invalid`, () => {
    assertEquals(assertThrows(() => readFtpUrl(url), UsageError).code, "invalid-url");
  });
}

Deno.test("ftp url: an error does not repeat the password", () => {
  const { message } = assertThrows(() => readFtpUrl("ftp://ada:s3cret@h/%00"), UsageError);
  assertEquals(message.includes("s3cret"), false);
});
