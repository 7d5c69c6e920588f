import { executablePath } from "../build/compile_tool.ts";
import { record } from "../records.ts";
import { writeArchive } from "../release/archive.ts";
import { contents } from "../release/contents.ts";
import { archiveFile } from "../release/names.ts";
import { releaseTime, releaseVersion } from "../release/release.ts";
import { ROOT } from "../root.ts";

/** Returns the bytes of the archive of a tool as a release has it, for this machine. It takes a minute or more. */
export async function archiveBytes(tool: string): Promise<number> {
  const folder = await Deno.makeTempDir();
  try {
    const release = { version: releaseVersion(false), target: Deno.build.target };
    const file = `${folder}/${archiveFile(tool, release)}`;
    const executable = await Deno.readFile(ROOT + executablePath(tool));
    await writeArchive(file, await contents(await record(tool), executable, release), { time: releaseTime() });
    return (await Deno.stat(file)).size;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
