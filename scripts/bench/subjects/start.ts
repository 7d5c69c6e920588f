import { compileArgs, executablePath } from "../../build/compile_tool.ts";
import { ROOT } from "../../root.ts";
import { absent, output, reason } from "../processes.ts";
import type { Subject } from "../subject.ts";

const ours = ROOT + executablePath("url");
const folder = await Deno.makeTempDir();

/** Makes an executable that does nothing; returns why that is not possible here, or nothing. */
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

/** How long it takes to start: ours, and an executable that does nothing, made with the same Deno and base. */
export const subject: Subject = {
  name: "start",
  async rows() {
    const missing = absent(ours);
    const empty = missing ?? await compileEmpty();
    return [{
      work: "start, say the version and end",
      asked: "<= 1.3x",
      rounds: 15,
      commands: [
        { name: "toucan-url --version", command: [ours, "--version"], missing },
        { name: "an empty executable", command: [`${folder}/empty`], missing: empty },
      ],
    }];
  },
  [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
};
