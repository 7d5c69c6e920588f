import { assertEquals, assertThrows } from "@std/assert";
import {
  createOwnFile,
  findOutput,
  openForAppending,
  openOwnFile,
  openStream,
  ownerHere,
  readOwnFile,
  replaceOwnFile,
  SystemError,
} from "../../../lib/core/mod.ts";
import { withFolder } from "../../kit/folder.ts";
import { plant, PLANTED } from "../../kit/planted.ts";

const UNIX = { ignore: Deno.build.os === "windows" };
const EXISTS = Deno.errors.AlreadyExists;

for (const kind of PLANTED) {
  Deno.test(`own files: a planted ${kind} is neither opened nor followed`, UNIX, () =>
    withFolder(async (folder) => {
      const path = `${folder}/ours`;
      const victim = await plant(kind, path, folder);
      assertThrows(() => createOwnFile(path), EXISTS);
      const refusal = assertThrows(() => openOwnFile(path, { write: true }), SystemError);
      assertEquals(refusal.code, kind === "hard link" ? "file-replaced" : "not-a-file");
      assertThrows(() => readOwnFile(path, 1000), SystemError);
      victim.check();
      if (kind === "folder") return;
      replaceOwnFile(path, "new");
      assertEquals(Deno.readTextFileSync(path), "new");
      victim.check();
    }));
}

Deno.test(
  "own files: created with their mode, read back, and not larger than allowed",
  UNIX,
  () =>
    withFolder(async (folder) => {
      const path = `${folder}/ours`;
      assertEquals([openOwnFile(path), readOwnFile(path, 10)], [undefined, undefined]);
      replaceOwnFile(path, "secret", { mode: 0o600 });
      assertEquals([(Deno.statSync(path).mode ?? 0) & 0o777, readOwnFile(path, 6)], [0o600, "secret"]);
      assertThrows(() => readOwnFile(path, 5), SystemError, "larger than 5 bytes");
      assertEquals<number | null | undefined>(ownerHere(folder), Deno.statSync(path).uid);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["ours"]);
      assertEquals(await openStream(findOutput(path)), undefined);
    }),
);

Deno.test("own files: one that is locked is busy", UNIX, () =>
  withFolder((folder) => {
    const path = `${folder}/ours`;
    using _held = createOwnFile(path, { lock: true });
    const error = assertThrows(() => openOwnFile(path, { write: true, lock: true }), SystemError);
    assertEquals(error.code, "file-busy");
    return Promise.resolve();
  }));

Deno.test(
  "outputs that the user named: links and devices are the user's choice",
  UNIX,
  () =>
    withFolder(async (folder) => {
      const append = (path: string) => {
        using file = openForAppending(path);
        file.writeSync(new TextEncoder().encode("more"));
      };
      // Several may write to one file: what one adds, the other does not overwrite.
      using first = openForAppending(`${folder}/new`);
      append(`${folder}/new`);
      first.writeSync(new TextEncoder().encode("more"));
      Deno.symlinkSync("new", `${folder}/link`);
      append(`${folder}/link`);
      assertEquals(Deno.readTextFileSync(`${folder}/new`), "moremoremore");
      Deno.symlinkSync("missing", `${folder}/dangling`);
      assertThrows(() => append(`${folder}/dangling`), Deno.errors.NotFound);
      append("/dev/null");
      const device = await openStream(findOutput("/dev/null"));
      assertEquals(device !== undefined, true);
      device?.end();
      assertEquals(await openStream(findOutput(`${folder}/missing`)), undefined);
    }),
);
