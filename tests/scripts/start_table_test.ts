import { assertEquals, assertThrows } from "@std/assert";
import { startTable, withStartTable } from "../../scripts/bench/start_table.ts";

const TABLE = startTable([{ program: "toucan", archiveBytes: 24_049_000, ms: 27.4, ratio: 1.249 }]);

Deno.test("startTable has a row for each executable", () => {
  assertEquals(TABLE.split("\n").slice(1), ["|---|---:|---:|---:|", "| `toucan` | 24.0 MB | 27 ms | 1.25 |"]);
});

Deno.test("withStartTable replaces what stands between the marks, and requires them", () => {
  const text = "# A\n\n<!-- start: made by deno task bench start --write -->\nold\n<!-- /start -->\n\n## B\n";
  const written = withStartTable(text, TABLE);
  assertEquals(written.includes("old"), false);
  assertEquals(written, withStartTable(written, TABLE));
  assertEquals(written.endsWith("<!-- /start -->\n\n## B\n"), true);
  assertThrows(() => withStartTable("# A\n", TABLE), Error, "the README lacks");
});
