import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Listing } from "../../../lib/file/mod.ts";
import { readUntil } from "../../kit/raw.ts";
import { age, served, settled, takeApart } from "../../kit/served.ts";

const DIGITS = "0123456789";

Deno.test("file serve: GET and HEAD, with what a client needs to ask again", async () => {
  await using site = await served({ "a.txt": DIGITS, "ä b.ts": "export {}", "bin": "x", "empty": "" });
  age(`${site.root}/a.txt`);
  const got = await settled(site, "/a.txt");
  assertEquals([got.status, got.body, got.field("content-length")], [200, DIGITS, "10"]);
  assertEquals(got.field("content-type"), "text/plain; charset=utf-8");
  assertEquals([got.field("x-content-type-options"), got.field("accept-ranges")], ["nosniff", "bytes"]);
  assertMatch(got.field("etag"), /^"[0-9a-z-]+"$/);
  assertMatch(got.field("last-modified"), / GMT$/);
  const head = await site.ask("HEAD /a.txt");
  assertEquals([head.status, head.body, head.field("content-length"), head.field("etag")], [
    200,
    "",
    "10",
    got.field("etag"),
  ]);
  assertEquals((await site.ask("GET /%C3%A4%20b.ts")).field("content-type"), "application/typescript; charset=utf-8");
  assertEquals((await site.ask("GET /bin")).field("content-type"), "application/octet-stream");
  const empty = await site.ask("GET /empty");
  assertEquals([empty.status, empty.body, empty.field("content-length")], [200, "", "0"]);
  assertEquals((await site.ask("GET /a.txt/")).status, 404);
  assertEquals((await site.ask("GET /none")).status, 404);
});

Deno.test("file serve: the methods that there are, with and without uploads", async () => {
  await using site = await served({ "a": "x" });
  await using open = await served({ "a": "x" }, { upload: true });
  for (const method of ["PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "MKCOL", "get"]) {
    const answer = await site.ask(`${method} /a`);
    assertEquals([answer.status, answer.field("allow")], [405, "GET, HEAD"], method);
  }
  const answer = await open.ask("DELETE /a");
  assertEquals([answer.status, answer.field("allow")], [405, "GET, HEAD, PUT, POST"]);
});

/** Values of Range, and the responses: the body, or a status. */
const RANGES: readonly (readonly [range: string, status: number, body?: string, contentRange?: string])[] = [
  ["bytes=0-0", 206, "0", "bytes 0-0/10"],
  ["bytes=2-5", 206, "2345", "bytes 2-5/10"],
  ["bytes=7-", 206, "789", "bytes 7-9/10"],
  ["bytes=-3", 206, "789", "bytes 7-9/10"],
  ["bytes=-99", 206, DIGITS, "bytes 0-9/10"],
  ["bytes=5-99999999", 206, "56789", "bytes 5-9/10"],
  ["BYTES=1-1", 206, "1", "bytes 1-1/10"],
  ["bytes=10-", 416, undefined, "bytes */10"],
  ["bytes=99-100", 416, undefined, "bytes */10"],
  ["bytes=-0", 416, undefined, "bytes */10"],
  ["bytes=5-2", 200, DIGITS],
  ["bytes=-5-2", 200, DIGITS],
  ["bytes=--5", 200, DIGITS],
  ["bytes=a-b", 200, DIGITS],
  ["bytes=", 200, DIGITS],
  ["bytes=0-18446744073709551616", 200, DIGITS],
  ["bytes=18446744073709551615-", 200, DIGITS],
  ["bytes=0x1-2", 200, DIGITS],
  ["lines=1-2", 200, DIGITS],
  [`bytes=${Array.from({ length: 1000 }, () => "0-0").join(",")}`, 200, DIGITS],
  ["bytes=0-,0-,0-,0-", 200, DIGITS],
  ["bytes=0-9,0-9", 200, DIGITS],
];

Deno.test("file serve: ranges, and the tricks that are played with them", async () => {
  await using site = await served({ "a": DIGITS });
  age(`${site.root}/a`);
  for (const [range, status, body, contentRange = ""] of RANGES) {
    const answer = await site.ask("GET /a", `Range: ${range}\r\n`);
    const what = range.slice(0, 60);
    assertEquals([answer.status, answer.field("content-range")], [status, contentRange], what);
    if (body !== undefined) assertEquals([answer.body, answer.field("content-length")], [body, `${body.length}`], what);
  }
  // Of HEAD there is no part.
  assertEquals((await site.ask("HEAD /a", "Range: bytes=1-2\r\n")).status, 200);
});

Deno.test("file serve: several ranges come as parts", async () => {
  await using site = await served({ "a.txt": DIGITS });
  const answer = await site.ask("GET /a.txt", "Range: bytes=0-1, 8-, -1\r\n");
  assertEquals(answer.status, 206);
  const boundary = /^multipart\/byteranges; boundary=(\S+)$/.exec(answer.field("content-type"))?.[1] ?? "";
  const part = (range: string, body: string) =>
    `--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes ${range}/10\r\n\r\n${body}\r\n`;
  assertEquals(answer.body, `${part("0-1", "01")}${part("8-9", "89")}${part("9-9", "9")}--${boundary}--\r\n`);
  assertEquals(answer.field("content-length"), `${answer.body.length}`);
});

Deno.test("file serve: conditions, and If-Range", async () => {
  await using site = await served({ "a": DIGITS });
  age(`${site.root}/a`);
  const { field } = await settled(site, "/a");
  const [etag, date] = [field("etag"), field("last-modified")];
  const later = new Date(Date.parse(date) + 5000).toUTCString();
  const earlier = new Date(Date.parse(date) - 5000).toUTCString();
  const cases: readonly (readonly [fields: string, status: number])[] = [
    [`If-None-Match: ${etag}\r\n`, 304],
    [`If-None-Match: W/${etag}\r\n`, 304],
    [`If-None-Match: "x", ${etag}\r\n`, 304],
    ["If-None-Match: *\r\n", 304],
    ['If-None-Match: "x"\r\n', 200],
    [`If-None-Match: "x"\r\nIf-Modified-Since: ${date}\r\n`, 200],
    [`If-Modified-Since: ${date}\r\n`, 304],
    // The file may have been set back to an older one: only the very same date says that it is the same.
    [`If-Modified-Since: ${later}\r\n`, 200],
    [`If-Modified-Since: ${earlier}\r\n`, 200],
    [`If-Match: ${etag}\r\n`, 200],
    ['If-Match: "x"\r\n', 412],
    [`If-Unmodified-Since: ${earlier}\r\n`, 412],
    [`If-Unmodified-Since: ${date}\r\n`, 200],
    [`Range: bytes=1-2\r\nIf-Range: ${etag}\r\n`, 206],
    [`Range: bytes=1-2\r\nIf-Range: W/${etag}\r\n`, 200],
    ['Range: bytes=1-2\r\nIf-Range: "x"\r\n', 200],
    [`Range: bytes=1-2\r\nIf-Range: ${date}\r\n`, 206],
    [`Range: bytes=1-2\r\nIf-Range: ${later}\r\n`, 200],
    [`Range: bytes=1-2\r\nIf-None-Match: ${etag}\r\n`, 304],
  ];
  for (const [fields, status] of cases) {
    const answer = await site.ask("GET /a", fields);
    assertEquals(answer.status, status, fields);
    if (status === 304) assertEquals([answer.body, answer.field("etag")], ["", etag], fields);
  }
});

Deno.test("file serve: a file that changes is never served as it was", async () => {
  await using site = await served({ "a": "0000" });
  const path = `${site.root}/a`;
  const seen = new Map<string, string>();
  for (let round = 0; round < 300; round++) {
    const text = `${round}`.padStart(4, "0");
    // In place, by another file, by one that pretends to be as old: all of the same size.
    if (round % 3 === 0) Deno.writeTextFileSync(path, text);
    else {
      Deno.writeTextFileSync(`${path}.new`, text);
      if (round % 3 === 1) age(`${path}.new`, 1000);
      Deno.renameSync(`${path}.new`, path);
    }
    const answers = await Promise.all(Array.from({ length: 4 }, () => site.ask("GET /a")));
    for (const answer of answers) {
      assertEquals(answer.body, text);
      const etag = answer.field("etag");
      assertEquals(seen.get(etag) ?? text, text, "one tag, two contents");
      seen.set(etag, text);
    }
  }
});

Deno.test("file serve: small files from memory are those on the disk, on one connection too", async () => {
  await using site = await served({ "a": "one" });
  age(`${site.root}/a`);
  const asked = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: site.port });
  for (const text of ["one", "two", "six", "ten"]) {
    Deno.writeTextFileSync(`${site.root}/a`, text);
    age(`${site.root}/a`, text === "two" ? 100 : 200);
    for (let time = 0; time < 3; time++) {
      await conn.write(new TextEncoder().encode(asked));
      assertEquals(takeApart(await readUntil(conn, /\r\n\r\n...$/)).body, text);
    }
  }
  await Deno.remove(`${site.root}/a`);
  assertEquals((await site.ask("GET /a")).status, 404);
});

Deno.test("file serve: a file replaced while it is served arrives as it was", async () => {
  const size = 40 << 20;
  await using site = await served({});
  await Deno.writeFile(`${site.root}/a`, new Uint8Array(size).fill(65));
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: site.port });
  await conn.write(new TextEncoder().encode("GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
  const first = new Uint8Array(1000);
  await conn.read(first);
  await Deno.writeFile(`${site.root}/b`, new Uint8Array(size).fill(66));
  await Deno.rename(`${site.root}/b`, `${site.root}/a`);
  let foreign = 0;
  for await (const piece of conn.readable) if (piece.includes(66)) foreign++;
  assertEquals(foreign, 0);
});

Deno.test("file serve: a file that gets shorter cuts the connection rather than lie", async () => {
  await using site = await served({});
  await Deno.writeFile(`${site.root}/a`, new Uint8Array(60 << 20));
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: site.port });
  await conn.write(new TextEncoder().encode("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  await readUntil(conn, /\r\n\r\n/);
  await Deno.truncate(`${site.root}/a`, 1000);
  let got = 0;
  try {
    for await (const piece of conn.readable) got += piece.length;
  } catch {
    // A reset says it as well.
  }
  assert(got < 60 << 20);
  assertEquals((await site.ask("GET /a")).field("content-length"), "1000");
});

Deno.test("file serve: index.html, redirects of folders, and listings", async () => {
  await using site = await served({
    "site/index.html": "<p>hi",
    "plain/a.txt": "x",
    "plain/sub/": "",
    "plain/.dot": "x",
  });
  assertEquals((await site.ask("GET /site/")).body, "<p>hi");
  assertEquals((await site.ask("GET /site")).field("location"), "/site/");
  assertEquals((await site.ask("GET /plain?sort=size")).field("location"), "/plain/?sort=size");
  const page = await site.ask("GET /plain/");
  assertStringIncludes(page.body, '<a href="./a.txt"><bdi>a.txt</bdi></a>');
  assertStringIncludes(page.body, '<a href="./sub/" class="d"><bdi>sub</bdi>/</a>');
  assert(!page.body.includes(".dot"));
  assertMatch(
    page.field("content-security-policy"),
    /^default-src 'none'; style-src 'sha256-[^ ]+'; script-src 'sha256-/,
  );
  assertEquals((await site.ask("GET /plain/.dot")).status, 404);
  const listing: Listing = JSON.parse((await site.ask("GET /plain?list=json&digest=sha256")).body);
  assertEquals([listing.path, listing.type, listing.truncated], [["plain"], "folder", false]);
  assertEquals(listing.entries.map(({ name, type, size, sha256 }) => [name, type, size, sha256?.slice(0, 8)]), [
    ["a.txt", "file", 1, "2d711642"],
    ["sub", "folder", 0, undefined],
  ]);
  const one: Listing = JSON.parse((await site.ask("GET /plain/a.txt?list=json")).body);
  assertEquals([one.type, one.entries[0]?.name, one.entries[0]?.sha256], ["file", "a.txt", undefined]);
  assertEquals((await site.ask("GET /plain/?list=xml")).status, 400);
  assertEquals((await site.ask("GET /plain/?list=json&digest=md5")).status, 400);
  await using open = await served({ "site/index.html": "<p>hi", ".dot": "x" }, { ignoreIndex: true, dotFiles: true });
  assertStringIncludes((await open.ask("GET /site/")).body, "<bdi>index.html</bdi>");
  assertEquals((await open.ask("GET /.dot")).body, "x");
});

/** Names that are legal here, and are to be text wherever they are shown. */
const HOSTILE = [
  "new\nline",
  "carriage\rreturn",
  `quo"te'`,
  "<img src=x onerror=alert(1)>",
  "<script>alert(1)<!--",
  "&amp;",
  "javascript:alert(1)",
  "lit%20eral%2e%2e",
  "emoji 🦜",
  "esc\x1b[31mred\x1b[0m\x07",
  "\u202egnp.exe",
  "?query#hash",
  " space ",
  "-rf",
  "a;b,c=d",
  "ünï",
];

Deno.test("file serve: names of every kind are text in the page, and lead to their file", async () => {
  await using site = await served(Object.fromEntries(HOSTILE.map((name) => [name, `<${name}>`])));
  const page = (await site.ask("GET /")).body;
  assertEquals(
    /<(?:img|script>alert)|href="javascript|<!--/.test(page.slice(page.indexOf("<table"), page.indexOf("</table"))),
    false,
  );
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  assertEquals(/[\x00-\x09\x0b-\x1f\x7f]/.test(page), false);
  const links = [...page.matchAll(/<td><a href="([^"]*)"/g)].map(([, href = ""]) => new URL(href, site.url).pathname);
  assertEquals(links.length, HOSTILE.length);
  const bodies = await Promise.all(links.map(async (link) => (await site.ask(`GET ${link}`)).body));
  const wanted = HOSTILE.map((name) => String.fromCharCode(...new TextEncoder().encode(`<${name}>`)));
  assertEquals(bodies.sort(), wanted.sort());
  const listing: Listing = JSON.parse(
    decoded((await site.ask("GET /?list=json")).body),
  );
  assertEquals(listing.entries.map(({ name }) => name).sort(), [...HOSTILE].sort());
});

Deno.test("file serve: the page can be sorted without a script", async () => {
  await using site = await served({ "b": "1", "a10": "333", "a9": "22", "dir/": "" });
  const order = async (query: string) =>
    [...(await site.ask(`GET /${query}`)).body.matchAll(/<bdi>([^<]*)<\/bdi>\/?<\/a><\/td>/g)].map(([, name]) => name)
      .join(" ");
  assertEquals(await order(""), "dir a9 a10 b");
  assertEquals(await order("?sort=name&order=desc"), "dir b a10 a9");
  assertEquals(await order("?sort=size"), "dir b a9 a10");
  assertEquals(await order("?sort=size&order=desc"), "dir a10 a9 b");
  assertEquals(await order("?sort=__proto__"), "dir a9 a10 b");
});

Deno.test("file serve: who is let in", async () => {
  await using site = await served({ "a": "x" }, { credentials: { user: "me", password: "pässword:1" } });
  const basic = (text: string) => `Authorization: Basic ${new TextEncoder().encode(text).toBase64()}\r\n`;
  const none = await site.ask("GET /a");
  assertEquals([none.status, none.field("www-authenticate")], [401, 'Basic realm="files", charset="UTF-8"']);
  for (const wrong of ["me:x", "you:pässword:1", "me:", ":", "me", "me:pässword:12", "me:pässword:"]) {
    assertEquals((await site.ask("GET /a", basic(wrong))).status, 401, wrong);
  }
  for (const wrong of ["Authorization: Bearer x\r\n", "Authorization: Basic !!!\r\n", "Authorization: Basic\r\n"]) {
    assertEquals((await site.ask("GET /a", wrong)).status, 401, wrong);
  }
  assertEquals((await site.ask("GET /a", basic("me:pässword:1"))).body, "x");
});

Deno.test("file serve: on loopback, a page that was led here by its host name gets nothing", async () => {
  await using site = await served({ "a": "x" });
  const ask = async (host: string) => {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: site.port });
    await conn.write(new TextEncoder().encode(`GET /a HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`));
    return takeApart(await readUntil(conn, /\r\n\r\n[^]*$/)).status;
  };
  for (const host of ["localhost", `localhost:${site.port}`, "127.0.0.1", "[::1]:80", "LOCALHOST", "x.localhost"]) {
    assertEquals(await ask(host), 200, host);
  }
  for (const host of ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.nip.io"]) {
    assertEquals(await ask(host), 421, host);
  }
});

/** UTF-8 that was read as octets. */
function decoded(octets: string): string {
  return new TextDecoder().decode(Uint8Array.from(octets, (char) => char.charCodeAt(0)));
}

/** Returns the data of a page's script. */
function dataOf(body: string): { readonly rows: readonly (readonly unknown[])[]; readonly folders: number } {
  return JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/.exec(body)?.[1] ?? "");
}

Deno.test("file serve: of 10,000 entries a page shows some, its script knows all, and without one there are pages", async () => {
  await using site = await served({ "zz/": "" });
  for (let i = 0; i < 10_000; i++) Deno.writeTextFileSync(`${site.root}/file ${i}`, "x".repeat(i % 7));
  const ask = async (query: string, accept = "text/html,*/*;q=0.8") => {
    const response = await fetch(`http://127.0.0.1:${site.port}/${query}`, { headers: { accept } });
    const { status } = response;
    const body = await response.text();
    const shown = [...body.matchAll(/<tr>.*?<bdi>([^<]*)<\/bdi>/g)].map(([, name]) => name);
    const links = [...body.matchAll(/href="(\?[^"]*page=[^"]*)"/g)].map(([, href]) => href);
    return { status, shown, links, data: dataOf(body) };
  };
  const first = await ask("");
  assertEquals([first.status, first.shown.length, first.shown.slice(0, 3)], [200, 500, ["zz", "file 0", "file 1"]]);
  assertEquals([first.data.rows.length, first.data.folders], [10_001, 1]);
  assertEquals(first.data.rows[10_000]?.slice(0, 2), ["file 9999", 3]);
  assertEquals(first.links, ["?sort=name&amp;page=2"]);
  assertEquals((await ask("?page=2")).shown[0], "file 499");
  const last = await ask("?sort=size&order=desc&page=21");
  assertEquals([last.shown, last.links], [["file 9996"], ["?sort=size&amp;order=desc&amp;page=20"]]);
  assertEquals((await ask("?page=99")).shown, []);
});

Deno.test("file serve: a program that does not ask for HTML finds links to all entries", async () => {
  await using site = await served({ "zz/": "" });
  for (let i = 0; i < 1500; i++) Deno.writeTextFileSync(`${site.root}/f${i}`, "");
  for (const fields of ["", "Accept: */*\r\n"]) {
    for (const query of ["", "?sort=size&order=desc", "?page=2"]) {
      const { body } = await site.ask(`GET /${query}`, fields);
      assertEquals([body.match(/<tr><td><a /g)?.length, body.includes("<script"), body.includes("page=")], [
        1501,
        false,
        false,
      ]);
      assertEquals(body.includes("</html>"), true);
    }
  }
});

Deno.test("file serve: names are sorted without case and accents, numbers by value, folders first", async () => {
  const names = ["B", "a", "é", "f", "10", "9", "007", "z2", "z10", "Z3"];
  await using site = await served(Object.fromEntries([...names.map((name) => [name, ""]), ["zoo/", ""]]));
  const { rows } = dataOf(decoded((await site.ask("GET /")).body));
  assertEquals(rows.map(([name]) => name), ["zoo", "007", "9", "10", "a", "B", "é", "f", "z2", "Z3", "z10"]);
});

Deno.test("file serve: nothing in a name ends the data of the script, or the page", async () => {
  const names = ["</script><b>", "<!--<script>", "a\u2028b", "q\"'&`"];
  await using site = await served(Object.fromEntries(names.map((name) => [name.replace("/", "∕"), ""])));
  const { body } = await site.ask("GET /");
  assertEquals(body.match(/<script/g)?.length, 2);
  assertEquals(dataOf(body).rows.length, names.length);
});
