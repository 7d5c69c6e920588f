/**
 * Checks that everything that `mod.ts` exports is documented in the form of Deno's standard library: a verb in the third
 * person, `@param`, `@returns`, `@throws`, `@default` of each optional option, and a titled example.
 *
 * `deno run -A scripts/checks/check_public_docs.ts --list [ROOM]` prints what is missing.
 * @module
 */
import { ROOT } from "../root.ts";
import { exportedSymbols } from "./docs/doc_node.ts";
import { type DocBreach, docBreaches } from "./docs/doc_rules.ts";
import { PENDING } from "./docs/pending.ts";

const [mode, chosen] = Deno.args;
const found = Map.groupBy((await exportedSymbols("mod.ts", ROOT)).flatMap(docBreaches), room);
let failed = false;
for (const [name, breaches] of [...found].sort()) {
  if (mode === "--list" ? chosen === undefined || chosen === name : breaches.length > (PENDING[name] ?? 0)) {
    failed ||= mode !== "--list";
    for (const { filename, line, name, message } of breaches) {
      console.error(`${filename.slice(filename.indexOf("/lib/") + 1)}:${line}: ${name} ${message}`);
    }
  }
  if (mode === "--list") console.log(`${name}: ${breaches.length}`);
}
for (const [name, count] of Object.entries(PENDING)) {
  if (mode === "--list" || (found.get(name)?.length ?? 0) >= count) continue;
  console.error(`scripts/checks/docs/pending.ts: ${name} lacks ${found.get(name)?.length ?? 0}, not ${count}`);
  failed = true;
}
if (failed) Deno.exit(1);

function room({ filename }: DocBreach): string {
  return /\/lib\/([^/]+)\//.exec(filename)?.[1] ?? "";
}
