import { assertEquals } from "@std/assert";
import { checkSavable, replaceFile, ToucanError } from "../../../lib/core/mod.ts";
import { withFolder } from "../../kit/folder.ts";

const LARGE = 1 << 20;
const bytesOf = (size: number, seed: number) => Uint8Array.from({ length: size }, (_, at) => (at * 31 + seed) & 0xff);

/** Bytes before and after: a file with several names is replaced by its bytes. */
for (
  const [before, after] of [[0, 5], [5, 0], [5, 5], [0, 0], [3 * LARGE, LARGE + 7], [LARGE + 7, 3 * LARGE]] as const
) {
  Deno.test(`a file of ${before} bytes with two names is replaced by one of ${after}`, {
    ignore: Deno.build.os === "windows",
  }, () =>
    withFolder(async (folder) => {
      const [path, other, part] = ["f", "other", "part"].map((name) => `${folder}/${name}`) as [string, string, string];
      await Deno.writeFile(path, bytesOf(before, 1));
      await Deno.link(path, other);
      await Deno.writeFile(part, bytesOf(after, 2));
      await Deno.utime(part, 1000, 2000);
      using file = await Deno.open(part);
      assertEquals(replaceFile({ path: part, file }, { given: path, path }), "copied");
      assertEquals(await Deno.readFile(other), bytesOf(after, 2));
      assertEquals((await Deno.stat(path)).mtime?.getTime(), 2_000_000);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["f", "other"]);
    }));
}

Deno.test("checkSavable: tells before the work that a file could not be written, and leaves nothing", () =>
  withFolder((folder) => {
    Deno.mkdirSync(`${folder}/dir`);
    Deno.writeTextFileSync(`${folder}/old`, "old");
    const rows: readonly (readonly [path: string, code: string | undefined])[] = [
      [`${folder}/new`, undefined],
      [`${folder}/old`, undefined],
      [`${folder}/dir`, "is-a-directory"],
      [`${folder}/none/new`, "file-not-found"],
      ["-", "invalid-path"],
    ];
    const codeOf = (path: string): unknown => {
      try {
        checkSavable(path);
        return undefined;
      } catch (error) {
        return error instanceof ToucanError ? error.code : error;
      }
    };
    for (const [path, code] of rows) assertEquals(codeOf(path), code, path);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["dir", "old"]);
    assertEquals(Deno.readTextFileSync(`${folder}/old`), "old");
    return Promise.resolve();
  }));
