/**
 * Checks the shell scripts by shellcheck, if it is installed; with `TOUCAN_REQUIRE_PEERS=1` it has to be.
 * @module
 */
import { ROOT } from "../root.ts";

const FOLDERS = [".ci", "scripts"];

const scripts = FOLDERS.flatMap((folder) => files(folder)).filter(isShell).sort();
try {
  const command = new Deno.Command("shellcheck", { args: ["--color=never", ...scripts], cwd: ROOT });
  const { success, stdout, stderr } = await command.output();
  if (!success) {
    await Deno.stderr.write(stdout);
    await Deno.stderr.write(stderr);
    Deno.exit(1);
  }
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
  if (Deno.env.get("TOUCAN_REQUIRE_PEERS") === "1") {
    console.error("shellcheck is not installed");
    Deno.exit(1);
  }
  console.log("left out: shellcheck is not installed");
}

function files(folder: string): string[] {
  return [...Deno.readDirSync(ROOT + folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? files(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

function isShell(path: string): boolean {
  return path.endsWith(".sh") || /^#!.*\b(?:ba)?sh\b/.test(Deno.readTextFileSync(ROOT + path));
}
