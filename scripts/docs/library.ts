import { ROOT } from "../root.ts";
import config from "../../deno.json" with { type: "json" };

/** Writes the documentation of the library's exports in HTML to a folder. Permission: run, read, write. */
export async function libraryPages(folder: string): Promise<void> {
  const modules = Object.entries(config.exports).flatMap(([name, path]) => name === "." ? [] : [path]);
  const command = new Deno.Command(Deno.execPath(), {
    args: ["doc", "--quiet", "--html", "--name=Toucan", `--output=${folder}`, ...modules],
    cwd: ROOT,
  });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
