import { assertEquals } from "@std/assert";
import { getTree, serveFiles } from "../../../lib/file/mod.ts";
import { withFolder } from "../../kit/folder.ts";

const LARGE = "x".repeat((1 << 20) + 1);

for (const [size, text] of [["small", "new"], ["large", LARGE]] as const) {
  Deno.test({
    name: `getTree: a ${size} file that is replaced keeps its other names and its owner, and gets the server's mode`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      withFolder(async (top) => {
        for (const folder of ["from", "to"]) await Deno.mkdir(`${top}/${folder}`);
        const root = Deno.uid() === 0;
        for (const name of ["linked", "plain", "sealed"]) {
          await Deno.writeTextFile(`${top}/from/${name}`, text);
          await Deno.chmod(`${top}/from/${name}`, 0o640);
          await Deno.writeTextFile(`${top}/to/${name}`, "old");
          await Deno.chmod(`${top}/to/${name}`, name === "sealed" ? 0o400 : 0o600);
          if (root) await Deno.chown(`${top}/to/${name}`, 12, 34);
        }
        await Deno.link(`${top}/to/linked`, `${top}/to/other`);
        await using server = serveFiles(`${top}/from`, "127.0.0.1:0");
        const { moved, failed } = await getTree(server.url, `${top}/to`);
        assertEquals([moved, failed], [3, 0]);
        assertEquals(await Deno.readTextFile(`${top}/to/other`), text);
        for (const name of ["linked", "plain", "sealed"]) {
          const { mode, uid, gid, nlink, mtime } = Deno.statSync(`${top}/to/${name}`);
          assertEquals((mode ?? 0) & 0o7777, name === "linked" ? 0o600 : 0o640, name);
          assertEquals(nlink, name === "linked" ? 2 : 1);
          assertEquals(mtime, Deno.statSync(`${top}/from/${name}`).mtime);
          if (root) assertEquals([uid, gid], [12, 34]);
        }
        assertEquals([...Deno.readDirSync(`${top}/to`)].length, 4);
      }),
  });
}
