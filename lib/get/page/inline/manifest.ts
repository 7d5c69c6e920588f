import { dataUrl } from "../data_url.ts";
import type { Inliner } from "./inliner.ts";

/** The data URL for a web application manifest: its icons inlined, its links absolute. */
export async function inlineManifest(link: string, inliner: Inliner): Promise<string | undefined> {
  const url = inliner.resolve(link, "manifest");
  const loaded = url && await inliner.load(url, "manifest");
  if (!loaded) return url?.href;
  const work: Promise<void>[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const set = (text: string | undefined) => void (text !== undefined && Reflect.set(value, name, text));
      if (typeof inner !== "string") visit(inner);
      else if (name === "src") work.push(inliner.file(inner, "image", loaded.url).then(set));
      else if (/^(?:start_url|scope|url|action)$/.test(name)) set(URL.parse(inner, loaded.url)?.href);
    }
  };
  try {
    const manifest: unknown = JSON.parse(new TextDecoder().decode(loaded.bytes));
    visit(manifest);
    await Promise.all(work);
    const bytes = new TextEncoder().encode(JSON.stringify(manifest));
    return inliner.made(dataUrl(bytes, "application/manifest+json"), url, "manifest") ?? url.href;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    inliner.files.omit(url, "manifest", "invalid-manifest", "the manifest is not valid JSON");
    return url.href;
  }
}
