import { assertEquals, assertMatch } from "@std/assert";
import { countHidden } from "../../../lib/core/files/hidden_names.ts";
import { FolderReader } from "../../../lib/core/mod.ts";
import { getTree, list, putTree } from "../../../lib/file/mod.ts";
import type { TreeEntry } from "../../../lib/file/mod.ts";
import { withFolder } from "../../kit/folder.ts";
import { served } from "../../kit/served.ts";

/** Whether the runtime leaves names that are not UTF-8 out of listings. */
const LEAVES_OUT = /^2\.[0-8]\./.test(Deno.version.deno);

/** Makes files and folders with names as `printf` writes them: only a shell can make names that are not UTF-8. */
async function make(folder: string, names: readonly string[]): Promise<void> {
  const script = names.map((name) =>
    name.endsWith("/") ? `mkdir "$(printf '${name.slice(0, -1)}')"` : `printf x > "$(printf '${name}')"`
  ).join(" && ");
  const { code } = await new Deno.Command("sh", { args: ["-c", script], cwd: folder }).output();
  assertEquals(code, 0);
}

/** Names that are not UTF-8, and how many entries cannot be read. */
const BROKEN: readonly (readonly [what: string, names: readonly string[]])[] = [
  ["Latin-1", ["caf\\351"]],
  ["several of one shape", ["caf\\351", "caf\\350", "caf\\352"]],
  ["a lone surrogate", ["a\\355\\240\\200b"]],
  ["overlong", ["a\\300\\257b"]],
  ["cut", ["a\\342\\202"]],
  ["folders", ["d\\377/", "e\\377/"]],
];

for (const [what, names] of BROKEN) {
  Deno.test({
    name: `file: names that are not UTF-8 are failures, not silence: ${what}`,
    ignore: LEAVES_OUT,
    fn: () =>
      withFolder(async (folder) => {
        await using site = await served({ "in/good": "x" }, { upload: true });
        await make(`${site.root}/in`, names);
        assertEquals((await list(`${site.url}in/`)).unreadable, names.length);
        const got: TreeEntry[] = [];
        const down = await getTree(`${site.url}in/`, folder, { onEntry: (entry) => void got.push(entry) });
        assertEquals([down.moved, down.failed, down.error?.code], [1, 1, "invalid-path"]);
        const up = await putTree([`${site.root}/in/`], `${site.url}out/`);
        assertEquals([up.moved, up.failed, up.error?.code], [1, names.length, "invalid-path"]);
        assertMatch((await site.ask("GET /in/")).body, /\d entr[a-z]+ not shown: \w+ names? (is|are) not valid UTF-8/);
      }),
  });
}

Deno.test({
  name: "file: a valid name with U+FFFD in it is moved, also beside a broken one that looks the same",
  ignore: LEAVES_OUT,
  fn: () =>
    withFolder(async (folder) => {
      await make(folder, ["x\\357\\277\\275", "x\\377"]);
      const entries = await Array.fromAsync(new FolderReader(folder));
      assertEquals(entries.map(({ unreadable }) => unreadable).sort(), [false, true]);
    }),
});

/** Valid names that are moved both ways. */
const ODD = [
  "a\nb",
  "tab\there",
  "esc\x1b[31m",
  "back\\slash",
  "up\\..\\x",
  "CON",
  "nul.txt",
  "a:b",
  "end.",
  "%41",
  "?#",
  "e\u0301",
  "\u00e9",
];

Deno.test({
  name: "file: names with control characters, backslashes and the like survive put and get",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      await using site = await served({}, { upload: true });
      await Deno.mkdir(`${folder}/from`);
      for (const name of ODD) await Deno.writeTextFile(`${folder}/from/${name}`, name);
      const up = await putTree([`${folder}/from/`], site.url);
      assertEquals([up.moved, up.failed], [ODD.length, 0]);
      const down = await getTree(site.url, `${folder}/to`);
      assertEquals([down.moved, down.failed], [ODD.length, 0]);
      for (const name of ODD) assertEquals(await Deno.readTextFile(`${folder}/to/${name}`), name);
    }),
});

/** Metadata of folders: size, links and blocks, the listed names and the number of folders among them. */
const FOLDERS: readonly (readonly [what: string, stat: [number, number | null, number], string[], number, number])[] = [
  ["ext4, all listed", [4096, 3, 8], ["a", "d"], 1, 0],
  ["ext4, two folders hidden", [4096, 5, 8], ["a", "d"], 1, 2],
  ["btrfs counts no links", [8, 1, 0], ["a", "b", "c", "d"], 0, 0],
  ["tmpfs, all listed", [80, 2, 0], ["a", "b"], 0, 0],
  ["tmpfs, one file hidden", [100, 2, 0], ["a", "b"], 0, 1],
  ["tmpfs, a folder and a file hidden", [100, 3, 0], ["a"], 0, 2],
  ["XFS, all names in the inode", [60, 2, 0], ["a".repeat(10), "b".repeat(28)], 0, 0],
  ["no links known", [0, null, 0], ["a"], 0, 0],
];

for (const [what, [size, nlink, blocks], listed, folders, hidden] of FOLDERS) {
  Deno.test(`hidden entries by the folder's metadata: ${what}`, () => {
    assertEquals(countHidden({ size, nlink, blocks }, listed, folders), hidden);
  });
}
