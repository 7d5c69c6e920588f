import { assert, assertEquals } from "@std/assert";
import { serveHttp } from "../../../lib/http/mod.ts";
import { checkLinks, mailInbox, mailSink, sendMail } from "../../../lib/mail/mod.ts";
import { reviewMessage } from "../../../lib/mail/review/review_message.ts";
import { request } from "../../../mod.ts";

Deno.test("review: links of HTML and text, each once, and facts about the HTML", () => {
  const html = `<base href="https://x.test/d/"><link rel="stylesheet" href="a.css"><style>@import "b.css"</style>
    <script>1</script><form onsubmit="x()"><a href="https://x.test/1#f">1</a><a href="https://x.test/1">1</a>
    <a href="rel">r</a><a href="javascript:x()">j</a><a href="mailto:a@b.test">m</a><a href="#top">t</a>
    <img src="https://x.test/p.png"><img alt="" src="CID:in@x"><img alt="" src="cid:out@x"></form>`;
  const attachment = {
    filename: null,
    mimeType: "image/png",
    disposition: null,
    contentId: "<in@x>",
    content: () => new Uint8Array(),
  };
  const { links, facts } = reviewMessage({ html, attachments: [attachment] });
  assertEquals(links.map(({ url, kind }) => `${kind} ${url}`), [
    "style https://x.test/d/a.css",
    "link https://x.test/1",
    "link https://x.test/d/rel",
    "picture https://x.test/p.png",
  ]);
  assertEquals(Object.fromEntries(facts.map(({ code, count }) => [code, count])), {
    "base": 1,
    "style-sheet": 1,
    "style-import": 1,
    "script": 1,
    "form": 1,
    "handler": 1,
    "javascript-link": 1,
    "alt": 1,
    "remote-picture": 1,
    "missing-picture": 1,
    "no-text": 1,
  });
  const text = reviewMessage({ text: "see https://y.test/a, (http://y.test/b) or ftp://y.test", attachments: [] });
  assertEquals([text.links.map(({ url }) => url), text.facts], [["https://y.test/a", "http://y.test/b"], []]);
  const large = reviewMessage({ html: `<p>${"x".repeat(119_997)}`, text: "x", attachments: [] });
  assertEquals(large.facts.map(({ code, count }) => [code, count]), [["size", 120_000]]);
  const many = reviewMessage({
    html: Array.from({ length: 3000 }, (_, i) => `<a href=http://x.test/${i}>`).join(""),
    attachments: [],
  });
  assertEquals(many.links.length, 1000);
});

Deno.test("checkLinks: statuses, redirects, HEAD that is refused, and limits", async () => {
  let most = 0;
  let now = 0;
  const four = Promise.withResolvers<void>();
  const asked: string[] = [];
  await using server = serveHttp("127.0.0.1:0", async ({ method, url }) => {
    asked.push(`${method} ${url?.pathname}`);
    most = Math.max(most, ++now);
    if (now === 4) four.resolve();
    await four.promise;
    now--;
    const path = url?.pathname ?? "";
    if (path === "/moved") return { status: 301, headers: { "Location": "/ok#part" } };
    if (path === "/loop") return { status: 302, headers: { "Location": "/loop" } };
    if (path === "/away") return { status: 302, headers: { "Location": "ftp://x.test/" } };
    if (path === "/get") return { status: method === "HEAD" ? 405 : 200 };
    return { status: path === "/gone" ? 410 : 200 };
  });
  const base = `http://127.0.0.1:${server.addr.port}`;
  const at = (paths: readonly string[]) => paths.map((path) => base + path);
  const outcomes = await checkLinks(at(["/ok", "/gone", "/moved", "/loop", "/away", "/get"]), {
    refuse: [],
  });
  assertEquals(
    outcomes.map(({ ok, status, location, error }) => [ok, status, location?.replace(base, ""), error?.code]),
    [
      [true, 200, undefined, undefined],
      [false, 410, undefined, undefined],
      [true, 200, "/ok", undefined],
      [false, undefined, undefined, "too-many-redirects"],
      [false, undefined, "ftp://x.test/", "unsupported-scheme"],
      [true, 200, undefined, undefined],
    ],
  );
  assert(asked.includes("GET /get") && asked.filter((line) => line === "HEAD /loop").length === 6);
  const many = await checkLinks(at(Array.from({ length: 110 }, (_, i) => `/${i}`)), { refuse: [] });
  assertEquals([many.length, many.every(({ ok }) => ok)], [100, true]);
  assert(most <= 4, `${most} at once`);
  const [refused] = await checkLinks(["http://127.0.0.1:1/"], { refuse: [] });
  assertEquals([refused?.ok, refused?.error?.code], [false, "connection-refused"]);
});

Deno.test("checkLinks: nothing inside is connected to, whatever the URL, the lookup or a redirect says", async () => {
  let asked = 0;
  await using inside = serveHttp("127.0.0.1:0", () => (asked++, Promise.resolve({ status: 200 })));
  const { port } = inside.addr;
  const hosts: Readonly<Record<string, readonly string[]>> = {
    "inside.test": ["127.0.0.1"],
    "both.test": ["93.184.216.34", "10.0.0.1"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "none.test": [],
  };
  const addressesOf = (host: string) => Promise.resolve(hosts[host] ?? ["127.0.0.1"]);
  const urls = [
    ...["127.0.0.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::]", "10.0.0.1", "192.168.1.1", "172.16.0.1"],
    ...["169.254.169.254", "100.64.0.1", "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1"],
    ...[
      "2130706433",
      "0x7f.1",
      "017700000001",
      "127.1",
      "localhost",
      "inside.test",
      "both.test",
      "mapped.test",
      "none.test",
    ],
  ].map((host) => `http://${host}:${port}/`);
  for (const { url, error } of await checkLinks(urls, { addressesOf })) {
    assertEquals([url, error?.code], [url, "private-address"]);
  }
  assertEquals(asked, 0);
  // A redirect is checked as the first request is.
  await using outside = serveHttp(
    "127.0.0.1:0",
    () => Promise.resolve({ status: 302, headers: { "Location": `http://inside.test:${port}/` } }),
  );
  const [redirected] = await checkLinks([`http://127.0.0.1:${outside.addr.port}/`], {
    ...{ addressesOf: () => Promise.resolve(["127.0.0.2"]), refuse: ["127.0.0.2"] },
  });
  assertEquals([redirected?.error?.code, asked], ["private-address", 0]);
});

Deno.test("mail inbox: links of a message are requested on demand only, and where it is enabled", async () => {
  const asked: string[] = [];
  await using site = serveHttp("127.0.0.1:0", ({ method }) => (asked.push(method), Promise.resolve({ status: 404 })));
  const url = `http://127.0.0.1:${site.addr.port}/x`;
  await using sink = await mailSink();
  await sendMail(sink.address, { from: "a@x.test", to: ["b@x.test"], html: `<a href="${url}">x</a>`, text: "x" }, {
    tls: "none",
  });
  const id = sink.store.messages[0]?.id;
  const ask = async (base: string, path: string, method = "GET") => {
    using response = await request(`${base}api/messages/${id}/${path}`, { method });
    return { status: response.status, body: JSON.parse(await response.body.text(100_000)) };
  };
  await using plain = mailInbox(sink.store);
  assertEquals((await ask(plain.url, "review")).body, { links: [{ url, kind: "link" }], facts: [] });
  const off = await ask(plain.url, "links", "POST");
  assertEquals([off.status, off.body.error.code], [403, "link-check-disabled"]);
  await using outside = mailInbox(sink.store, { links: {} });
  const { body } = await ask(outside.url, "links", "POST");
  assertEquals([body.total, body.links[0].error.code, asked], [1, "private-address", []]);
  await using all = mailInbox(sink.store, { links: { refuse: [] } });
  const { body: found } = await ask(all.url, "links", "POST");
  assertEquals([found.links, asked], [[{ url, ok: false, status: 404 }], ["HEAD", "GET"]]);
  assertEquals((await ask(all.url, "links")).status, 404);
});
