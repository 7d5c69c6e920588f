import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { circles } from "../../scripts/imports/circles.ts";
import { breaches } from "../../scripts/imports/rules.ts";
import { scan } from "../../scripts/imports/scan.ts";
import { checkTree } from "../../scripts/imports/tree.ts";
import { ROOT } from "../../scripts/root.ts";

/** A forbidden module, and words of the rule that it breaks. */
const FORBIDDEN: readonly (readonly [path: string, source: string, rule: string])[] = [
  ["lib/deps/x.ts", `import "../core/mod.ts";`, "lib/deps may import itself, not lib/core"],
  ["lib/deps/x.ts", `export * from "npm:qrcode@^1.5.0";`, "exact version"],
  ["lib/deps/x.ts", `export * from "npm:qrcode";`, "exact version"],
  ["lib/deps/x.ts", `export * from "jsr:@std/cli@1.0.0";`, "exact version"],
  ["lib/deps/x.ts", `export * from "https://deno.land/x/a/mod.ts";`, "exact version"],
  ["lib/core/x.ts", `import { main } from "../cli/mod.ts";`, "not lib/cli"],
  ["lib/core/x.ts", `import type { Url } from "../url/url.ts";`, "not lib/url"],
  ["lib/core/x.ts", `let a: import("../url/url.ts").Url;`, "not lib/url"],
  ["lib/core/x.ts", `export { a } from "../url/url.ts";`, "not lib/url"],
  ["lib/core/x.ts", `export * as a from "../url/url.ts";`, "not lib/url"],
  ["lib/core/x.ts", `await import("../url/url.ts");`, "not lib/url"],
  ["lib/core/x.ts", `import a = require("../url/url.ts");`, "not lib/url"],
  ["lib/core/x.ts", `new Worker(new URL("../url/worker.ts", import.meta.url));`, "not lib/url"],
  ["lib/core/x.ts", `// @ts-types="../url/url.d.ts"\nexport {} from "./y.ts";`, "not lib/url"],
  ["lib/core/x.ts", `/// <reference path="../url/url.d.ts" />`, "not lib/url"],
  ["lib/core/x.ts", `await import(name);`, "literal"],
  ["lib/core/x.ts", "await import(`./${name}.ts`);", "literal"],
  ["lib/core/x.ts", `import tls from "node:tls";`, "through lib/deps only"],
  ["lib/core/x.ts", `import { a } from "npm:a@1.0.0";`, "through lib/deps only"],
  ["lib/core/x.ts", `import { a } from "https://example.test/a.ts";`, "through lib/deps only"],
  ["lib/core/x.ts", `import { a } from "@std/assert";`, "bare name"],
  ["lib/core/x.ts", `import { a } from "/lib/core/y.ts";`, "bare name"],
  ["lib/core/x.ts", `import { a } from "./y";`, "extension"],
  ["lib/core/x.ts", `import { a } from "../../scripts/root.ts";`, "lib imports lib only"],
  ["lib/core/x.ts", `import { a } from "../../mod.ts";`, "lib imports lib only"],
  ["lib/core/x.ts", `import { a } from "../../cmd/url.ts";`, "lib imports lib only"],
  ["lib/core/x.ts", `import config from "../../deno.json" with { type: "json" };`, "lib imports lib only"],
  ["lib/cli/x.ts", `import { a } from "../dns/mod.ts";`, "not lib/dns"],
  ["lib/url/x.ts", `import { a } from "../cli/mod.ts";`, "not lib/cli"],
  ["lib/url/x.ts", `import { a } from "../dns/mod.ts";`, "not lib/dns"],
  ["lib/http/x.ts", `import { a } from "../file/mod.ts";`, "not lib/file"],
  ["lib/chat/x.ts", `import { a } from "../dns/mod.ts";`, "not lib/dns"],
  ["lib/check/x.ts", `import { a } from "../cli/mod.ts";`, "not lib/cli"],
  ["lib/dns/x.ts", `console.log(1);`, "never prints"],
  ["lib/dns/x.ts", `if (bad) Deno.exit(1);`, "never prints"],
  ["lib/dns/x.ts", `globalThis.Deno.exit(1);`, "never prints"],
  ["lib/dns/x.ts", `Deno["exit"](1);`, "never prints"],
  ["lib/dns/x.ts", `const [a] = Deno.args;`, "never prints"],
  ["lib/dns/x.ts", `await Deno.permissions.request({ name: "net" });`, "never prints"],
  ["lib/dns/codec/x.ts", `await Deno.readFile("a");`, "a codec is pure"],
  ["lib/dns/codec.ts", `let a: Deno.Addr;`, "a codec is pure"],
  ["lib/dns/codec/x.ts", `const { readFile } = Deno;`, "a codec is pure"],
  ["lib/dns/codec/x.ts", `const d = globalThis.Deno;`, "a codec is pure"],
  ["lib/dns/codec/x.ts", `await fetch("http://a/");`, "a codec is pure"],
  ["lib/http/websocket/codec/x.ts", `await fetch("http://a/");`, "a codec is pure"],
  ["lib/dns/codec/x.ts", `import { a } from "../../core/mod.ts";`, "leaf files of lib/core"],
  ["lib/dns/codec.ts", `import type { A } from "../core/mod.ts";`, "leaf files of lib/core"],
  ["lib/http/codec/fields/x.ts", `export { a } from "../../../core/mod.ts";`, "leaf files of lib/core"],
  ["lib/http/websocket/codec/x.ts", `import { a } from "../../../core/mod.ts";`, "leaf files of lib/core"],
  ["cmd/url.ts", `import { a } from "../lib/url/url.ts";`, "lib/*/internal.ts only"],
  ["cmd/url.ts", `import { a } from "../lib/deps/mod.ts";`, "through the library"],
  ["cmd/url.ts", `import { a } from "../mod.ts";`, "lib/*/internal.ts only"],
  ["cmd/url.ts", `import { a } from "../lib/core/public/x.ts";`, "lib/*/internal.ts only"],
  ["cmd/url.ts", `import { a } from "./tcp.ts";`, "only cmd/toucan.ts"],
  ["cmd/url.ts", `import { a } from "./file/get.ts";`, "only cmd/toucan.ts"],
  ["cmd/url.ts", `import { a } from "./file/records.ts";`, "only cmd/toucan.ts"],
  ["cmd/file/get.ts", `import { a } from "../url.ts";`, "only cmd/toucan.ts"],
  ["cmd/file/get.ts", `import { a } from "../file.ts";`, "only cmd/toucan.ts"],
  ["cmd/file/get.ts", `import { a } from "../../lib/file/client/get/get_tree.ts";`, "lib/*/internal.ts only"],
  ["cmd/url/records.ts", `import { a } from "../file/get.ts";`, "only cmd/toucan.ts"],
  ["cmd/url.ts", `import { a } from "npm:a@1.0.0";`, "through lib/deps only"],
  ["cmd/url.ts", `import { a } from "node:fs";`, "through lib/deps only"],
  ["cmd/toucan.ts", `import { command } from "./tcp.ts";`, "lazily"],
  ["mod.ts", `export * from "./lib/core/errors.ts";`, "lib/core/public.ts only"],
  ["mod.ts", `export * from "./lib/core/mod.ts";`, "lib/core/public.ts only"],
  ["mod.ts", `export * from "./lib/url/internal.ts";`, "lib/core/public.ts only"],
  ["mod.ts", `export * from "./lib/cli/mod.ts";`, "lib/core/public.ts only"],
  ["mod.ts", `export * from "./lib/deps/mod.ts";`, "lib/core/public.ts only"],
  ["mod.ts", `export const a = 1;`, "no logic"],
];

const ALLOWED: readonly (readonly [path: string, source: string])[] = [
  [
    "lib/deps/x.ts",
    `// @ts-types="./x.d.ts"\nexport { a } from "npm:@scope/a@1.2.3/sub/a.js";\nexport * from "node:tls";`,
  ],
  ["lib/core/x.ts", `import { a } from "./y.ts";\nimport { b } from "../deps/b.ts";\nDeno.connect({ port: 1 });`],
  ["lib/cli/version.ts", `import config from "../../deno.json" with { type: "json" };`],
  ["lib/cli/x.ts", `Deno.exit(Deno.args.length); import { a } from "../core/ip.ts";`],
  ["lib/mail/x.ts", `import { a } from "../dns/mod.ts";\nimport { b } from "../http/mod.ts";`],
  ["lib/check/x.ts", `import { a } from "../mail/mod.ts";`],
  [
    "lib/dns/codec/x.ts",
    `/** Mentions Deno.connect in words. */\nexport const a = { fetch: b.fetch, Deno: "Deno.exit" };`,
  ],
  ["lib/http/codec/x.ts", `import { a } from "../../core/errors/errors.ts";\nimport { b } from "./deep/y.ts";`],
  ["lib/http/codec/x.ts", `import { concat } from "../../deps/std/bytes.ts";`],
  ["lib/http/server/x.ts", `import { a } from "../../core/mod.ts";`],
  ["cmd/url.ts", `import { a } from "../lib/url/internal.ts";\nimport { b } from "../lib/cli/mod.ts";`],
  ["cmd/file.ts", `import { a } from "./file/get.ts";\nimport { b } from "./file/records.ts";`],
  ["cmd/file/get.ts", `import { a } from "./client.ts";\nimport { b } from "./hints.ts";`],
  ["cmd/toucan.ts", `const tools = { url: () => import("./url.ts") };`],
  ["mod.ts", `/** Words. */\nexport * from "./lib/core/public.ts";\nexport * as url from "./lib/url/mod.ts";`],
];

for (const [path, source, rule] of FORBIDDEN) {
  Deno.test(`checkTree rejects ${source.replaceAll("\n", " ")} in ${path}`, () => {
    const found = breaches(path, scan(`// first line\n\n${source}`));
    assert(found.length > 0, "nothing was found");
    assert(found.some(({ message }) => message.includes(rule)), JSON.stringify(found));
    assert(found.every((breach) => breach.path === path && breach.line >= 3), JSON.stringify(found));
  });
}

for (const [path, source] of ALLOWED) {
  Deno.test(`checkTree accepts ${source.replaceAll("\n", " ")} in ${path}`, () => {
    assertEquals(breaches(path, scan(source)), []);
  });
}

Deno.test("check_imports: this checkout has no forbidden import", () => {
  const report = checkTree(ROOT);
  assertEquals(report.breaches, []);
  assert(report.modules > 40);
});

Deno.test("check_imports fails with the position of a forbidden import", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["lib", "cmd"]) await Deno.mkdir(`${folder}/${name}`);
    await Deno.writeTextFile(`${folder}/mod.ts`, "");
    for (const name of ["core", "deps"]) await copyFolder(`${ROOT}lib/${name}`, `${folder}/lib/${name}`);
    assertEquals((await check(folder)).code, 0);
    const path = `${folder}/lib/core/trace.ts`;
    await Deno.writeTextFile(path, `import "../cli/mod.ts";\n${await Deno.readTextFile(path)}`);
    const { code, stderr } = await check(folder);
    assertEquals(code, 1);
    assertStringIncludes(
      stderr,
      `lib/core/trace.ts:1: "../cli/mod.ts": lib/core may import itself and deps, not lib/cli`,
    );
    await Deno.writeTextFile(path, "export {");
    assertStringIncludes((await check(folder)).stderr, "lib/core/trace.ts:1: cannot be read: ");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function check(folder: string): Promise<{ code: number; stderr: string }> {
  const script = `${ROOT}scripts/check_imports.ts`;
  const args = ["run", "--quiet", "--no-prompt", "--allow-read", script, folder];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

/** Sources by name in `lib/core/`, and the circles among them. */
const CIRCLES: readonly (readonly [sources: Readonly<Record<string, string>>, circles: readonly string[]])[] = [
  [{ "a.ts": `import "./b.ts";`, "b.ts": `import "./c.ts";`, "c.ts": "" }, []],
  [{ "a.ts": `import "./b.ts"; import "./c.ts";`, "b.ts": `import "./c.ts";`, "c.ts": "" }, []],
  [{ "a.ts": `import "./a.ts";` }, ["a.ts:1: lib/core/a.ts → lib/core/a.ts"]],
  [
    { "a.ts": `import "./b.ts";`, "b.ts": `import "./sub/c.ts";`, "sub/c.ts": `\nexport * from "../b.ts";` },
    ["sub/c.ts:2: lib/core/b.ts → lib/core/sub/c.ts → lib/core/b.ts"],
  ],
  [
    { "a.ts": `import type { B } from "./b.ts";`, "b.ts": `let a: import("./a.ts").A;` },
    ["b.ts:1: lib/core/a.ts → lib/core/b.ts → lib/core/a.ts"],
  ],
  [
    { "a.ts": `import "./b.ts";`, "b.ts": `import "./c.ts";`, "c.ts": `import "./a.ts"; import "./b.ts";` },
    [
      "c.ts:1: lib/core/a.ts → lib/core/b.ts → lib/core/c.ts → lib/core/a.ts",
      "c.ts:1: lib/core/b.ts → lib/core/c.ts → lib/core/b.ts",
    ],
  ],
  // What is loaded later closes no circle.
  [{ "a.ts": `import "./b.ts";`, "b.ts": `await import("./a.ts");` }, []],
  [{ "a.ts": `import "./b.ts";`, "b.ts": `new URL("./a.ts", import.meta.url);` }, []],
];

Deno.test("circles of imports are reported with their path", () => {
  for (const [sources, expected] of CIRCLES) {
    const modules = new Map(Object.entries(sources).map(([name, source]) => [`lib/core/${name}`, scan(source)]));
    const found = circles(modules).map(({ path, line, message }) =>
      `${path}:${line}: ${message}`.replace("circle of imports: ", "").replace("lib/core/", "")
    );
    assertEquals(found, [...expected]);
  }
});

Deno.test("the check of a checkout reports a circle", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/lib/core`, { recursive: true });
    await Deno.mkdir(`${folder}/cmd`);
    await Deno.writeTextFile(`${folder}/mod.ts`, "");
    await Deno.writeTextFile(`${folder}/lib/core/a.ts`, `import { b } from "./b.ts";`);
    await Deno.writeTextFile(`${folder}/lib/core/b.ts`, `import { a } from "./a.ts";`);
    assertEquals(checkTree(folder).breaches, [{
      path: "lib/core/b.ts",
      line: 1,
      message: "circle of imports: lib/core/a.ts → lib/core/b.ts → lib/core/a.ts",
    }]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
