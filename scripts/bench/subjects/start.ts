import { compileArgs, executablePath } from "../../build/compile_tool.ts";
import { executableName, toolNames } from "../../records.ts";
import { ROOT } from "../../root.ts";
import { absent, output, reason } from "../processes.ts";
import type { Row, Subject } from "../subject.ts";

const folder = await Deno.makeTempDir();

/** Builds an executable that does nothing. Returns the reason if that is not possible here. */
async function compileEmpty(): Promise<string | undefined> {
  const source = `${folder}/empty.js`;
  await Deno.writeTextFile(source, "");
  const [program = Deno.execPath(), ...words] = Deno.env.get("TOUCAN_COMPILE_DENO")?.split(" ") ?? [];
  const flags = compileArgs({ name: "empty", summary: "", permissions: {} }).slice(0, -3);
  const args = [...words, ...flags, "--output", `${folder}/empty`, source];
  const { success, stderr } = await output(program, { args });
  if (success) return undefined;
  // The last line before a backtrace is the innermost cause.
  const [said = ""] = new TextDecoder().decode(stderr).split(/\n\s*stack backtrace:/i);
  return `cannot be compiled: ${reason(said.trim().split("\n").at(-1))}`;
}

/**
 * Measures the time in which each tool prints its version, against an executable that does nothing, of the same Deno
 * and base.
 */
export const subject: Subject = {
  name: "start",
  async rows() {
    const programs = toolNames().map((tool) => ({ tool, path: ROOT + executablePath(tool) }));
    const built = programs.find(({ path }) => absent(path) === undefined);
    const empty = built ? await compileEmpty() : "not needed";
    return programs.map(({ tool, path }): Row => ({
      work: "start, print the version and exit",
      asked: tool === "toucan" ? "<= 1.4x" : "<= 1.5x",
      rounds: 21,
      commands: [
        { name: `${executableName(tool)} --version`, command: [path, "--version"], missing: absent(path) },
        { name: "an empty executable", command: [`${folder}/empty`], missing: empty },
      ],
    }));
  },
  [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
};
