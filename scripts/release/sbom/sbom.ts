import { readSources } from "../../build/sources.ts";
import { ROOT } from "../../root.ts";
import { cycloneDx } from "./cyclonedx.ts";
import { npmCacheFolder, withLicence } from "./licences.ts";
import { importedPackages, type Lock, lockedPackages } from "./packages.ts";

/** Returns the bill of materials of a release, made from `deno.lock` and the sources. Permissions: read, run. */
export async function sbom(version: string, time: Date, runtime: string): Promise<string> {
  const lock: Lock = JSON.parse(await Deno.readTextFile(`${ROOT}deno.lock`));
  const direct = importedPackages((await readSources()).values());
  const cache = await npmCacheFolder();
  const packages = await Promise.all(
    [...lockedPackages(lock, direct)].map(async ([key, found]) => [key, await withLicence(found, cache)] as const),
  );
  return cycloneDx({ version, time, runtime, direct, packages: new Map(packages) });
}
