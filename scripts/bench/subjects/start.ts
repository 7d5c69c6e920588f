import { compileArgs, executablePath } from "../../build/compile_tool.ts";
import { run } from "../../build/run.ts";
import { ROOT } from "../../root.ts";
import type { Subject } from "../subject.ts";

const ours = ROOT + executablePath("url");
const folder = await Deno.makeTempDir();

/** How long it takes to start: ours, and an executable that does nothing, made with the same Deno and base. */
export const subject: Subject = {
  name: "start",
  async rows() {
    const source = `${folder}/empty.js`;
    await Deno.writeTextFile(source, "");
    const [program = Deno.execPath(), ...words] = Deno.env.get("TOUCAN_COMPILE_DENO")?.split(" ") ?? [];
    const record = { name: "empty", summary: "", permissions: {} };
    const flags = compileArgs(record).slice(0, -3);
    await run(program, [...words, ...flags, "--output", `${folder}/empty`, source]);
    const missing = await exists(ours) ? undefined : "run deno task build first";
    return [{
      work: "start, say the version and end",
      asked: "<= 1.3x",
      rounds: 15,
      commands: [
        { name: "toucan-url --version", command: [ours, "--version"], missing },
        { name: "an empty executable", command: [`${folder}/empty`] },
      ],
    }];
  },
  [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
};

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}
