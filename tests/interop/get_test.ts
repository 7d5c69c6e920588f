import { assert, assertEquals, assertGreater, assertLess, assertMatch } from "@std/assert";
import { tryDownload } from "../../lib/get/mod.ts";
import { entityBytes } from "../kit/entity_server.ts";
import { sha256sum, sizeOf, untilLogged } from "../kit/files.ts";
import { withFolder } from "../kit/folder.ts";
import { type FileServer, startCaddy, startNginx, startPython } from "../kit/nginx.ts";
import { peerTest } from "../kit/peer.ts";
import { runTool, startTool } from "../kit/tool.ts";
import { until } from "../kit/wait.ts";

const SIZE = 5_000_000;

const SERVERS: readonly (readonly [peer: string, start: (folder: string) => Promise<FileServer>, ranges: boolean])[] = [
  ["nginx", startNginx, true],
  ["caddy", startCaddy, true],
  ["python3", startPython, false],
];

for (const [peer, start, ranges] of SERVERS) {
  peerTest(
    `get ← ${peer}: a file, its digest, its head, the rest of it, and what is not there`,
    [peer, "sha256sum"],
    () =>
      withFolder(async (folder) => {
        await Deno.mkdir(`${folder}/root`);
        await Deno.writeFile(`${folder}/root/big file.bin`, entityBytes(SIZE, 7));
        // A date is a validator only when it lies behind.
        await Deno.utime(`${folder}/root/big file.bin`, 1_700_000_000, 1_700_000_000);
        await using server = await start(folder);
        const url = `${server.url}big%20file.bin`;
        const right = await sha256sum(`${folder}/root/big file.bin`);

        const saved = await runTool("get", ["--save", "--json", "--checksum", `sha256:${right}`, url], { cwd: folder });
        assertEquals([saved.code, saved.stderr], [0, ""]);
        const record = JSON.parse(saved.stdout);
        assertEquals([record.status, record.file, record.bytes, record.sha256], [200, "big file.bin", SIZE, right]);
        assertEquals(await sha256sum(`${folder}/big file.bin`), right);

        const piped = await runTool("get", [`${server.url}`], { cwd: folder });
        assertEquals(piped.code, peer === "python3" ? 0 : 1);
        const head = await runTool("get", ["--head", url], { cwd: folder });
        assertMatch(head.stdout, /^HTTP\/1\.[01] 200 OK\n(?:.*\n)*content-length: 5000000\n/i);
        const missing = await runTool("get", ["-o", "none", `${server.url}none`], { cwd: folder });
        assertEquals([missing.code, missing.stdout], [1, ""]);

        // The first half, as a run leaves it that was ended there.
        const half = new AbortController();
        const file = `${folder}/half`;
        await tryDownload(url, { file }, {
          signal: half.signal,
          onProgress: ({ bytes }) => bytes >= SIZE / 2 && half.abort(new Error("half")),
        });
        const there = (await Deno.stat(`${file}.part`)).size;
        const rest = await runTool("get", ["--resume", "--json", "-o", "half", url], { cwd: folder });
        assertEquals([rest.code, await sha256sum(file)], [0, right], rest.stderr);
        const resumedFrom: unknown = JSON.parse(rest.stdout).resumedFrom;
        assertEquals(resumedFrom, ranges ? Math.min(there, SIZE - 1) : 0);
      }),
  );
}

peerTest(
  "get ← nginx, killed at five random points of 200 MB: the right file, and less than 5% of it twice",
  ["nginx"],
  () =>
    withFolder(async (folder) => {
      const size = 200_000_000;
      await Deno.mkdir(`${folder}/root`);
      const block = entityBytes(1_000_000, 3);
      using out = await Deno.open(`${folder}/root/big`, { write: true, create: true });
      for (let i = 0; i < size / block.length; i++) {
        block[0] = i & 255;
        for (let done = 0; done < block.length;) done += out.writeSync(block.subarray(done));
      }
      // Slow enough that a client on a busy machine keeps up: what waits in the system's buffers when it is killed was sent too.
      await using server = await startNginx(folder, { rate: "40m" });
      let state = 42;
      const random = () => (state = Math.imul(state, 1103515245) + 12345 >>> 0) / 2 ** 32;
      const points = Array.from({ length: 5 }, () => Math.floor((0.02 + 0.93 * random()) * size)).sort((a, b) => a - b);
      const words = ["--resume", "--save", "--quiet", `${server.url}big`];
      for (const point of points) {
        // On a busy machine the file may be past the next point already: only growth tells that the requests were sent.
        const before = sizeOf(`${folder}/big.part`);
        await using tool = await startTool("get", words, { cwd: folder });
        await until(`${point} bytes`, () => sizeOf(`${folder}/big.part`) >= Math.max(point, before + 1));
        tool.process.kill("SIGKILL");
        assertEquals((await tool.process.status).signal, "SIGKILL");
      }
      assert(sizeOf(`${folder}/big.part`) >= (points.at(-1) ?? 0));
      const last = await runTool("get", ["--json", ...words], { cwd: folder });
      assertEquals([last.code, last.stderr], [0, ""]);
      assertGreater(Number(JSON.parse(last.stdout).resumedFrom), (points.at(-1) ?? 0) - 1);
      assertEquals(await sha256sum(`${folder}/big`), await sha256sum(`${folder}/root/big`));
      assertEquals([...Deno.readDirSync(folder)].some(({ name }) => name.includes(".part")), false);
      const served = (await untilLogged(`${folder}/access.log`, 2 * points.length + 2)).map((line) =>
        Number(line.split(" ")[1])
      );
      const twice = served.reduce((sum, bytes) => sum + bytes, 0) - size;
      assertGreater(twice, -1);
      assertLess(twice / size, 0.05);
    }),
);
