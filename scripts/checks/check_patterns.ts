/**
 * Checks rules that neither types nor lint rules express: no sleeps in tests, no calls that bypass a shared function,
 * no names that a bundler changes.
 * @module
 */
import { ROOT } from "../root.ts";
import { namelessErrors } from "./class_names.ts";
import { patternBreaches } from "./pattern_rules.ts";

const found = ["tests", "lib", "cmd"].flatMap(files).flatMap((path) => {
  const text = Deno.readTextFileSync(ROOT + path);
  return [...patternBreaches(path, text), ...namelessErrors(path, text)];
});
for (const { path, line, message } of found) console.error(`${path}:${line}: ${message}`);
if (found.length > 0) Deno.exit(1);

function files(folder: string): string[] {
  return [...Deno.readDirSync(ROOT + folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? files(path) : name.endsWith(".ts") ? [path] : [];
  });
}
