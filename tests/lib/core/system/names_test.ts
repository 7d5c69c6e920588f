import { assertEquals } from "@std/assert";
import { isDeviceName, isWindowsName, isWindowsTrap, replaceForbidden } from "../../../../lib/core/system/file_name.ts";
import { isSafe, placeKey } from "../../../../lib/file/client/local_tree.ts";
import { nameProblem } from "../../../../lib/file/codec/path.ts";
import { Root } from "../../../../lib/file/server/root.ts";
import { withFolder } from "../../../kit/folder.ts";

/** Names, whether Windows takes them for a device, and whether it can create a file of the name. */
const NAMES: readonly (readonly [name: string, device: boolean, valid: boolean])[] = [
  ["a.txt", false, true],
  ["NUL", true, false],
  ["nul.txt", true, false],
  ["nul.tar.gz", true, false],
  ["NUL .txt", true, false],
  ["nul:", true, false],
  ["con", true, false],
  ["PRN.a", true, false],
  ["aux", true, false],
  ["COM1", true, false],
  ["com0", true, false],
  ["lpt9.log", true, false],
  ["COM¹", true, false],
  ["lpt³.a", true, false],
  ["CONIN$", true, false],
  ["conout$.x", true, false],
  ["com10", false, true],
  ["console", false, true],
  ["nullable", false, true],
  ["a.nul", false, true],
  ["a:b", false, false],
  ["C:", false, false],
  ["a.", false, false],
  ["a ", false, false],
  ["a?b", false, false],
  ["a*", false, false],
  ['"a"', false, false],
  ["<a>", false, false],
  ["a|b", false, false],
  ["a\\b", false, false],
  ["a\u0001b", false, false],
  ["ä\u0308 ß", false, true],
];

for (const [name, device, valid] of NAMES) {
  Deno.test(`names on Windows: ${JSON.stringify(name)}`, () => {
    assertEquals([isDeviceName(name), isWindowsName(name)], [device, valid]);
  });
  Deno.test(`names on Windows: ${JSON.stringify(name)} for the server and the client of file`, () => {
    const apart = name.includes("\\") || name.includes("\u0001");
    assertEquals([nameProblem(name, true) === undefined, isSafe(name, "windows")], [valid, valid]);
    assertEquals([nameProblem(name, false), isSafe(name, "linux"), isSafe(name, "darwin")], [undefined, true, true]);
    if (!apart) assertEquals(isWindowsTrap(name), !valid);
  });
}

Deno.test("names on Windows: characters that it does not allow are replaced", () => {
  assertEquals(replaceForbidden('a<b>c:d"e|f?g*h', "_"), "a_b_c_d_e_f_g_h");
});

Deno.test("root on Windows: devices, streams and paths with either separator", () =>
  withFolder((folder) => {
    const root = new Root(folder, { os: "windows" });
    const shown = ["a.txt", "NUL", "a.txt::$DATA", "a.txt.", "aux.html"].filter((name) => root.shows(name));
    assertEquals(shown, ["a.txt"]);
    const holds = [`${root.path}\\b\\a.txt`, `${root.path}\\b/con`, `${root.path}x\\a`, `${root.path}\\b\\a:b`];
    assertEquals(holds.map((path) => root.holds(path)), [true, false, false, false]);
    assertEquals(new Root(folder, { os: "linux" }).shows("NUL"), true);
    return Promise.resolve();
  }));

Deno.test("a file without an exact identity is told from others by its names", () => {
  const exact = { dev: 1, ino: 7 };
  assertEquals(placeKey(exact, ["a"]), placeKey(exact, ["B"]));
  // NTFS: the number of a file and the number of its uses, in 64 bits.
  const rounded = { dev: 1, ino: 2 ** 60 };
  assertEquals(placeKey(rounded, ["a", "x"]) === placeKey(rounded, ["a", "y"]), false);
  assertEquals(placeKey(rounded, ["a", "X"]), placeKey(rounded, ["A", "x"]));
});
