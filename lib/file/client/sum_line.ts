import { formatSize } from "../../core/mod.ts";
import type { TreeReport } from "./report.ts";

/** Returns the result of a tree in one line: `2 files (7 B), 1 failed`. */
export function sumLine({ moved, bytes, unchanged, failed, skipped }: TreeReport): string {
  const rest = Object.entries({ unchanged, failed, skipped }).filter(([, count]) => count > 0);
  const files = `${moved} ${moved === 1 ? "file" : "files"} (${formatSize(bytes)})`;
  return [files, ...rest.map(([what, count]) => `${count} ${what}`)].join(", ");
}
