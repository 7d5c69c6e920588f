import { assertEquals, assertMatch } from "@std/assert";
import { type DownloadOptions, FtpPool, tryDownload, trySavePage } from "../../../lib/get/mod.ts";
import { saveImages } from "../../../lib/get/mod.ts";
import { listingText } from "../../../lib/get/download/ftp/listing_text.ts";
import { serveHttp } from "../../../lib/http/mod.ts";
import { entityBytes } from "../../kit/entity_server.ts";
import { withFolder } from "../../kit/folder.ts";
import { type FtpFault, ftpSite, type FtpSiteOptions } from "../../kit/ftp_site.ts";
import { allNames } from "../../kit/served.ts";

const SIZE = 300_000;
const BODY = entityBytes(SIZE, 0);
const QUICK = { retryWait: 1, retries: 2 } as const;

/** Returns a sink, and what it has received. */
function memory() {
  const pieces: Uint8Array[] = [];
  const sink = { write: (piece: Uint8Array) => void pieces.push(piece.slice()), end: () => {} };
  return { sink, bytes: () => new Uint8Array(pieces.flatMap((piece) => [...piece])) };
}

interface Case {
  readonly what: string;
  readonly faults: readonly FtpFault[];
  readonly site?: FtpSiteOptions;
  readonly options?: DownloadOptions;
  /** Code of the error; without it the download succeeds. */
  readonly code?: string;
  readonly tries?: number;
  readonly events?: readonly string[];
  /** Files that are left after a failure. */
  readonly left?: readonly string[];
}

const PARTS = ["file.bin.part", "file.bin.part.json"];
const CASES: readonly Case[] = [
  { what: "no fault", faults: [], tries: 1, events: [] },
  {
    what: "a transfer that the server aborts",
    faults: [{ kind: "abort", after: 100_000 }],
    tries: 2,
    events: ["resume"],
  },
  { what: "both connections cut", faults: [{ kind: "cut", after: 100_000 }], tries: 2, events: ["resume"] },
  { what: "cut before the first byte", faults: [{ kind: "cut", after: 0 }], tries: 2, events: [] },
  { what: "no confirmation", faults: [{ kind: "unconfirmed" }], tries: 2, events: ["resume"] },
  {
    what: "a file that changes between two attempts",
    faults: [{ kind: "cut", after: 100_000 }, { kind: "change" }],
    tries: 3,
    events: ["restart"],
  },
  { what: "a transient refusal", faults: [{ kind: "reply", reply: "450 Busy" }], tries: 2, events: [] },
  {
    what: "a permanent refusal",
    faults: [{ kind: "reply", reply: "550 No" }],
    code: "no-such-file",
    tries: 1,
    left: [],
  },
  {
    what: "more bytes than the file has, always",
    faults: Array.from({ length: 20 }, () => ({ kind: "longer", by: 7 })),
    options: { retries: 2 },
    code: "transfer-incomplete",
    left: PARTS,
  },
  {
    what: "never a confirmation",
    faults: [0, 1, 2].map(() => ({ kind: "unconfirmed" })),
    code: "any",
    tries: 3,
    left: PARTS,
  },
  { what: "SIZE and MDTM", faults: [{ kind: "cut", after: 9 }], site: { has: "size" }, tries: 2, events: ["resume"] },
  { what: "neither size nor time", faults: [{ kind: "cut", after: 9 }], site: { has: "list" }, tries: 2, events: [] },
  {
    what: "the wrong password",
    faults: [],
    site: { login: ["ada", "secret"] },
    code: "login-refused",
    tries: 1,
    left: [],
  },
  {
    what: "a password",
    faults: [],
    site: { login: ["ada", "secret"] },
    options: { ftpUser: "ada", ftpPassword: "secret" },
    tries: 1,
  },
  { what: "too large", faults: [], options: { maxSize: 1000 }, code: "too-large", tries: 1, left: [] },
  {
    what: "a checksum that differs",
    faults: [],
    options: { checksum: { algorithm: "md5", value: "0".repeat(32) } },
    code: "checksum-mismatch",
    tries: 1,
    left: [],
  },
  {
    what: "a stall",
    faults: [{ kind: "stall", after: 1000 }],
    options: { stall: 1000, retries: 0 },
    code: "any",
    tries: 1,
    left: PARTS,
  },
  { what: "TLS required, and none offered", faults: [], options: { ftpTls: true }, code: "tls-refused", left: [] },
];

for (const { what, faults, site: how, options, code, tries, events, left } of CASES) {
  Deno.test(`ftp download: ${what}`, () =>
    withFolder(async (folder) => {
      await using site = ftpSite({ "file.bin": BODY }, { faults, ...how });
      const seen: string[] = [];
      const report = await tryDownload(`${site.url}file.bin`, { file: `${folder}/file.bin` }, {
        ...QUICK,
        ...options,
        digest: true,
        onEvent: (event) => void (event.kind === "retry" || seen.push(event.kind)),
      });
      const said = report.error?.code;
      assertEquals(code === "any" ? said !== undefined : said === code, true, String(report.error));
      if (tries !== undefined) assertEquals(report.tries, tries);
      if (events) assertEquals(seen, [...events]);
      assertEquals(allNames(folder), code === undefined ? ["file.bin"] : [...left ?? []]);
      if (code !== undefined) return;
      const changed = faults.some(({ kind }) => kind === "change");
      assertEquals(Deno.readFileSync(`${folder}/file.bin`), changed ? BODY.map((byte) => byte ^ 1) : BODY);
    }));
}

Deno.test("ftp download: to a sink, no byte twice", async () => {
  await using site = ftpSite({ "file.bin": BODY }, { faults: [{ kind: "cut", after: 100_000 }] });
  const { sink, bytes } = memory();
  const report = await tryDownload(`${site.url}file.bin`, { sink }, QUICK);
  assertEquals([report.error, report.tries, report.bytes], [undefined, 2, SIZE]);
  assertEquals(bytes(), BODY);
});

Deno.test("ftp download: the part of an earlier run is resumed, and its file has the time of the server", () =>
  withFolder(async (folder) => {
    await using site = ftpSite({ "file.bin": BODY }, { faults: [{ kind: "cut", after: 200_000 }] });
    const url = `${site.url}file.bin`;
    const first = await tryDownload(url, { folder }, { retries: 0 });
    assertEquals(first.error !== undefined, true);
    const report = await tryDownload(url, { folder }, { resume: true });
    const small = report.resumedFrom === 0;
    // A file of less than 1 MiB leaves no part in a folder.
    assertEquals([report.error, small, report.file], [undefined, true, `${folder}/file.bin`]);
    assertEquals(Deno.statSync(`${folder}/file.bin`).mtime, new Date(Date.UTC(2020, 0, 1)));
    const again = await tryDownload(url, { folder }, { resume: true });
    assertEquals([again.error, again.resumedFrom], [undefined, SIZE]);
  }));

Deno.test("ftp download: a part is resumed only if size and time agree", () =>
  withFolder(async (folder) => {
    for (const changed of [false, true]) {
      await using site = ftpSite({ "file.bin": BODY }, { faults: [{ kind: "cut", after: 200_000 }] });
      const [url, file] = [`${site.url}file.bin`, `${folder}/${changed}`];
      await tryDownload(url, { file }, { retries: 0 });
      if (changed) site.put("file.bin", BODY.map((byte) => byte ^ 1));
      const report = await tryDownload(url, { file }, { resume: true });
      assertEquals([report.error, report.resumedFrom], [undefined, changed ? 0 : 200_000]);
      assertEquals(Deno.readFileSync(file), changed ? BODY.map((byte) => byte ^ 1) : BODY);
      assertEquals(site.commands.includes("REST 200000"), !changed);
    }
  }));

Deno.test("ftp downloads share the sessions of a pool by server and user, and open another one for a closed one", async () => {
  await using site = ftpSite({ a: "a", b: "b" });
  {
    await using ftpPool = new FtpPool();
    for (const name of ["a", "b", "no", "b"]) {
      const { sink } = memory();
      const { error } = await tryDownload(site.url + name, { sink }, { ftpPool });
      assertEquals(error?.code, name === "no" ? "no-such-file" : undefined);
    }
    assertEquals(site.connections, 1);
    const { sink } = memory();
    await tryDownload(site.url + "a", { sink }, { ftpPool, ftpUser: "ada", ftpPassword: "x" });
    assertEquals(site.connections, 2);
  }
  assertEquals(site.commands.filter((command) => command === "QUIT").length, 2);
});

Deno.test("ftp listing: lines for people, entries for programs, none for a missing folder", async () => {
  for (const has of ["mlst", "size"] as const) {
    await using site = ftpSite({ b: "12", a: "123" }, { has });
    const { sink, bytes } = memory();
    const report = await tryDownload(site.url, { sink });
    const [mode, time] = has === "mlst" ? ["?????????", "2020-01-01T00:00:0"] : ["rw-r--r--", "2020-01-01"];
    const lines = new TextDecoder().decode(bytes()).split("\n");
    assertEquals(lines.map((line) => line.slice(0, 10)), [`-${mode}`, `-${mode}`, ""]);
    assertMatch(lines[0] ?? "", new RegExp(`^\\S+ 3 ${time}.* a$`));
    assertEquals(report.entries?.map(({ name, size }) => [name, size]), [["b", 2], ["a", 3]]);
    const missing = await tryDownload(`${site.url}.none/`, { sink });
    assertEquals(missing.error?.code, "no-such-file");
  }
});

Deno.test("ftp: a folder without a slash at its end is an error that says so", async () => {
  await using site = ftpSite({});
  const { error } = await tryDownload(`${site.url}sub`, memory());
  assertEquals([error?.code, error?.message], ["is-a-folder", `sub is a folder on 127.0.0.1:${site.port}`]);
});

Deno.test("ftp: HEAD reports size and time, and transfers nothing", async () => {
  await using site = ftpSite({ a: "123" });
  const { entry, bytes, error } = await tryDownload(`${site.url}a`, memory(), { method: "HEAD" });
  assertEquals([error, bytes, entry?.size, entry?.modified], [undefined, 0, 3, Date.UTC(2020, 0, 1)]);
  assertEquals(site.commands.some((command) => command.startsWith("RETR")), false);
  const none = await tryDownload(`${site.url}none`, memory(), { method: "HEAD" });
  assertEquals(none.error?.code, "no-such-file");
});

Deno.test("ftp: the password is masked in the trace", async () => {
  await using site = ftpSite({ a: "123" });
  const lines: string[] = [];
  const url = site.url.replace("//", "//ada:s3cret@") + "a";
  const report = await tryDownload(url, memory(), { trace: ({ text }) => void lines.push(text) });
  assertEquals([report.error, report.url, report.finalUrl], [undefined, `${site.url}a`, `${site.url}a`]);
  assertEquals(lines.some((line) => line.includes("s3cret")), false);
  assertEquals(site.commands.includes("PASS s3cret"), true);
});

Deno.test("ftp: URLs that are refused before a connection", async () => {
  const rows: readonly (readonly [url: string, code: string])[] = [
    ["ftp://127.0.0.1:9/a%00b", "invalid-url"],
    ["ftp://127.0.0.1:9/a%0d%0aDELE%20b", "invalid-url"],
    ["ftp://127.0.0.1:9/a;type=a", "unsupported-type"],
  ];
  for (const [url, code] of rows) {
    const { error, tries } = await tryDownload(url, memory(), { retries: 0 });
    assertEquals([url, error?.code ?? error, tries <= 1], [url, code, true]);
  }
});

Deno.test("ftp: a pin requires TLS", async () => {
  const { error } = await tryDownload("ftp://127.0.0.1:9/a", memory(), { tls: { pin: "sha256:x" } });
  assertEquals(error?.code, "pin-without-tls");
});

Deno.test("ftp: neither redirects nor pages lead to it", async () => {
  await using site = ftpSite({ a: "123" });
  await using server = serveHttp(
    "127.0.0.1:0",
    ({ target }) =>
      target === "/to"
        ? { status: 302, headers: { Location: `${site.url}a` } }
        : { headers: { "Content-Type": "text/html" }, body: `<img src="${site.url}a">` },
  );
  const redirected = await tryDownload(`${server.url}to`, memory());
  assertEquals(redirected.error?.code, "redirect-invalid");
  await withFolder(async (folder) => {
    const page = await trySavePage(server.url, { file: `${folder}/page.html` });
    assertEquals(page.failures.map(({ error }) => error?.code), ["unsupported-scheme"]);
    const [image] = await Array.fromAsync(saveImages(server.url, folder));
    assertEquals(image?.error?.code, "unsupported-scheme");
    const direct = await trySavePage(site.url, { file: `${folder}/other.html` });
    assertEquals(direct.error?.code, "unsupported-scheme");
  });
  assertEquals(site.connections, 0);
});

Deno.test("ftp listing: modes, times and targets", () => {
  const text = listingText([
    { name: "z", type: "other" },
    { name: "t", type: "folder", mode: 0o1777, modified: Date.UTC(2026, 0, 2, 3, 4, 5), precision: "minute" },
    { name: "s", type: "file", mode: 0o6744, size: 12345, modified: 0, precision: "day" },
    { name: "l", type: "link", target: "../x", mode: 0o777 },
  ]);
  assertEquals(
    text,
    "lrwxrwxrwx     ? ?                    l -> ../x\n" +
      "-rwsr-Sr-- 12345 1970-01-01           s\n" +
      "drwxrwxrwt     ? 2026-01-02T03:04Z    t\n" +
      "??????????     ? ?                    z\n",
  );
});
