import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  NegativeError,
  NetworkError,
  SystemError,
  TimeoutError,
  ToucanError,
  writeAll,
} from "../../../lib/core/mod.ts";
import { type DownloadEvent, type DownloadOptions, type DownloadReport, tryDownload } from "../../../lib/get/mod.ts";
import { waitBeforeRetry } from "../../../lib/get/download/http/retry.ts";
import { entityBytes, type EntityOptions, entityServer, type Fault } from "../../kit/entity_server.ts";
import { withFolder } from "../../kit/folder.ts";
import { answering, octets, readUntil, scriptedServer } from "../../kit/raw.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const QUICK: DownloadOptions = { retryWait: 1, stall: 500, timeout: DEADLINE_MS };

const codeOf = ({ error }: DownloadReport) => error instanceof ToucanError ? error.code : error;

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

interface Case {
  readonly what: string;
  readonly faults: readonly Fault[];
  readonly server?: EntityOptions;
  readonly options?: DownloadOptions;
  /** The error's code; none when the file has to be right. */
  readonly code?: string;
  readonly tries?: number;
  /** Files in the folder after it. */
  readonly left?: readonly string[];
  /** The events that are not retries. */
  readonly events?: readonly DownloadEvent["kind"][];
}

const LM = () => "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\nDate: Tue, 02 Jan 2024 00:00:00 GMT\r\n";
const CASES: readonly Case[] = [
  { what: "nothing goes wrong", faults: [], tries: 1, events: [] },
  { what: "a reset in the middle", faults: [{ kind: "reset", after: 100_000 }], tries: 2 },
  { what: "an early close", faults: [{ kind: "close", after: 100_000 }], tries: 2, events: ["resume"] },
  { what: "a stall", faults: [{ kind: "stall", after: 100_000 }], tries: 2, events: ["resume"] },
  { what: "a close before the body", faults: [{ kind: "close", after: 0 }], tries: 2, events: [] },
  { what: "a length that is too long", faults: [{ kind: "longer", by: 5 }], tries: 2, events: ["resume", "restart"] },
  {
    what: "three cuts, each further on",
    faults: [1, 2, 3].map(() => ({ kind: "close", after: 60_000 })),
    tries: 4,
    events: ["resume", "resume", "resume"],
  },
  {
    what: "a server whose parts are wrong",
    faults: [{ kind: "close", after: 100_000 }, { kind: "shifted", by: 7 }],
    tries: 3,
    events: ["resume", "restart"],
  },
  {
    what: "a Content-Range that lies about the place",
    faults: [{ kind: "close", after: 100_000 }, { kind: "lying-length", by: 7 }],
    tries: 3,
    events: ["resume", "restart"],
  },
  {
    what: "a part of another entity",
    faults: [{ kind: "close", after: 100_000 }, { kind: "other-part" }],
    tries: 3,
    events: ["resume", "restart"],
  },
  {
    what: "an entity that changes between two tries",
    faults: [{ kind: "close", after: 100_000 }, { kind: "change" }],
    tries: 2,
    events: ["resume", "restart"],
  },
  {
    what: "a server that knows no ranges",
    faults: [{ kind: "close", after: 100_000 }, { kind: "whole" }],
    tries: 2,
    events: ["resume", "restart"],
  },
  {
    what: "a cut, then only a date",
    faults: [{ kind: "close", after: 9 }],
    server: { fields: LM },
    events: ["resume"],
  },
  {
    what: "a cut where nothing proves what is the same",
    faults: [{ kind: "close", after: 100_000 }],
    server: { fields: () => 'ETag: W/"weak"\r\n' },
    tries: 2,
    events: [],
  },
  { what: "chunks", faults: [{ kind: "chunked" }], tries: 1 },
  { what: "chunks that end too early", faults: [{ kind: "chunked", cut: 60_000 }], tries: 2, events: ["resume"] },
  { what: "a 503, then it works", faults: [{ kind: "status", status: 503 }], tries: 2 },
  { what: "a 429 with Retry-After", faults: [{ kind: "status", status: 429, fields: "Retry-After: 0\r\n" }], tries: 2 },
  { what: "no answer at all", faults: [{ kind: "raw", text: "" }], tries: 2 },
  { what: "a 404", faults: [{ kind: "status", status: 404 }], code: "http-status", tries: 1, left: [] },
  {
    what: "a 503 that stays",
    faults: [503, 503, 503].map((status) => ({ kind: "status", status })),
    options: { retries: 2 },
    code: "http-status",
    tries: 3,
    left: [],
  },
  {
    what: "more patience wanted than there is time",
    faults: [{ kind: "status", status: 503, fields: "Retry-After: 600\r\n" }],
    code: "http-status",
    tries: 1,
    left: [],
  },
  {
    what: "retries that run out",
    faults: [{ kind: "close", after: 100 }, { kind: "close", after: 100 }],
    options: { retries: 1 },
    code: "body-cut",
    tries: 2,
    left: ["file.bin.part", "file.bin.part.json"],
  },
  {
    what: "retries that run out, with nothing to go on from",
    faults: [{ kind: "close", after: 100 }],
    server: { fields: () => "" },
    options: { retries: 0 },
    code: "body-cut",
    left: [],
  },
  {
    what: "a server that never gets its parts right",
    faults: [{ kind: "close", after: 9 }, { kind: "shifted", by: 1 }, { kind: "close", after: 9 }, {
      kind: "shifted",
      by: 1,
    }, {
      kind: "close",
      after: 9,
    }, { kind: "shifted", by: 1 }],
    code: "range-unsound",
  },
  { what: "more than is wanted", faults: [], options: { maxSize: 299_999 }, code: "too-large", left: [] },
  { what: "as much as is wanted", faults: [], options: { maxSize: 300_000 } },
  {
    what: "more than is wanted, in chunks",
    faults: [{ kind: "chunked" }],
    options: { maxSize: 299_999 },
    code: "too-large",
  },
  {
    what: "a part that nobody asked for",
    faults: [{ kind: "raw", text: "HTTP/1.1 206 P\r\nContent-Range: bytes 0-3/9\r\nContent-Length: 4\r\n\r\nabcd" }],
    code: "range-unsound",
    left: [],
  },
  {
    what: "a head without end",
    faults: [{ kind: "raw", text: `HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}\r\n\r\n` }],
    code: "http-too-large-field",
    left: [],
  },
  {
    what: "no HTTP at all",
    faults: [{ kind: "raw", text: "220 mail.test ESMTP\r\n\r\n" }],
    code: "http-invalid-version",
    left: [],
  },
  {
    what: "a redirect to itself",
    faults: Array.from({ length: 20 }, () => ({
      kind: "raw",
      text: "HTTP/1.1 302 F\r\nLocation: /dir/file.bin\r\nContent-Length: 0\r\n\r\n",
    })),
    code: "redirect-loop",
    tries: 1,
    left: [],
  },
];

for (const { what, faults, server: how, options, code, tries, left, events } of CASES) {
  Deno.test(`download: ${what}`, () =>
    withFolder(async (folder) => {
      await using server = entityServer(faults, how);
      const seen: string[] = [];
      const onEvent = (event: DownloadEvent) => void (event.kind === "retry" || seen.push(event.kind));
      const report = await tryDownload(server.url, { file: `${folder}/file.bin` }, { ...QUICK, ...options, onEvent });
      assertEquals(codeOf(report), code, String(report.error));
      if (tries !== undefined) assertEquals(report.tries, tries);
      if (events) assertEquals(seen, [...events, ...(seen.includes("redirect") ? seen : [])]);
      if (code === undefined) {
        assertEquals(await Deno.readFile(`${folder}/file.bin`), server.bytes);
        assertEquals([report.bytes, report.file], [server.bytes.length, `${folder}/file.bin`]);
      } else assertEquals(report.file, undefined);
      if (code === undefined || left) assertEquals(names(folder), [...left ?? ["file.bin"]]);
    }));
}

Deno.test("download: a part that an earlier run has left is continued", () =>
  withFolder(async (folder) => {
    await using server = entityServer([{ kind: "close", after: 200_000 }]);
    const target = { file: `${folder}/a` };
    const first = await tryDownload(server.url, target, { ...QUICK, retries: 0 });
    assertEquals([codeOf(first), first.bytes], ["body-cut", 200_000]);
    const report = await tryDownload(server.url, target, { ...QUICK, resume: true, digest: true });
    assertEquals([report.error, report.resumedFrom, report.bytes, report.tries], [undefined, 200_000, 300_000, 1]);
    assertEquals(await Deno.readFile(target.file), server.bytes);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", server.bytes));
    assertEquals(report.sha256, digest.toHex());
    assertMatch(server.requests[1] ?? "", /\r\nRange: bytes=200000-\r\nIf-Range: "v0"\r\n/);
    assertEquals(names(folder), ["a"]);
  }));

Deno.test("download: restarts a part without resume, for another URL, and for another entity", () =>
  withFolder(async (folder) => {
    const cut: Fault = { kind: "close", after: 200_000 };
    await using server = entityServer([cut, { kind: "none" }, cut, { kind: "none" }, cut, { kind: "change" }]);
    const target = { file: `${folder}/a` };
    const ways = [{ again: server.url, resume: false }, { again: `${server.url}?x`, resume: true }, {
      again: server.url,
      resume: true,
    }];
    for (const { again, resume } of ways) {
      await tryDownload(server.url, target, { ...QUICK, retries: 0, force: true });
      const report = await tryDownload(again, target, { ...QUICK, resume, force: true });
      assertEquals([report.error, report.resumedFrom], [undefined, 0]);
      assertEquals(await Deno.readFile(target.file), server.bytes);
    }
  }));

Deno.test("download: a part that is whole already is asked for its last byte", () =>
  withFolder(async (folder) => {
    await using server = entityServer([]);
    const target = { file: `${folder}/a` };
    const entity = { toucan: "part", url: server.url, etag: '"v0"', length: server.bytes.length };
    await Deno.writeTextFile(`${target.file}.part.json`, JSON.stringify(entity));
    await Deno.writeFile(`${target.file}.part`, server.bytes);
    const report = await tryDownload(server.url, target, { ...QUICK, resume: true });
    assertEquals([report.error, report.resumedFrom], [undefined, 299_999]);
    assertEquals(await Deno.readFile(target.file), server.bytes);
  }));

Deno.test("download: a finished file is seen as such where the server closes on HEAD", () =>
  withFolder(async (folder) => {
    await using server = entityServer([{ kind: "raw", text: "" }]);
    const target = { file: `${folder}/a` };
    await Deno.writeFile(target.file, server.bytes);
    const report = await tryDownload(server.url, target, { ...QUICK, resume: true });
    assertEquals([report.error, report.resumedFrom, report.tries], [undefined, 300_000, 1]);
    assertEquals(server.requests.map((head) => head.split(" ")[0]), ["HEAD", "GET"]);
  }));

Deno.test("download: a wrong checksum leaves nothing; a damaged part is loaded again", () =>
  withFolder(async (folder) => {
    await using server = entityServer([]);
    const target = { file: `${folder}/a` };
    const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", server.bytes)).toHex();
    const wrong = await tryDownload(server.url, target, { ...QUICK, checksum: { algorithm: "md5", value: "00" } });
    assert(wrong.error instanceof NegativeError);
    assertEquals([codeOf(wrong), names(folder)], ["checksum-mismatch", []]);
    const entity = { toucan: "part", url: server.url, etag: '"v0"', length: server.bytes.length };
    await Deno.writeTextFile(`${target.file}.part.json`, JSON.stringify(entity));
    await Deno.writeFile(`${target.file}.part`, new Uint8Array(1000));
    const checksum = { algorithm: "sha256", value: sha256 } as const;
    const report = await tryDownload(server.url, target, { ...QUICK, resume: true, checksum });
    assertEquals([report.error, report.resumedFrom, report.tries], [undefined, 0, 2]);
    assertEquals(await Deno.readFile(target.file), server.bytes);
  }));

Deno.test("download: what is there is replaced only by force, and only by what is whole", () =>
  withFolder(async (folder) => {
    await using server = entityServer([{ kind: "close", after: 1000 }]);
    const target = { file: `${folder}/a` };
    await Deno.writeTextFile(target.file, "mine");
    const refused = await tryDownload(server.url, target, QUICK);
    assert(refused.error instanceof SystemError);
    assertEquals([codeOf(refused), server.requests.length], ["file-exists", 0]);
    await tryDownload(server.url, target, { ...QUICK, retries: 0, force: true });
    assertEquals(await Deno.readTextFile(target.file), "mine");
    const report = await tryDownload(server.url, target, { ...QUICK, force: true });
    assertEquals(report.error, undefined);
    assertEquals(await Deno.readFile(target.file), server.bytes);
  }));

Deno.test("download: keeps a .part that another program wrote", () =>
  withFolder(async (folder) => {
    await using server = entityServer([]);
    await Deno.writeTextFile(`${folder}/a.part`, "my part");
    for (const resume of [false, true]) {
      const report = await tryDownload(server.url, { file: `${folder}/a` }, { ...QUICK, resume });
      assertEquals(codeOf(report), "file-exists");
    }
    assertEquals(await Deno.readTextFile(`${folder}/a.part`), "my part");
    const outside = `${folder}/outside`;
    await Deno.writeTextFile(outside, "outside");
    await Deno.symlink(outside, `${folder}/b.part`);
    const report = await tryDownload(server.url, { file: `${folder}/b` }, { ...QUICK, force: true });
    assertEquals([codeOf(report), await Deno.readTextFile(outside)], ["not-a-file", "outside"]);
  }));

Deno.test("download: two at once on one file", () =>
  withFolder(async (folder) => {
    await using server = entityServer([{ kind: "stall", after: 100_000 }]);
    const target = { file: `${folder}/a` };
    const begun = Promise.withResolvers<void>();
    const first = tryDownload(server.url, target, {
      ...QUICK,
      stall: 1000,
      onProgress: ({ bytes }) => bytes > 0 && begun.resolve(),
    });
    await begun.promise;
    for (const options of [QUICK, { ...QUICK, resume: true }, { ...QUICK, force: true }]) {
      const second = await tryDownload(server.url, target, options);
      assertEquals([codeOf(second), second.file], ["file-busy", undefined]);
    }
    assertEquals((await first).error, undefined);
    assertEquals(await Deno.readFile(target.file), server.bytes);
    assertEquals(names(folder), ["a"]);
  }));

Deno.test("download: to a sink it goes on where it stopped, or fails", async () => {
  const load = async (faults: readonly Fault[]) => {
    await using server = entityServer(faults);
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const sink = { write: (piece: Uint8Array) => void pieces.push(piece.slice()), end: () => {} };
    const report = await tryDownload(server.url, { sink }, QUICK);
    return { report, same: await new Blob(pieces).text() === await new Blob([server.bytes]).text() };
  };
  const cut: Fault = { kind: "close", after: 100_000 };
  for (const faults of [[], [cut], [cut, { kind: "whole" }], [cut, cut, cut]] satisfies Fault[][]) {
    const { report, same } = await load(faults);
    assertEquals([report.error, same], [undefined, true]);
  }
  for (const faults of [[cut, { kind: "change" }], [cut, { kind: "other-part" }]] satisfies Fault[][]) {
    assertEquals(codeOf((await load(faults)).report), "entity-changed");
  }
});

for (
  const [fault, code] of [[{ kind: "close", after: 1000 }, "body-cut"], [
    { kind: "stall", after: 1000 },
    "stalled",
  ]] as const
) {
  Deno.test(`download: to a sink, what cannot go on ends with why it stopped: ${fault.kind}`, async () => {
    await using server = entityServer([fault], { fields: () => "" });
    const report = await tryDownload(server.url, { sink: { write: () => {}, end: () => {} } }, {
      ...QUICK,
      stall: 100,
    });
    assertEquals([codeOf(report), report.bytes, report.tries], [code, 1000, 1]);
  });
}

const NAMES: readonly (readonly [fields: string, path: string, name: string])[] = [
  ["", "/dir/file%20one.txt?x=1", "file one.txt"],
  ["", "/", "download"],
  ["Content-Type: text/html\r\n", "/", "index.html"],
  ['Content-Disposition: attachment; filename="../../x"\r\n', "/y", "x"],
  ['Content-Disposition: attachment; filename="..\\\\..\\\\x.txt"\r\n', "/y", "x.txt"],
  ['Content-Disposition: attachment; filename="/etc/passwd"\r\n', "/y", "passwd"],
  ["Content-Disposition: attachment; filename*=UTF-8''%e2%82%ac%0a%1b[31m.txt\r\n", "/y", "€[31m.txt"],
  ['Content-Disposition: attachment; filename=".."\r\n', "/y", "y"],
  ['Content-Disposition: attachment; filename=".bashrc"\r\n', "/y", "bashrc"],
  ["", "/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "passwd"],
  [`Content-Disposition: attachment; filename="${"n".repeat(300)}.bin"\r\n`, "/y", `${"n".repeat(236)}.bin`],
];

for (const [fields, path, name] of NAMES) {
  Deno.test(`download: into a folder as ${name.slice(0, 40)} from ${path} ${fields.trim().slice(0, 60)}`, () =>
    withFolder(async (folder) => {
      await using server = answering(`HTTP/1.1 200 OK\r\n${fields}Content-Length: 2\r\n\r\nhi`);
      for (const resume of [false, true]) {
        const report = await tryDownload(`http://127.0.0.1:${server.port}${path}`, { folder }, {
          ...QUICK,
          resume,
          force: true,
        });
        assertEquals([report.error, report.file, names(folder)], [undefined, `${folder}/${name}`, [name]]);
      }
      const again = await tryDownload(`http://127.0.0.1:${server.port}${path}`, { folder }, QUICK);
      assertEquals(codeOf(again), "file-exists");
      const other = await tryDownload(`http://127.0.0.1:${server.port}${path}`, {
        folder,
        taken: new Set([`${folder}/${name}`.toLowerCase()]),
      }, QUICK);
      assertMatch(other.file ?? "", /-2(?:\.\w+)?$/);
    }));
}

Deno.test("download: a part under the server's own name is found and continued", () =>
  withFolder(async (folder) => {
    await using server = entityServer([]);
    const entity = { toucan: "part", url: server.url, etag: '"v0"', length: server.bytes.length };
    await Deno.writeTextFile(`${folder}/file.bin.part.json`, JSON.stringify(entity));
    await Deno.writeFile(`${folder}/file.bin.part`, server.bytes.subarray(0, 200_000));
    const report = await tryDownload(server.url, { folder }, { ...QUICK, resume: true });
    assertEquals([report.error, report.resumedFrom, report.tries], [undefined, 200_000, 1]);
    assertEquals(await Deno.readFile(`${folder}/file.bin`), server.bytes);
  }));

Deno.test("download: the whole is timed out, and a signal ends it", () =>
  withFolder(async (folder) => {
    await using server = entityServer([{ kind: "stall", after: 1000 }, { kind: "stall", after: 1000 }]);
    const late = await tryDownload(server.url, { file: `${folder}/a` }, { stall: 60_000, timeout: 100 });
    assert(late.error instanceof TimeoutError);
    assertEquals(codeOf(late), "timeout");
    const reason = new Error("enough");
    const controller = new AbortController();
    const stop = ({ bytes }: { bytes: number }) => bytes > 0 && controller.abort(reason);
    const ended = await tryDownload(server.url, { file: `${folder}/b` }, {
      signal: controller.signal,
      onProgress: stop,
    });
    assertEquals([ended.error?.code, ended.error?.cause], ["aborted", reason]);
    assertEquals(names(folder), ["a.part", "a.part.json", "b.part", "b.part.json"]);
  }));

Deno.test("download: what is encoded is decoded when asked, and a bomb stays within bounds", () =>
  withFolder(async (folder) => {
    const zipped = new Blob([new Uint8Array(50_000_000)]).stream().pipeThrough(new CompressionStream("gzip"));
    const bytes = new Uint8Array(await new Response(zipped).arrayBuffer());
    const text = Array.from(bytes, (octet) => String.fromCharCode(octet)).join("");
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bytes.length}\r\n\r\n`;
    await using server = answering(head + text);
    const url = `http://127.0.0.1:${server.port}/a`;
    const bomb = await tryDownload(url, { folder }, { ...QUICK, compressed: true, maxSize: 1_000_000 });
    assertEquals([codeOf(bomb), bomb.bytes <= 1_000_000, names(folder)], ["too-large", true, []]);
    const whole = await tryDownload(url, { folder }, { ...QUICK, compressed: true });
    assertEquals([whole.error, whole.bytes], [undefined, 50_000_000]);
  }));

Deno.test("download: reports an invalid URL, an unknown name, and a closed port", () =>
  withFolder(async (folder) => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const cases = [["/nonsense", "invalid-url", 1], ["gopher://x/", "unsupported-scheme", 1], [
      `http://127.0.0.1:${port}/`,
      "connection-refused",
      3,
    ]] as const;
    for (const [url, code, tries] of cases) {
      const report = await tryDownload(url, { folder }, { ...QUICK, retries: 2, retryRefused: true });
      assertEquals([codeOf(report), report.tries, report.url], [code, tries, url]);
    }
    assertEquals(names(folder), []);
  }));

Deno.test("download: 300 random schedules of faults, and the right file or none", async () => {
  let state = 20261124;
  const random = (below: number) => {
    state = Math.imul(state ^ (state >>> 13), 0x5bd1e995) + 0x9e3779b9 | 0;
    return (state >>> 0) % below;
  };
  const size = 100_000;
  const makers: readonly (() => Fault)[] = [
    () => ({ kind: "none" }),
    () => ({ kind: "close", after: random(size) }),
    () => ({ kind: "close", after: random(size) }),
    () => ({ kind: "reset", after: random(size) }),
    () => ({ kind: "stall", after: random(size) }),
    () => ({ kind: "status", status: [404, 408, 429, 500, 503][random(5)] ?? 500, fields: "Retry-After: 0\r\n" }),
    () => ({ kind: "longer", by: 1 + random(1000) }),
    () => ({ kind: "shifted", by: 1 + random(1000) }),
    () => ({ kind: "lying-length", by: 1 + random(1000) }),
    () => ({ kind: "whole" }),
    () => ({ kind: "other-part" }),
    () => ({ kind: "change" }),
    () => ({ kind: "chunked", cut: random(2) ? random(size) : undefined }),
    () => ({ kind: "raw", text: "" }),
  ];
  const fields: readonly EntityOptions["fields"][] = [
    undefined,
    undefined,
    LMOf,
    () => "",
    (v) => `ETag: W/"v${v}"\r\n`,
  ];
  const schedules = Array.from({ length: 300 }, () => ({
    faults: Array.from({ length: 1 + random(6) }, () => makers[random(makers.length)]?.() ?? { kind: "none" as const }),
    fields: fields[random(fields.length)],
    runs: 1 + random(2),
  }));
  const outcomes = new Map<string, number>();
  await withFolder(async (folder) => {
    const play = async ({ faults, fields, runs }: typeof schedules[number], number: number) => {
      await using server = entityServer(faults, { size, fields });
      const file = `${folder}/${number}`;
      const story = `schedule ${number}: ${JSON.stringify(faults)}`;
      for (let run = 0; run < runs; run++) {
        const report = await tryDownload(server.url, { file }, {
          retryWait: 1,
          stall: 60,
          retries: 2,
          timeout: DEADLINE_MS,
          resume: run > 0,
        });
        const code = String(codeOf(report));
        outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
        if (report.error === undefined) {
          // Without a validator nothing tells one version from another, but each file is one of them, whole.
          const right = [...Array(8).keys()].some((version) =>
            same(Deno.readFileSync(file), entityBytes(size, version))
          );
          assert(right, story);
          return;
        }
        assert(report.error instanceof ToucanError, `${story}: ${report.error}`);
        assertEquals([report.file, exists(file)], [undefined, false], story);
      }
    };
    for (let at = 0; at < schedules.length; at += 20) {
      const played = await Promise.allSettled(
        schedules.slice(at, at + 20).map((schedule, i) => play(schedule, at + i)),
      );
      for (const result of played) if (result.status === "rejected") throw result.reason;
    }
  });
  const known = [
    "undefined",
    "http-status",
    "body-cut",
    "stalled",
    "timeout",
    "range-unsound",
    "connection-reset",
    "connection-cut",
  ];
  assertEquals([...outcomes.keys()].filter((code) => !known.includes(code)), [], JSON.stringify([...outcomes]));
  assert((outcomes.get("undefined") ?? 0) > 150, JSON.stringify([...outcomes]));
});

function LMOf(version: number): string {
  return `Last-Modified: Mon, 01 Jan 2024 00:00:0${version % 10} GMT\r\nDate: Tue, 02 Jan 2024 00:00:00 GMT\r\n`;
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

Deno.test("download: the codes have the classes that say how it ends", async () => {
  await using server = entityServer([{ kind: "close", after: 10 }, { kind: "status", status: 404 }]);
  const sink = { write: () => {}, end: () => {} };
  assert((await tryDownload(server.url, { sink }, { retries: 0 })).error instanceof NetworkError);
  assert((await tryDownload(server.url, { sink }, { retries: 0 })).error instanceof NegativeError);
});

Deno.test("download: never resumes with a part of another entity", () =>
  withFolder(async (folder) => {
    for (const options of [{ headers: { Range: "bytes=1000-" } }, { compressed: true }, { method: "POST" }]) {
      await using server = entityServer([{ kind: "close", after: 200_000 }]);
      const target = { file: `${folder}/a` };
      await tryDownload(server.url, target, { ...QUICK, ...options, retries: 0 });
      const report = await tryDownload(server.url, target, { ...QUICK, resume: true });
      assertEquals([report.error, report.resumedFrom], [undefined, 0]);
      assertEquals(await Deno.readFile(target.file), server.bytes);
      await Deno.remove(target.file);
    }
  }));

Deno.test("download: saves a part that the caller requested, and no file for 304", () =>
  withFolder(async (folder) => {
    await using server = entityServer([{ kind: "none" }, { kind: "raw", text: "HTTP/1.1 304 N\r\n\r\n" }]);
    const target = { file: `${folder}/a` };
    const part = await tryDownload(server.url, target, { ...QUICK, headers: { Range: "bytes=299990-" } });
    assertEquals([part.error, part.status, part.bytes], [undefined, 206, 10]);
    assertEquals(await Deno.readFile(target.file), server.bytes.slice(-10));
    const same = await tryDownload(server.url, { file: `${folder}/b` }, {
      ...QUICK,
      headers: { "If-None-Match": '"v0"' },
    });
    assertEquals([same.error, same.status, same.file, names(folder)], [undefined, 304, undefined, ["a"]]);
  }));

/** A server that answers each request with the next of these, counts them by method, and closes. */
function counting(...answers: readonly string[]) {
  const seen: string[] = [];
  const server = scriptedServer(async (conn) => {
    const head = await readUntil(conn, /\r\n\r\n/);
    seen.push(head.slice(0, head.indexOf(" ")));
    await writeAll(conn, octets(answers[Math.min(seen.length, answers.length) - 1] ?? ""));
  });
  return { server, seen, url: `http://127.0.0.1:${server.port}/` };
}

const REPEATS: readonly (readonly [what: string, method: string, answers: readonly string[], requests: number])[] = [
  ["204 with a Content-Length", "DELETE", ["HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"], 1],
  ["204 with a Content-Length", "GET", ["HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"], 1],
  ["204 with a coding", "POST", ["HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n"], 1],
  ["205 without a body", "PUT", ["HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n"], 1],
  ["304 with a length and a coding", "GET", [
    "HTTP/1.1 304 Not Modified\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n",
  ], 1],
  ["a length with HEAD", "HEAD", ["HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n"], 1],
  ["no answer", "POST", [""], 1],
  ["no answer", "PATCH", ["", "HTTP/1.1 200 OK\r\n\r\n"], 1],
  ["no answer", "DELETE", ["", "HTTP/1.1 204 No Content\r\n\r\n"], 2],
  ["half a head", "POST", ["HTTP/1.1 200"], 1],
  ["half a body of a success", "DELETE", ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"], 1],
  ["half a body of a success", "PUT", ["HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nab"], 1],
  // What went to the sink cannot be taken back, and nothing proves that what comes next continues it.
  ["half a body", "GET", ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "HTTP/1.1 200 OK\r\n\r\nabcde"], 1],
  ["nothing of a body", "GET", ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nabcde"], 2],
  ["503", "POST", ["HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"], 1],
  ["503", "PUT", ["HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n"], 2],
  // The port of a closed listener refuses connections: the first server has acted on the request by then.
  ["a redirect to a server that refuses connections", "POST", [
    "HTTP/1.1 303 See Other\r\nLocation: REFUSING\r\nContent-Length: 0\r\n\r\n",
  ], 1],
  [
    "a redirect with the body to one",
    "POST",
    ["HTTP/1.1 307 Moved\r\nLocation: REFUSING\r\nContent-Length: 0\r\n\r\n"],
    1,
  ],
];

for (const [what, method, answers, requests] of REPEATS) {
  Deno.test(`download: requests that ${method} makes after ${what}`, async () => {
    const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const refusing = `http://127.0.0.1:${closed.addr.port}/`;
    closed.close();
    const { server, seen, url } = counting(...answers.map((answer) => answer.replace("REFUSING", refusing)));
    await using _server = server;
    const sink = { write() {}, end() {} };
    await tryDownload(url, { sink }, { ...QUICK, method, compressed: true, body: /^P/.test(method) ? "x" : undefined });
    assertEquals(seen, Array(requests).fill(method));
  });
}

Deno.test("download: when a request is repeated after a connection that came to nothing", () => {
  const cases = [
    ["network-unreachable", "POST", "none", false, true],
    ["network-unreachable", "POST", "server", false, false],
    // `fetch` may report it of a connection that has carried the request.
    ["network-unreachable", "POST", "none", true, false],
    ["name-server-failed", "POST", "none", true, true],
    ["network-unreachable", "PUT", "server", false, true],
    ["connection-reset", "POST", "none", false, false],
    ["connection-reset", "PUT", "success", false, false],
    ["connection-reset", "GET", "success", false, true],
  ] as const;
  for (const [code, method, reached, http2, again] of cases) {
    const wait = waitBeforeRetry(new NetworkError("x", { code }), { method, reached, http2 }, 0, {
      first: 5,
      refused: false,
    });
    assertEquals(wait, again ? 5 : undefined, `${code} ${method} ${reached} ${http2}`);
  }
});
