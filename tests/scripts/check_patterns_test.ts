import { assertEquals } from "@std/assert";
import { namelessErrors } from "../../scripts/checks/class_names.ts";
import { patternBreaches } from "../../scripts/checks/pattern_rules.ts";

/** A line, its file, and whether it is accepted. The lines are split, so that this file itself passes. */
const LINES: readonly (readonly [path: string, line: readonly string[], may: boolean])[] = [
  ["tests/lib/x_test.ts", ["await new Promise((done) => set", "Timeout(done, 5));"], false],
  ["tests/lib/x_test.ts", ["set", "Interval(look, 5);"], false],
  ["tests/interop/x_test.ts", ["await page.waitFor", "Timeout(500);"], false],
  ["tests/lib/x_test.ts", ["  // set", "Timeout(done, 5)"], true],
  ["tests/lib/x_test.ts", ["  // timer: in a page\n  set", "Timeout(done, 5)"], true],
  ["tests/kit/wait.ts", ["set", "Timeout(done, 5)"], true],
  ["lib/core/x.ts", ["set", "Timeout(done, 5)"], true],
  ["tests/lib/x_test.ts", ["assert(performance.now", "() - start > 90);"], false],
  ["tests/lib/x_test.ts", ["while (Date.now", "() < end) {"], false],
  ["tests/kit/x.ts", ["notBefore: new Date(Date.now", "() + DAY)"], true],
  ["cmd/mail.ts", ["readText(Deno.stdin.", "readable)"], false],
  ["lib/cli/prompt.ts", ["await Deno.stdin.", "read(key)"], false],
  ["lib/cli/stdin.ts", ["await Deno.stdin.", "read(key)"], true],
  ["lib/http/x.ts", ["Deno.env.", 'get("HTTP_PROXY")'], false],
  ["lib/core/environment.ts", ["Deno.env.", "get(name)"], true],
  ["lib/core/x.ts", ["this.name = new.", "target.name;"], false],
  ["lib/core/x.ts", ["error.constructor.", "name"], false],
  ["lib/get/x.ts", ['if (Deno.build.os === "', 'windows") return;'], false],
  ["lib/get/x.ts", ["await Deno.", "rename(from, to);"], false],
  ["lib/cli/x.ts", ["Deno.addSignal", 'Listener("SIGHUP", stop);'], false],
  ["lib/core/system/x.ts", ["rename: Deno.", "renameSync,"], true],
];

for (const [path, line, may] of LINES) {
  Deno.test(`patternBreaches ${may ? "accepts" : "rejects"} ${JSON.stringify(line.join(""))} in ${path}`, () => {
    const found = patternBreaches(path, `\n${line.join("")}\n`);
    assertEquals(found.map((breach) => breach.path), may ? [] : [path]);
    if (!may) assertEquals(found[0]?.line, 2);
  });
}

/** Heads of error classes, and whether each is accepted. */
const CLASSES: readonly (readonly [path: string, text: string, may: boolean])[] = [
  ["lib/core/x.ts", `class Cut extends Error {}`, false],
  ["lib/core/x.ts", `export class XError extends NetworkError {\n  readonly code = 1;\n}`, false],
  ["lib/core/x.ts", `class Cut extends Error {\n  override readonly name: string = "Cut";\n}`, true],
  ["lib/core/x.ts", `class Cut extends Error {\n  override readonly name: string = "Cup";\n}`, false],
  ["cmd/x.ts", `class Cut extends Error {\n  /** Its name. */\n  override readonly name: string = "Cut";\n}`, true],
  ["lib/core/x.ts", `class Cut extends Base {}`, true],
  ["tests/x.ts", `class Cut extends Error {}`, true],
];

for (const [path, text, may] of CLASSES) {
  Deno.test(`patternBreaches ${may ? "accepts" : "rejects"} ${JSON.stringify(text)} in ${path}`, () => {
    const found = namelessErrors(path, `\n${text}\n`);
    assertEquals(found.map(({ path, line }) => `${path}:${line}`), may ? [] : [`${path}:2`]);
  });
}
