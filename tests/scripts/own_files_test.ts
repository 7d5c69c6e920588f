import { assertEquals } from "@std/assert";
import { ROOT } from "../../scripts/root.ts";

/** Calls that create files or open them for writing. */
const WRITERS =
  /\bDeno\.(?:create|writeFile|writeTextFile|copyFile|symlink|truncate)(?:Sync)?\b|\bcreate(?:New)?: |\bappend: |\bwrite: true/;

/** Returns the sources below a folder, by their paths from the top of the checkout. */
function* sources(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(ROOT + folder)) {
    if (isDirectory) yield* sources(`${folder}/${name}`);
    else if (name.endsWith(".ts")) yield `${folder}/${name}`;
  }
}

Deno.test("only lib/core/files creates and writes files", () => {
  const found = [...sources("lib"), ...sources("cmd")].filter((path) => !path.startsWith("lib/core/files/")).flatMap(
    (path) =>
      Deno.readTextFileSync(ROOT + path).split("\n").map((line, i) => [`${path}:${i + 1}`, line.trim()]).filter(
        ([, line = ""]) => !line.startsWith("*") && WRITERS.test(line),
      ),
  );
  // A part of an earlier run is opened by openOwnFile.
  assertEquals(found.filter(([, line = ""]) => !/\bopenOwnFile\(/.test(line)), []);
});
