import { assert, assertEquals } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { ROOT, toolArgs } from "../kit/tool.ts";

const README = await Deno.readTextFile(`${ROOT}README.md`);

/** A command of a transcript, and its output. */
interface Shown {
  readonly command: string;
  readonly output: string;
}

/** Returns the commands of all transcripts: a line that starts with `$ `, and the lines up to the next one. */
function transcripts(text: string): Shown[] {
  const blocks = [...text.matchAll(/^```console\n([^]*?)^```$/gm)].map(([, block = ""]) => block);
  return blocks.flatMap((block) => block.split(/^\$ /m).slice(1)).map((part) => {
    const [command = "", ...output] = part.split("\n");
    return { command, output: output.join("\n") };
  });
}

/**
 * Runs a command line in a shell in which `toucan` runs the tools under test, and returns stdout and stderr combined.
 */
async function run(command: string, cwd: string): Promise<string> {
  const { program, args } = await toolArgs("toucan", []);
  const script = `toucan() { ${[program, ...args].map((word) => `'${word}'`).join(" ")} "$@"; }\n${command}`;
  const { stdout } = await new Deno.Command("bash", {
    args: ["-c", `exec 2>&1\n${script}`],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

for (const { command, output } of transcripts(README)) {
  Deno.test({
    name: `README: $ ${command}`,
    ignore: Deno.build.os === "windows",
    fn: () => withFolder(async (folder) => assertEquals((await run(command, folder)).trimEnd(), output.trimEnd())),
  });
}

Deno.test("README: has transcripts, and the two commands on its first screen", () => {
  assert(transcripts(README).length >= 4);
  const screen = README.split("\n").slice(0, 40).join("\n");
  for (const task of ["tour", "test"]) assert(screen.includes(`npx -y deno@2.9.6 task ${task}`), task);
});
