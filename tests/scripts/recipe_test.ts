import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { serveFiles } from "../../mod.ts";
import { withFolder } from "../kit/folder.ts";
import { ROOT } from "../kit/tool.ts";

/** A change of a recipe: text that is inserted after an anchor in a file. */
interface Step {
  readonly path: string;
  readonly anchor: string;
  readonly text: string;
}

/** The changes of a section of CONTRIBUTING: code blocks that begin with `// PATH, after: ANCHOR`. */
function stepsOf(title: string): Step[] {
  const [, section = ""] = Deno.readTextFileSync(`${ROOT}CONTRIBUTING.md`).split(`### ${title}\n`);
  const [own = ""] = section.split("\n### ");
  return [...own.matchAll(/```ts ignore\n *\/\/ (\S+), after: (.+)\n([^`]+?) *```/g)].map(
    ([, path = "", anchor = "", text = ""]) => ({ path, anchor, text: text.trim() }),
  );
}

/** Copies `cmd` into a folder, with links to the rest of the tree, and makes the changes. */
async function follow(steps: readonly Step[], folder: string): Promise<void> {
  for (const name of ["lib", "deno.json", "deno.lock"]) await Deno.symlink(ROOT + name, `${folder}/${name}`);
  await copy(`${ROOT}cmd`, `${folder}/cmd`);
  for (const { path, anchor, text } of steps) {
    const source = await Deno.readTextFile(`${folder}/${path}`);
    assertEquals(source.split(anchor).length, 2, `${path} has "${anchor}" once`);
    await Deno.writeTextFile(`${folder}/${path}`, source.replace(anchor, () => `${anchor} ${text} `));
  }
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copy(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

Deno.test("CONTRIBUTING, How to add an option: its steps add an option that works and is in the help", () =>
  withFolder(async (folder) => {
    const steps = stepsOf("How to add an option");
    assertEquals(steps.map(({ path }) => path), ["cmd/file/ls.ts", "cmd/file/ls.ts", "cmd/file/layout.ts"]);
    await follow(steps, folder);
    await Deno.mkdir(`${folder}/served`);
    await Deno.writeTextFile(`${folder}/served/a b.txt`, "hello");
    await using server = serveFiles(`${folder}/served`, "127.0.0.1:0");
    const run = async (...args: readonly string[]) => {
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-check", "--no-prompt", "--allow-all", "cmd/file.ts", "ls", ...args],
        cwd: folder,
      }).output();
      assert(success, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    assertEquals(await run("--names", server.url), '"a b.txt"\n');
    assertStringIncludes(await run("--help"), "--names");
  }));
