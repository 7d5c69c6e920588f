import { assert, assertEquals } from "@std/assert";
import { nameKey } from "../../../lib/core/mod.ts";
import { shortenName, splitEnding } from "../../../lib/http/codec/fields/file_name.ts";
import { TakenNames } from "../../../lib/get/download/naming/taken_names.ts";
import { tryDownload } from "../../../lib/get/mod.ts";
import { dispositionFileName } from "../../../lib/http/mod.ts";
import { withFolder } from "../../kit/folder.ts";
import { testSite } from "../../kit/site.ts";

for (
  const [name, ending] of [
    ["a.txt", ".txt"],
    ["a.tar.gz", ".tar.gz"],
    ["a.tar.gz.sig", ".tar.gz.sig"],
    ["dump.sql.xz", ".sql.xz"],
    ["app-1.2.gz", ".gz"],
    ["app-1.2", ""],
    [".bashrc", ""],
    ["none", ""],
    ["x.7z", ".7z"],
    ["日本.テキスト", ".テキスト"],
  ] as const
) {
  Deno.test(`endings: ${name}`, () => assertEquals(splitEnding(name)[1], ending));
}

Deno.test("long names keep their ending and the number, in bytes of UTF-8", () => {
  const size = (text: string) => new TextEncoder().encode(text).length;
  for (const letter of ["a", "ä", "漢", "😀"]) {
    for (const mark of ["", "-2", "-1000"]) {
      const short = shortenName(`${letter.repeat(300)}.tar.gz`, 240, mark);
      assert(size(short) <= 240 && size(short) > 230, short);
      assert(short.endsWith(`${letter}${mark}.tar.gz`), short);
    }
  }
});

Deno.test("a folder's names: the same where the folder folds them, and only there", () => {
  const pairs = [["A", "a", "case"], ["\u00e9", "e\u0301", "composition"]] as const;
  for (const [one, other, kind] of pairs) {
    for (const folding of [{ case: true, composition: true }, { case: false, composition: false }]) {
      assertEquals(nameKey(one, folding) === nameKey(other, folding), folding[kind]);
    }
  }
});

Deno.test("names of a folder that cannot be looked at are taken for the same when they might be", () => {
  const taken = TakenNames.of(new Set<string>());
  const names = ["a.txt", "A.TXT", "é.txt", "e\u0301.txt"].map((name) => taken.take("/proc/none", name));
  assertEquals(names.map((path) => path.slice(11)), ["a.txt", "A-2.TXT", "é.txt", "e\u0301-2.txt"]);
});

for (
  const [names, right] of [
    [["a", "a.part", "a.part.json"], ["a", "a-2.part", "a.part-2.json"]],
    [["a.part", "a"], ["a.part", "a-2"]],
    [["a.part.json", "a", "a.part"], ["a.part.json", "a-2", "a.part"]],
    [["a.tar.gz", "a.tar.gz.part"], ["a.tar.gz", "a-2.tar.gz.part"]],
    [["A", "a.PART"], ["A", "a-2.PART"]],
    [["part", "a.part1", "a"], ["part", "a.part1", "a"]],
  ] as const
) {
  Deno.test(`names of a batch are not those of each other's parts: ${names}`, () => {
    const taken = TakenNames.of(new Set<string>());
    assertEquals(names.map((name) => taken.take("/proc/none", name).slice(11)), [...right]);
  });
}

Deno.test("names of a batch: a part's name waits for an earlier download of that name", async () => {
  const taken = TakenNames.of(new Set<string>());
  const [first, second, other] = [taken.enter("a.part"), taken.enter("a"), taken.enter("b")];
  const order: string[] = [];
  const coming = second.come("a").then(() => order.push(taken.take("/proc/none", "a")));
  await other.come("b");
  order.push(taken.take("/proc/none", "a.part"));
  first.settle();
  await coming;
  assertEquals(order, ["/proc/none/a.part", "/proc/none/a-2"]);
});

Deno.test("a batch has a large file and what is called as its part is", () =>
  withFolder(async (folder) => {
    const [large, other] = [new Uint8Array(3 << 20).fill(1), new Uint8Array(10)];
    await using site = testSite({ "/a": { body: large }, "/a.part": { body: other }, "/a.part.json": { body: other } });
    const taken = new Set<string>();
    const names = ["a", "a.part", "a.part.json"];
    const reports = await Promise.all(
      names.map((name) => tryDownload(site.url + name, { folder, taken }, { force: true })),
    );
    assertEquals(reports.map(({ error }) => error?.message), [undefined, undefined, undefined]);
    assertEquals(reports.map(({ file = "" }) => Deno.statSync(file).size), [large.length, 10, 10]);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["a", "a-2.part", "a.part-2.json"]);
  }));

Deno.test("names of a batch: unique in parallel, in the order of the calls", () =>
  withFolder(async (folder) => {
    const first = Promise.withResolvers<void>();
    await using site = testSite({
      "/1/a.txt": () => first.promise.then(() => ({ body: "1" })),
      "/2/a.txt": () => (first.resolve(), { body: "2" }),
      "/3/a.txt": { body: "3" },
    });
    const taken = new Set<string>();
    const reports = await Promise.all(
      [1, 2, 3].map((number) => tryDownload(`${site.url}${number}/a.txt`, { folder, taken }, { force: true })),
    );
    assertEquals(reports.map(({ file }) => file), ["a.txt", "a-2.txt", "a-3.txt"].map((name) => `${folder}/${name}`));
    assertEquals(reports.map(({ file }) => Deno.readTextFileSync(file ?? "")), ["1", "2", "3"]);
  }));

for (
  const [value, name] of [
    ['attachment; filename="C:\\Users\\me\\report.pdf"', "report.pdf"],
    ['attachment; filename="C:\\\\Users\\\\me\\\\report.pdf"', "report.pdf"],
    ["attachment; filename=C:\\Users\\me\\report.pdf", "report.pdf"],
    ['attachment; filename="\\\\server\\share\\report.pdf"', "report.pdf"],
    ["attachment; filename*=UTF-8''C%3A%5CUsers%5Creport.pdf", "report.pdf"],
    ['attachment; filename="..\\..\\boot.ini"', "boot.ini"],
    ['attachment; filename="a\\"b.txt"', "a_b.txt"],
  ] as const
) {
  Deno.test(`paths of Windows: ${value}`, () => assertEquals(dispositionFileName(value), name));
}
