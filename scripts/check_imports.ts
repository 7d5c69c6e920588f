/**
 * Checks the directions of imports: `deno run --allow-read scripts/check_imports.ts [FOLDER]`.
 * @module
 */
import { ROOT } from "./root.ts";
import { checkTree } from "./imports/tree.ts";

const { modules, breaches } = checkTree(Deno.args[0] ?? ROOT);
for (const { path, line, message } of breaches) console.error(`${path}:${line}: ${message}`);
if (breaches.length > 0) Deno.exit(1);
console.log(`${modules} modules import only what they may`);
