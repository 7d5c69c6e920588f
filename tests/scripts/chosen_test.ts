import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { replaceFolder } from "../../scripts/build/run.ts";
import { chosenTools, toolNames } from "../../scripts/records.ts";
import { withFolder } from "../kit/folder.ts";

Deno.test("a folder with other files is not replaced, one of an earlier run is", () =>
  withFolder(async (folder) => {
    const path = `${folder}/out`;
    await replaceFolder(path, "SHA256SUMS");
    await Deno.writeTextFile(`${path}/letter.txt`, "dear");
    await assertRejects(() => replaceFolder(path, "SHA256SUMS"), Error, "no SHA256SUMS of an earlier run");
    assertEquals(await Deno.readTextFile(`${path}/letter.txt`), "dear");
    await Deno.writeTextFile(`${path}/SHA256SUMS`, "");
    await replaceFolder(path, "SHA256SUMS");
    assertEquals([...Deno.readDirSync(path)], []);
  }));

Deno.test("tools are chosen by their names, and by default all", () => {
  assertEquals(chosenTools([]), toolNames());
  assertEquals(chosenTools(["url"]), ["url"]);
  assertThrows(() => chosenTools(["url", "curl"]), RangeError, 'unknown tool "curl"');
});
