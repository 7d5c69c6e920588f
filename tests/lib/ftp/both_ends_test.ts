import { assert, assertEquals, assertRejects } from "@std/assert";
import { ToucanError } from "../../../lib/core/mod.ts";
import { serveFiles } from "../../../lib/file/mod.ts";
import { connectFtp } from "../../../lib/ftp/mod.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { withFolder } from "../../kit/folder.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const authority = await makeCertificate({ authority: true, names: [] });
const certificate = await makeCertificate({ issuer: authority });
/** Bytes that differ everywhere: more than the buffers of a connection hold. */
const LARGE = Uint8Array.from({ length: 5_000_003 }, (_, index) => (index * 2654435761) >>> 13);
const NAMES = ["a b", " leading", "trailing ", "ümlaut", "-dash", "#%?;=", "a -> b", '"quoted"', ".dot", "\u{1f600}"];

for (const security of ["none", "explicit", "implicit"] as const) {
  Deno.test(`ftp, both ends, ${security}: upload, download, resume, listing, names, times, hashes, abort`, () =>
    withFolder(async (folder) => {
      const ftp = security === "implicit" ? { listenTls: "127.0.0.1:0" } : { listen: "127.0.0.1:0" };
      const tls = security === "none" ? undefined : certificate;
      await using server = serveFiles(folder, "127.0.0.1:0", { upload: true, dotFiles: true, tls, ftp });
      await using client = await connectFtp(server.ftp[0]?.addr ?? "", {
        ...{ security, timeout: DEADLINE_MS, stall: DEADLINE_MS },
        tls: { caCerts: [authority.cert] },
      });
      await client.store("large", LARGE, { size: LARGE.length });
      assertEquals(await Deno.readFile(`${folder}/large`), LARGE);
      // From here on, passive mode and transfer are requested together.
      assertEquals(await client.retrieveBytes("large"), LARGE);
      {
        await using download = await client.retrieve("large", { offset: 4_000_000, size: LARGE.length });
        const buffer = new Uint8Array(64 * 1024);
        while (await download.read(buffer) !== null);
        await download.end();
        assertEquals(download.bytes, LARGE.length - 4_000_000);
      }
      await client.makeFolder("sub");
      for (const name of NAMES) await client.store(`sub/${name}`, name);
      const { entries, unreadable } = await client.list("sub");
      assertEquals([unreadable, new Set(entries.map(({ name }) => name))], [0, new Set(NAMES)]);
      const modified = Date.UTC(2020, 1, 29, 12, 34, 56);
      assertEquals(await client.setModified("sub/a b", modified), true);
      assertEquals((await client.stat("sub/a b"))?.modified, modified);
      assertEquals((await client.stat("sub"))?.type, "folder");
      assertEquals(await client.stat("none"), undefined);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", LARGE));
      assertEquals(await client.hash("large", "sha256"), digest.toHex());
      for (let count = 0; count < 3; count++) {
        await using download = await client.retrieve("large");
        assert((await download.read(new Uint8Array(100)) ?? 0) > 0);
      }
      assertEquals((await assertRejects(() => client.retrieve("none"), ToucanError)).code, "no-such-file");
      assertEquals((await assertRejects(() => client.list("none"), ToucanError)).code, "no-such-file");
      assertEquals(client.closed, false);
    }));
}
