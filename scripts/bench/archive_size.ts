import { executablePath } from "../build/compile_tool.ts";
import { record } from "../records.ts";
import { writeArchive } from "../release/archive.ts";
import { contents } from "../release/contents.ts";
import { archiveFile } from "../release/names.ts";
import { releaseTime, releaseVersion } from "../release/release.ts";
import { sharedBytes } from "../release/runtime_bytes.ts";
import { ROOT } from "../root.ts";

/**
 * Returns the bytes of the archive of a tool as a release has it, for this machine. The first takes minutes: the others
 * share the runtime of an empty executable with it.
 */
export async function archiveBytes(tool: string, empty: Uint8Array<ArrayBuffer>): Promise<number> {
  const folder = await Deno.makeTempDir();
  try {
    const release = { version: releaseVersion(false), target: Deno.build.target };
    const file = `${folder}/${archiveFile(tool, release)}`;
    const executable = await Deno.readFile(ROOT + executablePath(tool));
    const entries = await contents(await record(tool), executable, release);
    await writeArchive(file, entries, { time: releaseTime(), shared: sharedBytes(executable, empty) });
    return (await Deno.stat(file)).size;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
