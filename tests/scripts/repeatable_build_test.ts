import { assert, assertEquals, assertMatch } from "@std/assert";
import { splitTools } from "../../scripts/build/bundle_tool.ts";
import { withFolder } from "../kit/folder.ts";

/** Returns the files of a folder with their text, by path. */
function filesOf(folder: string, within = ""): Map<string, string> {
  return new Map([...Deno.readDirSync(`${folder}/${within}`)].flatMap(({ name, isDirectory }) => {
    const path = `${within}${name}`;
    return isDirectory
      ? [...filesOf(folder, `${path}/`)]
      : [[path, Deno.readTextFileSync(`${folder}/${path}`)] as const];
  }));
}

Deno.test("a build has the same bytes in another folder, and says nothing about the machine", () =>
  withFolder((folder) =>
    withFolder(async (other) => {
      // One deeper than the other: relative paths differ too.
      const places = [`${folder}/`, `${other}/a/b/`].map((folder) => ({ folder, version: "1.2.3" }));
      const builds = [];
      for (const place of places) {
        await Deno.mkdir(place.folder, { recursive: true });
        await splitTools(["url"], place);
        await Deno.remove(`${place.folder}sources`, { recursive: true });
        builds.push(filesOf(place.folder));
      }
      const [one, two] = builds;
      assertEquals(one?.has("url.js") && one.has("parts/url/url.js") && one.has("parts/url/base.js"), true);
      assertEquals(one, two);
      for (const [path, text] of one ?? []) {
        assertMatch(text, /^[\n -~\t]*$/, `${path} is ASCII`);
        for (const { folder } of places) assert(!text.includes(folder), path);
      }
      assert(one?.get("url.js")?.includes("1.2.3"));
    })
  ));
