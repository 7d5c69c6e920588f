import { assertEquals, assertThrows } from "@std/assert";
import { fileId } from "../../../../lib/core/system/file_id.ts";
import { othersMay, permissionBits } from "../../../../lib/core/system/modes.ts";
import { isNullDevice } from "../../../../lib/core/system/null_device.ts";
import { flushesFolders, releaseToRename } from "../../../../lib/core/system/open_files.ts";
import type { Os } from "../../../../lib/core/system/os.ts";
import { renameFile } from "../../../../lib/core/system/rename.ts";
import { comparedPath, rootsOf } from "../../../../lib/core/system/roots.ts";
import { findOutput, pathsOfOutput } from "../../../../lib/core/files/output_path.ts";
import { openStream } from "../../../../lib/core/files/output_stream.ts";

/** Errors that Windows reports while another program has a file open. */
const denied = () =>
  Object.assign(new Deno.errors.PermissionDenied("Access is denied. (os error 5)"), { code: "EPERM" });
const sharing = () => Object.assign(new Error("The process cannot access the file (os error 32)"), { code: "EBUSY" });

/** Renames with errors in turn, and returns the number of attempts, the waits and the error. */
function attempts(os: Os, errors: readonly Error[]): { tries: number; waits: number[]; error?: string } {
  const left = [...errors];
  const waits: number[] = [];
  let tries = 0;
  const rename = () => {
    tries++;
    const error = left.shift();
    if (error) throw error;
  };
  try {
    renameFile("a", "b", { os, rename, pause: (ms) => void waits.push(ms) });
    return { tries, waits };
  } catch (error) {
    return { tries, waits, error: String(error) };
  }
}

Deno.test("renameFile: tries again on Windows while another program has a file open", () => {
  assertEquals(attempts("windows", []), { tries: 1, waits: [] });
  assertEquals(attempts("windows", [denied(), sharing()]), { tries: 3, waits: [10, 20] });
  const all = attempts("windows", Array.from({ length: 9 }, denied));
  assertEquals([all.tries, all.waits, all.error], [6, [10, 20, 40, 80, 160], String(denied())]);
});

Deno.test("renameFile: other errors, and those of other systems, are final", () => {
  const missing = new Deno.errors.NotFound("no such file");
  const refused = new Deno.errors.NotCapable("Requires write access");
  assertEquals(attempts("windows", [missing]).tries, 1);
  assertEquals(attempts("windows", [refused]).tries, 1);
  assertEquals([attempts("linux", [denied()]).tries, attempts("darwin", [sharing()]).tries], [1, 1]);
});

Deno.test("renameFile: waits without an event loop", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/a`, "new");
    await Deno.writeTextFile(`${folder}/b`, "old");
    renameFile(`${folder}/a`, `${folder}/b`);
    assertEquals(await Deno.readTextFile(`${folder}/b`), "new");
    assertThrows(() => renameFile(`${folder}/a`, `${folder}/b`), Deno.errors.NotFound);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("open files: Windows closes them before a rename, and flushes no folder", async () => {
  const path = await Deno.makeTempFile();
  const file = await Deno.open(path);
  assertEquals([releaseToRename(file, "linux"), releaseToRename(file, "darwin")], [undefined, undefined]);
  releaseToRename(file, "windows")?.();
  assertThrows(() => file.statSync(), Deno.errors.BadResource);
  await Deno.remove(path);
  assertEquals((["linux", "darwin", "windows"] as const).map((os) => flushesFolders(os)), [true, true, false]);
});

Deno.test("permission bits: those of Windows say nothing", () => {
  const open = { mode: 0o100666 };
  assertEquals((["linux", "darwin", "windows"] as const).map((os) => permissionBits(open, os)), [
    0o666,
    0o666,
    undefined,
  ]);
  assertEquals(permissionBits({ mode: null }, "linux"), undefined);
  assertEquals([othersMay(open, 0o002, "linux"), othersMay(open, 0o002, "windows")], [true, false]);
  assertEquals([othersMay({ mode: 0o600 }, 0o077, "linux"), othersMay({ mode: 0o640 }, 0o077, "linux")], [false, true]);
});

Deno.test("fileId: only exact numbers identify a file", () => {
  assertEquals(fileId({ dev: 1, ino: 2 }), "1-2");
  assertEquals([fileId({ dev: 1, ino: null }), fileId({ dev: 1, ino: 2 ** 53 })], [undefined, undefined]);
});

Deno.test("NUL is the null device of Windows only", async () => {
  const names = ["NUL", "nul", "nul:", "\\\\.\\NUL"];
  for (const name of names) assertEquals([isNullDevice(name, "windows"), isNullDevice(name, "linux")], [true, false]);
  for (const name of ["nul.txt", "a/NUL", "null"]) assertEquals(isNullDevice(name, "windows"), false);
  const output = findOutput("NUL", "windows");
  assertEquals(output, { given: "NUL", path: "NUL", discards: true });
  await (await openStream(output))?.write(new Uint8Array(9));
  assertEquals(pathsOfOutput("NUL", (file) => [file, `${file}.part`], "windows"), []);
  assertEquals(pathsOfOutput("NUL", (file) => [file, `${file}.part`], "linux"), ["NUL", "NUL.part"]);
});

Deno.test("roots: on Windows / is all drives, and paths are compared without case", () => {
  assertEquals([rootsOf("/", "linux"), rootsOf("/", "darwin"), rootsOf(".", "windows")], [["/"], ["/"], ["."]]);
  const drives = rootsOf("/", "windows");
  assertEquals([drives.length, drives[0], drives[2], drives.at(-1)], [26, "A:\\", "C:\\", "Z:\\"]);
  assertEquals(comparedPath("C:/Users\\Ada", "windows"), comparedPath("c:\\users/ADA", "windows"));
  assertEquals(comparedPath("/Users/Ada", "darwin"), "/Users/Ada");
});
