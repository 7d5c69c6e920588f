import { assert, assertEquals, assertRejects } from "@std/assert";
import { readOperators } from "../../../../lib/chat/internal.ts";
import { UsageError } from "../../../../lib/core/mod.ts";
import { withFolder } from "../../../kit/folder.ts";
import { utf16 } from "../../../kit/utf16.ts";

/** Invalid files of operators, and the errors. */
const WRONG: readonly (readonly [text: string, problem: string])[] = [
  ["", "no operators in the file"],
  ["# none\n", "no operators in the file"],
  ["root\n", "invalid line 1: must be NAME:PASSWORD"],
  ["a:b\nroot:\n", "invalid line 2: must be NAME:PASSWORD"],
  [":secret\n", "invalid line 1: must be NAME:PASSWORD"],
  ["a:b\na:c\n", 'duplicate operator "a"'],
];

Deno.test("readOperators: valid and invalid files", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/opers`;
    await Deno.writeTextFile(path, "\ufeff# staff\r\n\r\nroot:pass:word \r\nann:x\r\n", { mode: 0o600 });
    assertEquals(await readOperators(path), {
      operators: new Map([["root", "pass:word "], ["ann", "x"]]),
      exposed: false,
    });
    await Deno.writeFile(path, utf16("# staff\r\nroot:pass\r\n"));
    assertEquals((await readOperators(path)).operators, new Map([["root", "pass"]]));
    await Deno.chmod(path, 0o640);
    assertEquals((await readOperators(path)).exposed, true);
    for (const [text, problem] of WRONG) {
      await Deno.writeTextFile(path, text);
      const error = await assertRejects(() => readOperators(path), UsageError, problem);
      assert(!error.message.includes("secret"));
    }
  });
});
