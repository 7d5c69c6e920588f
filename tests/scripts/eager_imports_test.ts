import { assertEquals } from "@std/assert";
import { direct, readSources } from "../../scripts/build/sources.ts";
import { toolNames } from "../../scripts/records.ts";
import { staticImports } from "../kit/static_imports.ts";

/** Names of functions that open a connection or wait for one. */
const SOCKETS = /\bDeno\.(?:connect|connectTls|startTls|listen|listenTls|listenDatagram)\(|\bfetch\(|\bnew WebSocket\(/;

const sources = await readSources();
const modules = new Map([...sources, ...direct(sources)]);

for (const tool of toolNames()) {
  Deno.test(`toucan ${tool} --help loads no module that opens a socket`, () => {
    const found = staticImports(modules, `cmd/${tool}.ts`);
    const protocols = [...found].filter(([path]) => SOCKETS.test(code(modules.get(path) ?? "")));
    assertEquals(protocols.map(([path, by]) => `${path}, imported by ${by}`), []);
  });
}

function code(text: string): string {
  return text.replace(/^\s*(?:\*|\/\/|\/\*).*$/gm, "");
}
