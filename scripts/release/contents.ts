import { type Command, SHELLS } from "../../lib/cli/grammar/command.ts";
import { commandShape } from "../../lib/cli/grammar/shape.ts";
import { completionScript } from "../../lib/cli/render/completions.ts";
import { manPage } from "../../lib/cli/render/man.ts";
import { executableFile } from "../build/compile_tool.ts";
import { executableName } from "../records.ts";
import { ROOT } from "../root.ts";
import { type Entry, withFolders } from "./entry.ts";
import { type Release, topFolder } from "./names.ts";

/** The file name that a shell expects of the completions of a program. */
const COMPLETION_FILE: Record<typeof SHELLS[number], (program: string) => string> = {
  bash: (program) => program,
  zsh: (program) => `_${program}`,
  fish: (program) => `${program}.fish`,
  powershell: (program) => `${program}.ps1`,
};

const encoder = new TextEncoder();

/**
 * Returns what the archive of a tool contains: the executable, the licence, man pages and completions. The umbrella
 * comes with the pages of all tools. Permission: read.
 */
export async function contents(
  command: Command,
  executable: Uint8Array<ArrayBuffer>,
  release: Release,
): Promise<Entry[]> {
  const top = topFolder(command.name, release);
  const program = executableName(command.name);
  const shape = await commandShape(command);
  const others = await Promise.all(Object.values(command.tools ?? {}).map(async (load) => (await load()).command));
  const pages = await Promise.all([command, ...others].map(async (tool) =>
    [
      `man/${executableName(tool.name)}.1`,
      manPage(await commandShape(tool)),
    ] as const
  ));
  const completions = SHELLS.map((shell) =>
    [`completions/${shell}/${COMPLETION_FILE[shell](program)}`, completionScript(shell, shape)] as const
  );
  const texts = [["LICENSE", await Deno.readTextFile(`${ROOT}LICENSE`)] as const, ...pages, ...completions];
  return withFolders([
    { path: `${top}/${executableFile(command.name, release.target)}`, data: executable, executable: true },
    ...texts.map(([path, text]) => ({ path: `${top}/${path}`, data: encoder.encode(text) })),
  ]);
}
