import { RELEASED } from "../../lib/cli/version.ts";
import { bundlePath, splitTools } from "../build/bundle_tool.ts";
import { compileArgs, executableIn, RELEASE_TARGETS } from "../build/compile_tool.ts";
import { DIST, type Place } from "../build/place.ts";
import { pool, removeFolder, replaceFolder, run } from "../build/run.ts";
import { record } from "../records.ts";
import { ROOT } from "../root.ts";
import { writeArchive } from "./archive.ts";
import { contents } from "./contents.ts";
import { withFolders } from "./entry.ts";
import { manifests } from "./manifests/manifests.ts";
import { archiveFile } from "./names.ts";
import { RELEASE_RUNTIME, requireReleaseRuntime, runtimeIn, versionOf } from "./runtime.ts";
import { emptyProgram, sharedBytes } from "./runtime_bytes.ts";
import { sbom } from "./sbom/sbom.ts";
import { SUMS, writeSums } from "./sums.ts";

/** Contents of a release, and the Deno that makes it. */
export interface ReleaseOptions {
  readonly tools: readonly string[];
  readonly targets: readonly string[];
  /** The command line of the Deno that compiles. */
  readonly compiler: readonly [program: string, ...words: string[]];
  /** Absolute path of the folder for all files, which replaces that of an earlier release. */
  readonly output: string;
  /** Whether any runtime will do; the version is marked, and archives are compressed fast. @default false */
  readonly preview?: boolean;
}

/** The scripts that install a release. */
const INSTALLERS = ["install.sh", "install.ps1"].filter(exists);

/** Returns the version of a release, or that of a preview of it. */
export function releaseVersion(preview: boolean): string {
  return preview ? `${DIST.version}-preview` : DIST.version;
}

/** Returns the time of all files of a release: `SOURCE_DATE_EPOCH`, or the date of the version. Permission: env. */
export function releaseTime(): Date {
  const epoch = Deno.env.get("SOURCE_DATE_EPOCH");
  return epoch === undefined ? new Date(`${RELEASED}T00:00:00Z`) : new Date(Number(epoch) * 1000);
}

/**
 * Makes the files of a release: the archive of each tool for each target, the bundle of each tool, the bill of
 * materials, the installers, the manifests of package managers (with all targets), and the checksums.
 * Calls `report` with the name of each file. Throws an error when a runtime is not that of a release. Permissions: read,
 * write, run, env.
 */
export async function makeRelease(options: ReleaseOptions, report: (file: string) => void): Promise<void> {
  const { tools, targets, compiler: [program, ...words], output, preview = false } = options;
  const version = releaseVersion(preview);
  const time = releaseTime();
  const compiles = () => versionOf(program, words);
  if (!preview) {
    requireReleaseRuntime("the Deno that bundles", Deno.version.deno);
    requireReleaseRuntime("the Deno that compiles", await compiles());
  }
  const place: Place = { folder: `${output}.work/`, version };
  await replaceFolder(output, SUMS);
  await removeFolder(place.folder);
  await splitTools(tools, place);
  await setTimes(`${place.folder}parts`, time);
  const empty = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const target of targets) empty.set(target, await emptyProgram(options.compiler, place, target));
  await pool(tools, async (tool) => {
    await Deno.rename(place.folder + bundlePath(tool), `${output}/${bundlePath(tool)}`);
    report(bundlePath(tool));
    const command = await record(tool);
    for (const target of targets) {
      await run(program, [...words, ...compileArgs(command, target, place)]);
      const path = executableIn(place, tool, target);
      const executable = await Deno.readFile(path);
      await Deno.remove(path);
      if (!preview) requireReleaseRuntime(`the base for ${target}`, runtimeIn(executable));
      const release = { version, target };
      const file = archiveFile(tool, release);
      const shared = sharedBytes(executable, empty.get(target) ?? executable);
      const entries = await contents(command, executable, release);
      await writeArchive(`${output}/${file}`, entries, { time, fast: preview, shared });
      report(file);
    }
  });
  await removeFolder(place.folder);
  const add = async (file: string, text: string) => {
    await Deno.writeTextFile(`${output}/${file}`, text);
    report(file);
  };
  await add(`toucan-${version}.cdx.json`, await sbom(version, time, preview ? await compiles() : RELEASE_RUNTIME));
  for (const script of INSTALLERS) await add(script, await Deno.readTextFile(`${ROOT}scripts/${script}`));
  const sums = await writeSums(output);
  if (complete(tools, targets)) {
    const top = `toucan-${version}-manifests`;
    const files = [...manifests(version, time.toISOString().slice(0, 10), sums)].map(([path, text]) => ({
      path: `${top}/${path}`,
      data: new TextEncoder().encode(text),
    }));
    await writeArchive(`${output}/${top}.tar.xz`, withFolders(files), { time });
    report(`${top}.tar.xz`);
    await writeSums(output);
  }
  report(SUMS);
}

/** Sets the times of all files in a folder: an executable contains those of its parts. */
async function setTimes(folder: string, time: Date): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) await setTimes(`${folder}/${name}`, time);
    else await Deno.utime(`${folder}/${name}`, time, time);
  }
}

/** Whether a release has the archives that the manifests of package managers name. */
function complete(tools: readonly string[], targets: readonly string[]): boolean {
  return tools.includes("toucan") && RELEASE_TARGETS.every((target) => targets.includes(target));
}

function exists(script: string): boolean {
  try {
    return Deno.statSync(`${ROOT}scripts/${script}`).isFile;
  } catch {
    return false;
  }
}
