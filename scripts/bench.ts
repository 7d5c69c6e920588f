/**
 * Compares Toucan with its peers on this machine: `deno task bench [SUBJECT…]`. Prints a table in Markdown. `start
 * --write` also measures the archives, which takes minutes, and writes the table of the README.
 * @module
 */
import { TABLE_HEAD } from "./bench/harness.ts";
import { benchMain } from "./bench/main.ts";
import type { Subject } from "./bench/subject.ts";
import { ROOT } from "./root.ts";

const subjects = [...Deno.readDirSync(`${ROOT}scripts/bench/subjects`)].map(({ name }) => name.replace(/\.ts$/, ""))
  .sort();
const named = Deno.args.filter((word) => word !== "--write");
const chosen = named.length > 0 ? named : subjects;
for (const name of chosen) {
  if (subjects.includes(name)) continue;
  console.error(`there is no subject "${name}": the subjects are ${subjects.join(", ")}`);
  Deno.exit(2);
}

console.log(TABLE_HEAD.join("\n"));
await benchMain(chosen.map((name) => ({
  name,
  async load() {
    const module: { readonly subject: Subject } = await import(`./bench/subjects/${name}.ts`);
    return module.subject;
  },
})));
