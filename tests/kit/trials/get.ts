import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeCertificate } from "../certificates.ts";
import { ftpSite } from "../ftp_site.ts";
import { testProxy } from "../proxy.ts";
import { type TestSite, testSite, whoAsks } from "../site.ts";
import { type Place, SECURED, secured, succeeded, type Trial } from "../trial.ts";

const PAGE = "<p><img src=can.svg></p>\n";
const HTML = { "Content-Type": "text/html" };
const SITE = {
  "/page": { headers: HTML, body: PAGE },
  "/can.svg": { headers: { "Content-Type": "image/svg+xml" }, body: "<svg/>" },
  "/who": whoAsks,
};

/** A file, and the temporary files of a download. */
const output = (file: string) => [file, `${file}.part`, `${file}.part.json`];

/** A call that saves the page to a file. */
function saving(words: readonly string[], file: string) {
  return async ({ tool, read }: Place) => {
    await using site = testSite(SITE);
    succeeded(await tool([...words, `${site.url}page`]));
    if (file !== "/dev/null") assertStringIncludes(await read(file), "<p><img");
  };
}

async function securely(use: (site: TestSite, cert: string) => Promise<void>): Promise<void> {
  const pair = await makeCertificate({ authority: false });
  await using site = testSite(SITE, { tls: pair });
  await use(site, pair.cert);
}

/** Trials of `get`, and of `url`, which needs no permissions. */
export const TRIALS: readonly Trial[] = [
  {
    verb: "url",
    run: async ({ tool }) => succeeded(await tool(["--get", "{host}", "http://example.com/"]), "example"),
  },
  {
    verb: "get",
    async run({ tool }) {
      await using site = testSite(SITE);
      succeeded(await tool([`${site.url}page`]), PAGE);
    },
  },
  { verb: "get", proves: ["--output"], keeps: output("page.html"), run: saving(["-o", "page.html"], "page.html") },
  {
    verb: "get",
    as: "in the folder above",
    proves: ["--output"],
    keeps: output("../page.html"),
    run: saving(["-o", "../page.html"], "../page.html"),
  },
  {
    verb: "get",
    as: "with dots",
    proves: ["--output"],
    keeps: output("page.html"),
    run: saving(["-o", "no/../page.html"], "page.html"),
  },
  {
    verb: "get",
    as: "through a link to a folder",
    proves: ["--output"],
    keeps: [...output("link/page.html"), ...output("real/page.html")],
    async run(place) {
      await Deno.mkdir(`${place.here}/real`);
      await Deno.symlink("real", `${place.here}/link`);
      await saving(["-o", "link/page.html"], "real/page.html")(place);
    },
  },
  {
    verb: "get",
    as: "through a link to a file",
    proves: ["--output"],
    keeps: [...output("link.html"), ...output("real/page.html")],
    async run(place) {
      await place.write("real/page.html", "old");
      await Deno.symlink("real/page.html", `${place.here}/link.html`);
      await saving(["-f", "-o", "link.html"], "real/page.html")(place);
    },
  },
  {
    verb: "get",
    as: "to a device",
    proves: ["--output"],
    keeps: ["/dev/null"],
    run: saving(["-o", "/dev/null"], "/dev/null"),
  },
  {
    verb: "get",
    as: "a page, into a folder that is missing",
    proves: ["--output"],
    keeps: output("new/sub/page.html"),
    writes: ["new"],
    run: saving(["--page", "-o", "new/sub/page.html"], "new/sub/page.html"),
  },
  { verb: "get", proves: ["--dir"], keeps: ["into"], run: saving(["--save", "--dir", "into"], "into/page") },
  {
    verb: "get",
    as: "for images",
    proves: ["--dir"],
    keeps: ["a/b"],
    async run({ tool, read }) {
      await using site = testSite(SITE);
      succeeded(await tool(["--images", "--dir", "a/b", `${site.url}page`]));
      assertEquals(await read("a/b/can.svg"), "<svg/>");
    },
  },
  { verb: "get", as: "by its default", proves: ["--dir"], keeps: ["."], run: saving(["--save"], "page") },
  {
    verb: "get",
    proves: ["--data"],
    async run({ tool, write }) {
      await using site = testSite({ "/": ({ body }) => body.bytes(100).then((bytes) => ({ body: bytes })) });
      await write("body.txt", "from a file");
      succeeded(await tool(["--data", "@body.txt", site.url]), "from a file");
    },
  },
  {
    verb: "get",
    proves: SECURED,
    run: (place) => securely(async ({ url }, cert) => succeeded(await secured(place, cert, [`${url}page`]), PAGE)),
  },
  {
    verb: "get",
    proves: ["--proxy-cacert"],
    async run({ tool, write }) {
      const tls = await makeCertificate({ authority: false });
      const answer = new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nproxy\n");
      await using proxy = testProxy({ scheme: "http", tls, answer });
      await write("proxy.pem", tls.cert);
      const words = ["--proxy", `https://127.0.0.1:${proxy.port}`, "--proxy-cacert", "proxy.pem"];
      succeeded(await tool([...words, "http://example.test/"]), "proxy\n");
    },
  },
  {
    verb: "get",
    proves: ["--password-file"],
    async run({ tool, write }) {
      await using site = testSite(SITE);
      await write("pw", "s3cret\n");
      succeeded(await tool(["--user", "ada", "--password-file", "pw", `${site.url}who`]), "ada s3cret");
    },
  },
  {
    verb: "get",
    as: "by FTP",
    proves: ["--output"],
    keeps: output("a.txt"),
    async run({ tool, read }) {
      await using site = ftpSite({ "a.txt": "hello" });
      succeeded(await tool(["-o", "a.txt", `${site.url}a.txt`]));
      assertEquals(await read("a.txt"), "hello");
    },
  },
  {
    verb: "toucan get",
    keeps: output("page.html"),
    async run({ tool, write, read }) {
      await using site = testSite(SITE);
      await write("pw", "s3cret\n");
      succeeded(await tool(["--user", "ada", "--password-file", "pw", "-o", "page.html", `${site.url}who`]));
      assertEquals(await read("page.html"), "ada s3cret\n");
    },
  },
];
