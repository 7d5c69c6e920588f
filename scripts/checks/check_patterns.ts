/**
 * Checks what no type and no lint rule can say: sleeps in tests, and ways around the one function for a thing.
 * @module
 */
import { ROOT } from "../root.ts";
import { patternBreaches } from "./pattern_rules.ts";

const found = ["tests", "lib", "cmd"].flatMap(files).flatMap((path) =>
  patternBreaches(path, Deno.readTextFileSync(ROOT + path))
);
for (const { path, line, message } of found) console.error(`${path}:${line}: ${message}`);
if (found.length > 0) Deno.exit(1);

function files(folder: string): string[] {
  return [...Deno.readDirSync(ROOT + folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? files(path) : name.endsWith(".ts") ? [path] : [];
  });
}
