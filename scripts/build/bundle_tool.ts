import { BASE, joinEager, relinked } from "./eager.ts";
import { link, minify } from "./esbuild.ts";
import { numberParts } from "./parts.ts";
import { DIST, type Place } from "./place.ts";
import { pool, removeFolder, run } from "./run.ts";
import { copySources } from "./sources.ts";
import { tidyBundle } from "./tidy.ts";

/** Path of the bundle of a tool, from the folder of the build. */
export function bundlePath(tool: string): string {
  return `${tool}.js`;
}

/** Path of the first part of a tool, from the folder of the build; the others are in the same folder. */
export function partsPath(tool: string): string {
  return `parts/${tool}/${tool}.js`;
}

/** The first call of the bundler installs it: concurrent calls would find half of it. */
let first: Promise<void> | undefined;

/**
 * Bundles each tool into one file, which needs no other. Each by a call of its own: bundled together, a tool that is
 * also a part of the umbrella would take itself for the main module there. Permissions: run, read, write.
 */
export async function bundleTools(tools: readonly string[], place = DIST): Promise<void> {
  const work = await Work.start(place);
  await pool(tools, (tool) => work.bundle(tool));
  await work.finish();
}

/**
 * Bundles each tool into one file, and into parts: a small first one, one for what each call needs, and one for each
 * `import()` and what several of them share, which are parsed only by the calls that need them. Permissions: run, read,
 * write.
 */
export async function splitTools(tools: readonly string[], place = DIST): Promise<void> {
  const work = await Work.start(place);
  await pool(tools, async (tool) => {
    await work.bundle(tool);
    await removeFolder(place.folder + partsPath(tool).replace(`/${tool}.js`, ""));
    await work.split(tool);
  });
  await work.finish();
}

/** Modules of a build on their way from the bundler to the minifier. */
class Work {
  readonly #place: Place;
  readonly #sources: string;
  readonly #raw: string;
  readonly #paths: string[] = [];
  readonly #bases: string[] = [];

  private constructor(place: Place, sources: string) {
    this.#place = place;
    this.#sources = sources;
    this.#raw = `${place.folder}raw`;
  }

  static async start(place: Place): Promise<Work> {
    const work = new Work(place, await copySources(place));
    await removeFolder(work.#raw);
    return work;
  }

  async bundle(tool: string): Promise<void> {
    const path = bundlePath(tool);
    await this.#call(tool, "--output", `${this.#raw}/${path}`);
    await this.#write(path, this.#tidy(await Deno.readTextFile(`${this.#raw}/${path}`)));
  }

  async split(tool: string): Promise<void> {
    const folder = partsPath(tool).slice(0, -`/${tool}.js`.length);
    const found = `${this.#raw}/found/${tool}`;
    await this.#call(tool, "--code-splitting", "--outdir", found);
    const parts = new Map<string, string>();
    for await (const { name } of Deno.readDir(found)) {
      parts.set(name, this.#tidy(await Deno.readTextFile(`${found}/${name}`)));
    }
    const { entry, joined, others } = joinEager(`${tool}.js`, numberParts(`${tool}.js`, parts));
    await Deno.mkdir(`${this.#raw}/${folder}`, { recursive: true });
    for (const [name, text] of joined) await Deno.writeTextFile(`${this.#raw}/${folder}/${name}`, text);
    await this.#write(`${folder}/${BASE}`, entry);
    this.#bases.push(`${folder}/${BASE}`);
    for (const [name, text] of others) await this.#write(`${folder}/${name}`, text);
  }

  /** Joins what each call needs, and minifies everything. */
  async finish(): Promise<void> {
    if (this.#bases.length > 0) await link(this.#raw, this.#bases.sort());
    for (const path of this.#bases) {
      const text = relinked(await Deno.readTextFile(`${this.#raw}/${path}`));
      await Deno.writeTextFile(`${this.#raw}/${path}`, text);
    }
    await minify(this.#raw, this.#paths.sort(), this.#place.folder);
    await removeFolder(this.#raw);
  }

  async #write(path: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.#raw}/${path}`, text);
    this.#paths.push(path);
  }

  async #call(tool: string, ...output: readonly string[]): Promise<void> {
    const once = () => run(Deno.execPath(), ["bundle", "--quiet", ...output, `cmd/${tool}.ts`], this.#sources);
    await (first === undefined ? first = once() : first.then(once));
  }

  #tidy(text: string): string {
    return tidyBundle(text, (json) => Deno.readTextFileSync(`${this.#sources}/${json}`));
  }
}
