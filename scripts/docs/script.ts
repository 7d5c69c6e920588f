import { ROOT } from "../root.ts";

/** Returns the bundle of the site's script for a browser. Permission: run, write. */
export async function siteScript(): Promise<string> {
  const output = await Deno.makeTempFile({ suffix: ".js" });
  try {
    const options = ["--quiet", "--platform", "browser", "--format", "iife", "--minify", "--output", output];
    const command = new Deno.Command(Deno.execPath(), {
      args: ["bundle", ...options, "scripts/docs/browser/main.ts"],
      cwd: ROOT,
    });
    const { success, stderr } = await command.output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return await Deno.readTextFile(output);
  } finally {
    await Deno.remove(output);
  }
}
