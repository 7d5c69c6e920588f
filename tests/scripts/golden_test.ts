import { assert, assertEquals } from "@std/assert";
import { errorRows, formatErrors } from "../../scripts/golden/error_table.ts";
import { goldenFiles } from "../../scripts/golden/golden_files.ts";
import { ROOT } from "../kit/tool.ts";

const FOLDER = `${ROOT}tests/golden/`;

Deno.test("goldenFiles: help, man pages and errors are those of tests/golden; deno task golden --update writes them", async () => {
  const wanted = await goldenFiles();
  const found = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".txt"));
  assertEquals(found.toSorted(), [...wanted.keys()].toSorted());
  for (const [name, text] of wanted) {
    const golden = Deno.readTextFileSync(FOLDER + name).replaceAll("\r\n", "\n");
    assert(golden === text, `${name} differs: see it with "deno task golden --update" and "git diff tests/golden"`);
  }
});

Deno.test("errorRows: messages with their code, reason and hint; formatErrors adds the hint of the tools", () => {
  const source = `
    throw new UsageError("no sense");
    throw new NetworkError(\`cannot reach \${host}: \` + why, { code: "lost", hint: "look" });
    throw new SystemError("it exists", { code: "file-exists", reason: "not-a-part", cause });
    const CAUSES = [[TimeoutError, "late", "too late"]];
    throw new RangeError("ours");`;
  assertEquals(
    formatErrors(errorRows(source)),
    "file-exists/not-a-part  SystemError\n    it exists\n    hint: move it away, or overwrite it with --force\n" +
      "late  TimeoutError\n    too late\n" +
      "usage  UsageError\n    no sense\n",
  );
});
