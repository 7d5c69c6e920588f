import { assert, assertEquals } from "@std/assert";
import { GroupCommit, ToucanError } from "../../../lib/core/mod.ts";
import { type DownloadOptions, type DownloadReport, tryDownload } from "../../../lib/get/mod.ts";
import { stagedPath } from "../../../lib/get/download/write/save_small.ts";
import { type EntityOptions, entityServer, type Fault } from "../../kit/entity_server.ts";
import { withFolder } from "../../kit/folder.ts";
import { plant, PLANTED } from "../../kit/planted.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const QUICK: DownloadOptions = { retryWait: 1, stall: 500, timeout: DEADLINE_MS };
const UNIX = { ignore: Deno.build.os === "windows" };
const MIB = 1 << 20;

const codeOf = ({ error }: DownloadReport) => error instanceof ToucanError ? error.code : error;
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const cut = (after: number): Fault => ({ kind: "close", after });

interface Case {
  readonly what: string;
  readonly faults: readonly Fault[];
  readonly server?: EntityOptions;
  readonly options?: DownloadOptions;
  /** The names in the folder while the body comes. */
  readonly during: readonly string[];
  /** The names behind it. */
  readonly left: readonly string[];
}

const PART = ["file.bin.part", "file.bin.part.json"];
const CASES: readonly Case[] = [
  { what: "a small file is on the disk only when it is whole", faults: [], during: [], left: ["file.bin"] },
  { what: "one of 1 MiB", faults: [], server: { size: MIB }, during: [], left: ["file.bin"] },
  { what: "one of 0 bytes", faults: [], server: { size: 0 }, during: [], left: ["file.bin"] },
  { what: "one that is cut, and tried again", faults: [cut(1000)], during: [], left: ["file.bin"] },
  { what: "one that is cut for good", faults: [cut(1000)], options: { retries: 0 }, during: [], left: [] },
  { what: "one in chunks", faults: [{ kind: "chunked" }], during: [], left: ["file.bin"] },
  { what: "a larger file", faults: [], server: { size: MIB + 1 }, during: PART, left: ["file.bin"] },
  {
    what: "a larger one that is cut for good",
    faults: [cut(MIB)],
    server: { size: 2 * MIB },
    options: { retries: 0 },
    during: PART,
    left: PART,
  },
  {
    what: "one in chunks that turns out to be larger",
    faults: [{ kind: "chunked" }],
    server: { size: 2 * MIB },
    during: PART,
    left: ["file.bin"],
  },
  {
    what: "one in chunks that turns out to be larger and is cut for good",
    faults: [{ kind: "chunked", cut: MIB + 100_000 }],
    server: { size: 2 * MIB },
    options: { retries: 0 },
    during: PART,
    left: PART,
  },
];

for (const { what, faults, server: made, options, during, left } of CASES) {
  Deno.test(`small files: ${what}`, () =>
    withFolder(async (folder) => {
      await using server = entityServer(faults, made);
      let seen: string[] = [];
      const report = await tryDownload(server.url, { folder }, {
        ...QUICK,
        ...options,
        onProgress: () => void (seen = names(folder)),
      });
      assertEquals([seen, names(folder)], [[...during], [...left]]);
      if (left.length === 1) assertEquals(await Deno.readFile(`${folder}/file.bin`), server.bytes);
      assertEquals(report.error === undefined, left.length === 1);
      if (left !== PART) return;
      const second = await tryDownload(server.url, { folder }, { ...QUICK, resume: true });
      assert(second.resumedFrom >= MIB, `${second.resumedFrom}`);
      assertEquals([await Deno.readFile(`${folder}/file.bin`), names(folder)], [server.bytes, ["file.bin"]]);
    }));
}

Deno.test("small files: what a killed run has left of one is replaced", () =>
  withFolder(async (folder) => {
    await using server = entityServer([]);
    const staged = stagedPath(`${folder}/file.bin`);
    await Deno.writeFile(staged, new Uint8Array(500_000));
    assertEquals((await tryDownload(server.url, { folder }, QUICK)).error, undefined);
    assertEquals([await Deno.readFile(`${folder}/file.bin`), names(folder)], [server.bytes, ["file.bin"]]);
    // It was killed between its two names.
    await Deno.link(`${folder}/file.bin`, staged);
    await Deno.remove(`${folder}/file.bin`);
    await Deno.link(staged, `${folder}/other`);
    assertEquals((await tryDownload(server.url, { folder }, QUICK)).error, undefined);
    assertEquals(names(folder), ["file.bin", "other"]);
    assertEquals(await Deno.readFile(`${folder}/other`), server.bytes);
  }));

for (const kind of PLANTED) {
  Deno.test(
    `small files: a planted ${kind} in the place of one on its way is not written to`,
    UNIX,
    () =>
      withFolder(async (folder) => {
        await using server = entityServer([]);
        const victim = await plant(kind, stagedPath(`${folder}/file.bin`), folder);
        const report = await tryDownload(server.url, { folder }, QUICK);
        victim.check();
        if (kind === "hard link") assertEquals(await Deno.readFile(`${folder}/file.bin`), server.bytes);
        else assertEquals(codeOf(report), "not-a-file");
      }),
  );
}

Deno.test("small files: a file that gets the name in the meantime stays, unless it is to be replaced", () =>
  withFolder(async (folder) => {
    await using server = entityServer([]);
    for (const force of [false, true]) {
      const path = `${folder}/file.bin`;
      await Deno.remove(path).catch(() => {});
      const onReceived = () => Deno.writeTextFileSync(path, "mine");
      const report = await tryDownload(server.url, { folder }, { ...QUICK, force, onReceived });
      assertEquals([codeOf(report), names(folder)], [force ? undefined : "file-exists", ["file.bin"]]);
      assertEquals((await Deno.readFile(path)).length, force ? server.bytes.length : 4);
    }
  }));

Deno.test("small files: two of one name at once, one of them wins", () =>
  withFolder(async (folder) => {
    await using server = entityServer([]);
    const commits = new GroupCommit();
    const load = () => tryDownload(server.url, { folder }, { ...QUICK, commits });
    const reports = await Promise.all([load(), load(), load()]);
    assertEquals(reports.filter(({ error }) => error === undefined).length, 1);
    const codes = reports.map(codeOf).filter((code) => code !== undefined);
    assert(codes.every((code) => code === "file-busy" || code === "file-exists"), codes.join());
    assertEquals([await Deno.readFile(`${folder}/file.bin`), names(folder)], [server.bytes, ["file.bin"]]);
  }));
