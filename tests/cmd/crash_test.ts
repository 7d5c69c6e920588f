import { assert, assertEquals } from "@std/assert";
import { entityBytes, entityServer } from "../kit/entity_server.ts";
import { withFolder } from "../kit/folder.ts";
import { allNames, served } from "../kit/served.ts";
import { runTool, startTool } from "../kit/tool.ts";
import { until } from "../kit/wait.ts";

const COUNT = 400;
const SIZE = 4096;
const LARGE = 8 << 20;
const SMALL_NAMES = Array.from({ length: COUNT }, (_, i) => `f${i}`);
const contentOf = (name: string) => entityBytes(SIZE, Number(name.slice(1)));

/** Fails unless every named file is complete; returns the number of files. */
function wholeOnes(folder: string): number {
  const found = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => /^f\d+$/.test(name));
  for (const name of found) assertEquals(Deno.readFileSync(`${folder}/${name}`), contentOf(name), name);
  return found.length;
}

/** Starts a tool, and kills it once the first files have their names. Its stdin stays open, so that it cannot end. */
async function killedAmid(tool: string, args: readonly string[], folder: string, stdin = ""): Promise<void> {
  await using running = await startTool(tool, args);
  const { process } = running;
  const fed = new Blob([stdin]).stream().pipeTo(process.stdin, { preventClose: true }).catch(() => {});
  const drained = new Response(process.stdout).text();
  await until(`files in ${folder}`, () => wholeOnes(folder) > 20);
  process.kill("SIGKILL");
  await Promise.all([running.code, drained, fed]);
}

async function makeSource(root: string): Promise<void> {
  for (const name of SMALL_NAMES) await Deno.writeFile(`${root}/${name}`, contentOf(name));
}

Deno.test("file get: killed midway, each named file is complete, and the next run downloads the rest", () =>
  withFolder(async (folder) => {
    await using site = await served({});
    await makeSource(site.root);
    await Deno.writeFile(`${site.root}/zlarge`, entityBytes(LARGE, 1));
    const to = `${folder}/to`;
    await Deno.mkdir(to);
    await killedAmid("file", ["get", site.url, to], to);
    const kept = wholeOnes(to);
    const { code, stdout } = await runTool("file", ["get", "--json", site.url, to]);
    const sum = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    assertEquals([code, wholeOnes(to)], [0, COUNT]);
    assert(sum.unchanged >= kept, `${sum.unchanged} of ${kept}`);
    assertEquals(Deno.readFileSync(`${to}/zlarge`), entityBytes(LARGE, 1));
    assertEquals(allNames(to).filter((name) => name.startsWith(".")), []);
  }));

Deno.test("file put: killed midway, each file on the server is complete, and the next run uploads the rest", () =>
  withFolder(async (folder) => {
    await using site = await served({}, { upload: true });
    await makeSource(folder);
    await killedAmid("file", ["put", `${folder}/`, site.url], site.root);
    const { code } = await runTool("file", ["put", `${folder}/`, site.url]);
    assertEquals([code, wholeOnes(site.root)], [0, COUNT]);
    await until("no half of an upload", () => allNames(site.root).every((name) => !name.startsWith(".")));
  }));

Deno.test("file serve: killed during uploads, each file is complete, and acknowledged files exist", () =>
  withFolder(async (folder) => {
    const root = `${folder}/root`;
    const from = `${folder}/from`;
    await Deno.mkdir(root);
    await Deno.mkdir(from);
    await makeSource(from);
    await using server = await startTool("file", ["serve", "--upload", "--quiet", "--port", "0", root]);
    const [, url = ""] = await server.stderrMatch(/listening on (\S+)/);
    const sending = runTool("file", ["put", "--json", `${from}/`, url]);
    await until("files at the server", () => wholeOnes(root) > 20);
    server.process.kill("SIGKILL");
    await server.code;
    const { code, stdout } = await sending;
    const acknowledged = stdout.trim().split("\n").map((line) => JSON.parse(line)).filter(({ action }) =>
      action === "sent"
    );
    const stored = wholeOnes(root);
    assert(acknowledged.length > 0 && acknowledged.length <= stored, `${acknowledged.length} of ${stored}`);
    for (const { path } of acknowledged) assertEquals(Deno.readFileSync(`${root}/${path}`), contentOf(path));
    assertEquals(code, stored === COUNT && acknowledged.length === COUNT ? 0 : 6);
  }));

Deno.test("get --save: killed midway, each named file is complete, and the next run downloads the rest", () =>
  withFolder(async (folder) => {
    await using site = await served({});
    await makeSource(site.root);
    const urls = SMALL_NAMES.slice(0, COUNT / 2).map((name) => `${site.url}${name}\n`).join("");
    await killedAmid("get", ["--save", "--parallel", "8", "-q", "-D", folder, "-"], folder, urls);
    const rest = SMALL_NAMES.filter((name) => !allNames(folder).includes(name));
    const again = await runTool("get", ["--save", "--parallel", "8", "-q", "-D", folder, "-"], {
      stdin: rest.map((name) => `${site.url}${name}\n`).join(""),
    });
    assertEquals([again.code, wholeOnes(folder)], [0, COUNT], again.stderr);
    assertEquals(allNames(folder).filter((name) => name.startsWith(".")), []);
  }));

Deno.test("get --save: killed during a large file, the next run resumes it", () =>
  withFolder(async (folder) => {
    const half = LARGE / 2;
    await using server = entityServer([{ kind: "stall", after: half }], { size: LARGE });
    {
      await using running = await startTool("get", ["--save", "-q", "-D", folder, server.url]);
      await until("half of it", () => sizeOf(`${folder}/file.bin.part`) >= half);
      running.process.kill("SIGKILL");
      await running.code;
    }
    assertEquals(allNames(folder), ["file.bin.part", "file.bin.part.json"]);
    const { code, stdout } = await runTool("get", ["--save", "--resume", "--json", "-D", folder, server.url]);
    assertEquals([code, JSON.parse(stdout).resumedFrom, allNames(folder)], [0, half, ["file.bin"]]);
    assertEquals(Deno.readFileSync(`${folder}/file.bin`), server.bytes);
  }));

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}
