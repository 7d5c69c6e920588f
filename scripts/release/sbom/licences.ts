import type { Package } from "./packages.ts";

/**
 * Returns a package with its licence, if the cache of Deno has the package: it is what was bundled. Permissions: read.
 */
export async function withLicence(found: Package, npmCache: string): Promise<Package> {
  for (const host of folders(npmCache)) {
    try {
      const text = await Deno.readTextFile(`${npmCache}/${host}/${found.name}/${found.version}/package.json`);
      const { license }: { readonly license?: unknown } = JSON.parse(text);
      if (typeof license === "string") return { ...found, licence: license };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return found;
}

/** Returns the folder in which Deno keeps the packages of npm. Permission: run. */
export async function npmCacheFolder(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache }: { readonly npmCache: string } = JSON.parse(new TextDecoder().decode(stdout));
  return npmCache;
}

function folders(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return [];
  }
}
