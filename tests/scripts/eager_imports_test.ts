import { assertEquals } from "@std/assert";
import { posix } from "node:path";
import { direct, readSources } from "../../scripts/build/sources.ts";
import { toolNames } from "../../scripts/records.ts";

/** Names of functions that open a connection or wait for one. */
const SOCKETS = /\bDeno\.(?:connect|connectTls|startTls|listen|listenTls|listenDatagram)\(|\bfetch\(|\bnew WebSocket\(/;

const sources = await readSources();
const modules = new Map([...sources, ...direct(sources)]);

/** Returns the modules that are imported with a module, by the modules that import them. */
function loaded(first: string): Map<string, string> {
  const found = new Map([[first, ""]]);
  for (const [path] of found) {
    for (
      const [, specifier = ""] of (modules.get(path) ?? "").matchAll(/^(?:import|export) [^;]*? from "(\.[^"]+)"/gm)
    ) {
      const target = posix.join(posix.dirname(path), specifier);
      if (!found.has(target)) found.set(target, path);
    }
  }
  return found;
}

for (const tool of toolNames()) {
  Deno.test(`toucan ${tool} --help loads no module that opens a socket`, () => {
    const found = loaded(`cmd/${tool}.ts`);
    const protocols = [...found].filter(([path]) => SOCKETS.test(code(modules.get(path) ?? "")));
    assertEquals(protocols.map(([path, by]) => `${path}, imported by ${by}`), []);
  });
}

function code(text: string): string {
  return text.replace(/^\s*(?:\*|\/\/|\/\*).*$/gm, "");
}
