import { findingKinds, LAYER_TITLES, LAYERS } from "../../lib/check/internal.ts";
import type { TableMarks } from "./readme_table.ts";

/** Marks of the table of codes. */
export const CODES_MARKS: TableMarks = {
  start: "<!-- codes: made from lib/check/words/*.ts by scripts/readme_table.ts -->",
  end: "<!-- /codes -->",
};

/** Returns the table of the codes of findings in Markdown, by layer and name. */
export function codesTable(): string {
  const kinds = [...findingKinds()].toSorted(([a], [b]) => a < b ? -1 : 1);
  const rows = LAYERS.flatMap((layer) =>
    kinds.filter(([, kind]) => kind.layer === layer).map(([code, { mark, blame = "target", who, means }]) =>
      `| ${LAYER_TITLES[layer]} | \`${code}\` | ${mark}${
        mark === "fault" && blame !== "target" ? ` (${blame})` : ""
      } | ${who ?? "–"} | ${means} |`
    )
  );
  return ["| layer | code | severity | to be fixed by | meaning |", "|---|---|---|---|---|", ...rows].join("\n");
}
