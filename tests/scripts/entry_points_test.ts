import { assert, assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { readSources } from "../../scripts/build/sources.ts";
import { ROOT } from "../../scripts/root.ts";
import { staticImports } from "../kit/static_imports.ts";

const modules = new Map([...await readSources(), ["mod.ts", await Deno.readTextFile(`${ROOT}mod.ts`)]]);

/** The rooms of `lib` that an entry point may load, and the maximum number of modules. */
const ENTRY_POINTS: Readonly<Record<string, readonly [rooms: string, modules: number]>> = {
  "./core": ["core deps", 100],
  "./url": ["core deps url", 45],
  "./dns": ["core deps dns", 300],
  "./tcp": ["core deps tcp", 170],
  "./udp": ["core deps udp", 170],
  "./http": ["core deps http", 230],
  "./ftp": ["core deps ftp", 218],
  "./get": ["core deps get http", 240],
  "./file": ["core deps file ftp get http", 450],
  "./chat": ["chat core deps http", 410],
  "./mail": ["core deps http mail", 600],
  "./check": ["chat check core deps dns ftp http mail udp url", 1200],
  ".": ["chat check core deps dns file ftp get http mail tcp udp url", 1310],
};

Deno.test("deno.json: each entry point is known here", () => {
  assertEquals(Object.keys(config.exports).sort(), Object.keys(ENTRY_POINTS).sort());
});

for (const [name, path] of Object.entries(config.exports)) {
  Deno.test(`import of ${name}: loads no other protocol`, () => {
    const [rooms = "", most = 0] = ENTRY_POINTS[name] ?? [];
    const found = [...staticImports(modules, path.replace("./", "")).keys()].filter((path) => modules.has(path));
    const loaded = new Set(found.flatMap((path) => /^lib\/(\w+)\//.exec(path)?.[1] ?? []));
    assertEquals([...loaded].sort().join(" "), rooms);
    assert(found.length <= most, `${found.length} modules`);
  });
}

Deno.test("import of ./url: loads no built-in module of Node.js", () => {
  const found = [...staticImports(modules, "lib/url/mod.ts").keys()];
  assertEquals(found.filter((name) => name.startsWith("node:")), []);
});
