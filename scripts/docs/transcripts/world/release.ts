import { VERSION } from "../../../../lib/cli/version.ts";
import { ReleaseFolder } from "../../../../tests/kit/release_folder.ts";
import { ROOT } from "../../../root.ts";

/** Makes a folder with a release as the forge serves it, in which `toucan` is this program. Returns its path. */
export async function makeRelease(program: string): Promise<string> {
  const releases = new ReleaseFolder(await Deno.makeTempDir());
  await releases.add({ name: "toucan", version: VERSION, program: await Deno.readFile(program) });
  await releases.publish(VERSION);
  await Deno.copyFile(`${ROOT}scripts/install.sh`, `${releases.folder}/latest/download/install.sh`);
  return releases.folder;
}
