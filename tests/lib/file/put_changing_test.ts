import { assertEquals } from "@std/assert";
import { putTree, type TreeEntry } from "../../../lib/file/mod.ts";
import { serveHttp } from "../../../lib/http/mod.ts";
import { withFolder } from "../../kit/folder.ts";
import { allNames, served } from "../../kit/served.ts";

const SIZE = 8 << 20;

/** Changes of a file after a part of it was read. */
const CHANGES: readonly (readonly [what: string, change: (path: string) => void])[] = [
  ["grows", (path) => Deno.writeFileSync(path, new Uint8Array(10), { append: true })],
  ["shrinks", (path) => Deno.truncateSync(path, Deno.statSync(path).size >> 1)],
  ["is written over", (path) => Deno.writeFileSync(path, new Uint8Array(SIZE).fill(7))],
  ["is replaced by another", (path) => {
    Deno.writeFileSync(`${path}.new`, new Uint8Array(SIZE).fill(9));
    Deno.renameSync(`${path}.new`, path);
  }],
  ["vanishes", (path) => Deno.removeSync(path)],
];

for (const [what, change] of CHANGES) {
  for (const always of [false, true]) {
    const gone = what === "vanishes";
    Deno.test(`file put: a file that ${what} ${always ? "each time" : "once"} while it is read`, () =>
      withFolder(async (folder) => {
        await using site = await served({}, { upload: true });
        const path = `${folder}/big`;
        await Deno.writeFile(path, new Uint8Array(SIZE));
        let times = 0;
        let last = 0;
        const entries: TreeEntry[] = [];
        const report = await putTree([path], site.url, {
          onEntry: (entry) => void entries.push(entry),
          onProgress: (_, { bytes }) => {
            const begins = bytes <= last || last === 0;
            last = bytes;
            if (!begins || (times > 0 && !always)) return;
            times++;
            change(path);
          },
        });
        const fails = always || gone;
        assertEquals([report.moved, report.failed], fails ? [0, 1] : [1, 0]);
        if (!fails) return assertEquals(Deno.readFileSync(`${site.root}/big`), Deno.readFileSync(path));
        assertEquals(entries[0]?.error?.code, gone ? "file-not-found" : "file-changed");
        await site.server.shutdown();
        assertEquals(allNames(site.root), []);
      }));
  }
}

Deno.test("file put: bytes are counted without onProgress", () =>
  withFolder(async (folder) => {
    await using site = await served({}, { upload: true });
    await Deno.writeTextFile(`${folder}/small`, "hello");
    await Deno.writeFile(`${folder}/big`, new Uint8Array(SIZE));
    assertEquals((await putTree([`${folder}/`], site.url)).bytes, SIZE + 5);
  }));

/** Responses of a server without digests about a stored file, and the results. */
const FOREIGN: readonly (readonly [what: string, status: number, length: number, verified?: string, code?: string])[] =
  [
    ["the same size", 200, 5, "size", undefined],
    ["another size", 200, 4, undefined, "size-mismatch"],
    ["that there is none", 404, 0, undefined, "not-stored"],
    ["nothing", 405, 0, "none", undefined],
  ];

for (const [what, status, length, verified, code] of FOREIGN) {
  Deno.test(`file put: a server that sends no digest, and then says ${what}`, () =>
    withFolder(async (folder) => {
      await using server = serveHttp("127.0.0.1:0", async ({ method, body }) => {
        await body.bytes(100);
        if (method === "PUT") return { status: 201 };
        return method === "HEAD" ? { status, body: "x".repeat(length) } : { status: 404 };
      });
      await Deno.writeTextFile(`${folder}/a`, "hello");
      const entries: TreeEntry[] = [];
      const onEntry = (entry: TreeEntry) => void entries.push(entry);
      await putTree([`${folder}/a`], server.url, { onEntry });
      assertEquals([entries[0]?.verified, entries[0]?.error?.code, entries[0]?.sha256], [verified, code, undefined]);
    }));
}
