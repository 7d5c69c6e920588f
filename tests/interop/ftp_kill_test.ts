import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { type RunningTool, startTool } from "../kit/tool.ts";
import { looks, until } from "../kit/wait.ts";

const SIZE = 8_000_000;
/** Points at which a process is killed: bytes that have arrived, and steps that are waited behind that. */
const POINTS = fc.sample(fc.tuple(fc.nat({ max: SIZE }), fc.nat({ max: 3 })), { seed: 20260101, numRuns: 10 });
POINTS.push([0, 0], [SIZE, 0], [SIZE, 1], [SIZE, 2]);
const CONTENT = Uint8Array.from({ length: SIZE }, (_, i) => (i * 2_654_435_761) >>> 24);

interface Uploading {
  readonly root: string;
  readonly server: RunningTool;
  readonly client: Deno.ChildProcess;
}

/** Starts a server, and an upload of `x`. */
async function withUpload(folder: string, use: (uploading: Uploading) => Promise<void>): Promise<void> {
  const root = `${folder}/root`;
  await Deno.mkdir(root, { recursive: true });
  await Deno.writeFile(`${folder}/x`, CONTENT);
  await using server = await start(root);
  const [, url = ""] = await server.stderrMatch(/listening on (ftp:\S+)\n/);
  const client = new Deno.Command("curl", {
    args: ["-q", "-s", "--limit-rate", "40M", "-T", `${folder}/x`, url],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await use({ root, server, client });
  } finally {
    kill(client);
    await client.status;
  }
}

function start(root: string): Promise<RunningTool> {
  return startTool("file", ["serve", "--port", "0", "--ftp", "0", "--upload", "--quiet", root]);
}

/** Waits until a number of bytes has arrived, or the file has its name, and then some steps more. */
async function arrived(root: string, [bytes, steps]: readonly [number, number]): Promise<void> {
  await until(`${bytes} bytes`, () => sizes(root).some(([name, size]) => name === "x" || size >= bytes));
  let left = steps;
  for await (const _ of looks("some steps")) if (left-- <= 0) return;
}

/** Names and sizes of the files of a folder. */
function sizes(root: string): [name: string, size: number][] {
  return Array.from(Deno.readDirSync(root), ({ name }) => {
    try {
      return [name, Deno.statSync(`${root}/${name}`).size];
    } catch {
      // It was renamed meanwhile.
      return ["", 0];
    }
  });
}

function kill(process: Deno.ChildProcess): void {
  try {
    process.kill("SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Checks that the file is whole, if it has its name. */
function checkWhole(root: string, point: readonly number[]): boolean {
  const names = sizes(root).map(([name]) => name);
  if (!names.includes("x")) return false;
  assertEquals(Deno.readFileSync(`${root}/x`).every((byte, i) => byte === CONTENT[i]), true, `${point}`);
  assertEquals(Deno.statSync(`${root}/x`).size, SIZE, `${point}`);
  return true;
}

peerTest("FTP server: a client that is killed while it uploads leaves the whole file or none", ["curl"], async () => {
  for (const point of POINTS) {
    await withFolder((folder) =>
      withUpload(folder, async ({ root, server, client }) => {
        await arrived(root, point);
        kill(client);
        await client.status;
        server.process.kill("SIGTERM");
        await server.code;
        // With the server, the part is gone too.
        assertEquals(sizes(root).map(([name]) => name), checkWhole(root, point) ? ["x"] : []);
      })
    );
  }
});

peerTest("FTP server: when the server is killed, the file is whole or has no name, and the next server cleans up", [
  "curl",
], async () => {
  for (const point of POINTS) {
    await withFolder(async (folder) => {
      await withUpload(folder, async ({ root, server }) => {
        await arrived(root, point);
        server.process.kill("SIGKILL");
        await server.code;
      });
      const root = `${folder}/root`;
      const whole = checkWhole(root, point);
      await using next = await start(root);
      await next.stderrMatch(/listening on ftp/);
      await until("the next server has cleaned up", () => sizes(root).length === (whole ? 1 : 0));
    });
  }
});
