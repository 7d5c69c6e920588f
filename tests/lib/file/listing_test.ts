/** Listings with digests come in parts, each within the time of an answer. */
import { assertEquals } from "@std/assert";
import { getTree, list, type ListedEntry, type Listing, putTree, serveHttp } from "../../../mod.ts";
import { listParts } from "../../../lib/file/client/http/listing.ts";
import { Digests } from "../../../lib/file/digest/digest.ts";
import { listFolder } from "../../../lib/file/server/listing.ts";
import { addDigests } from "../../../lib/file/server/listing_digests.ts";
import { Root } from "../../../lib/file/server/root.ts";
import { withFolder } from "../../kit/folder.ts";
import { age } from "../../kit/served.ts";

const BODY = "hello";
const SHA256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

for (
  const { name, limits, parts } of [
    {
      name: "no time: one file each",
      limits: { bytes: 1000, ms: -1 },
      parts: [["b", 1], ["c", 1], ["d", 1], [undefined, 1]],
    },
    { name: "room for two files", limits: { bytes: 12, ms: 60_000 }, parts: [["c", 2], [undefined, 2]] },
    { name: "files beyond the limit are left to others", limits: { bytes: 4, ms: 60_000 }, parts: [[undefined, 0]] },
    { name: "enough of all", limits: { bytes: 1000, ms: 60_000 }, parts: [[undefined, 4]] },
  ]
) {
  Deno.test(`a listing with digests comes in parts: ${name}`, async () => {
    await withFolder(async (folder) => {
      await Deno.mkdir(`${folder}/folder`);
      for (const file of ["a", "b", "c", "d"]) {
        await Deno.writeTextFile(`${folder}/${file}`, BODY);
        age(`${folder}/${file}`);
      }
      const root = new Root(folder);
      const digests = new Digests();
      const found = root.findFolder([]);
      const seen: unknown[] = [];
      for (let from: string | undefined = ""; found && from !== undefined;) {
        const start: string = from;
        const entries = (await listFolder(root, found)).entries.filter(({ name }) => name >= start);
        const part = await addDigests(root, digests, [], entries, limits);
        const made = part.entries.filter(({ sha256 }) => sha256 === SHA256).length;
        seen.push([part.next, made]);
        from = part.next;
      }
      assertEquals(seen, parts);
    });
  });
}

const file = (name: string, digest: boolean): ListedEntry => ({
  name,
  type: "file",
  size: BODY.length,
  modified: 0,
  sha256: digest ? SHA256 : undefined,
});

/** A server that answers `from` with these parts, and everything else with the file. */
function server(parts: Readonly<Record<string, Partial<Listing>>>, asked: string[] = []) {
  return serveHttp("127.0.0.1:0", ({ url }) => {
    if (!url?.searchParams.has("list")) return { body: BODY };
    const from = url.searchParams.get("from") ?? "";
    asked.push(from);
    return {
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ path: [], type: "folder", entries: [], truncated: false, ...parts[from] }),
    };
  });
}

const THREE = {
  "": { entries: [file("a", true), file("b", false), file("c", false)], next: "b" },
  "b": { entries: [file("b", true), file("c", false)], next: "c" },
  "c": { entries: [file("c", true)] },
};

Deno.test("a listing with digests is asked for until all are there", async () => {
  await using site = server(THREE);
  const { entries, next } = await list(site.url, { digest: true });
  assertEquals([entries.map(({ name, sha256 }) => [name, sha256]), next], [
    ["a", "b", "c"].map((name) => [name, SHA256]),
    undefined,
  ]);
});

Deno.test("a tree is loaded from the parts of a listing, each file once", async () => {
  await withFolder(async (folder) => {
    const asked: string[] = [];
    await using site = server(THREE, asked);
    const report = await getTree(site.url, folder);
    assertEquals([report.moved, report.failed, asked], [3, 0, ["", "b", "c"]]);
    assertEquals(await Deno.readTextFile(`${folder}/c`), BODY);
  });
});

Deno.test("a server that leads round in circles, back or nowhere is not asked for ever", async () => {
  const rows: readonly (readonly [Readonly<Record<string, Partial<Listing>>>, number])[] = [
    [{
      "": { entries: [file("a", true), file("b", false)], next: "b" },
      "b": { entries: [file("b", false)], next: "b" },
    }, 2],
    [{ "": { entries: [file("a", false), file("b", false)], next: "b" }, "b": { entries: [], next: "a" } }, 2],
    [{ "": { entries: [file("a", true)], next: "nowhere" } }, 1],
  ];
  for (const [parts, count] of rows) {
    await using site = server(parts);
    const got = await Array.fromAsync(listParts(site.url, { digest: true }));
    assertEquals([got.length, got.at(-1)?.next], [count, undefined]);
  }
});

Deno.test("what is there already is not sent again, whichever part of the listing says so", async () => {
  await withFolder(async (folder) => {
    for (const name of ["a", "b", "c"]) await Deno.writeTextFile(`${folder}/${name}`, BODY);
    await using site = server(THREE);
    assertEquals((await putTree([`${folder}/`], site.url)).unchanged, 3);
  });
});
