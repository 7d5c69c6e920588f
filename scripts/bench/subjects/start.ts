import { executablePath } from "../../build/compile_tool.ts";
import { executableName, toolNames } from "../../records.ts";
import { ROOT } from "../../root.ts";
import { archiveBytes } from "../archive_size.ts";
import { compileEmpty } from "../empty_executable.ts";
import { absent } from "../processes.ts";
import { startTable, withStartTable } from "../start_table.ts";
import type { Row, Subject } from "../subject.ts";

const folder = await Deno.makeTempDir();

/**
 * Measures the time in which each tool prints its version, against an executable that does nothing, of the same Deno
 * and base.
 */
export const subject: Subject = {
  name: "start",
  async rows() {
    const programs = toolNames().map((tool) => ({ tool, path: ROOT + executablePath(tool) }));
    const built = programs.find(({ path }) => absent(path) === undefined);
    const empty = built ? await compileEmpty(`${folder}/empty`) : "not needed";
    return programs.map(({ tool, path }): Row => ({
      work: "start, print the version and exit",
      asked: tool === "toucan" ? "<= 1.3x" : "<= 1.4x",
      rounds: 31,
      commands: [
        { name: `${executableName(tool)} --version`, command: [path, "--version"], missing: absent(path) },
        { name: "an empty executable", command: [`${folder}/empty`], missing: empty },
      ],
    }));
  },
  /** With `--write`, writes the table of the README. */
  async report(results) {
    if (!Deno.args.includes("--write")) return;
    const figures = [];
    const nothing = await Deno.readFile(`${folder}/empty`);
    for (const [index, tool] of toolNames().entries()) {
      // The fastest run of each is the one that other load on the machine has disturbed least.
      const [own, empty] = (results[index]?.timings ?? []).map(({ times }) => Math.min(...times));
      if (own === undefined || empty === undefined || !Number.isFinite(own / empty)) {
        throw new Error(`${tool} was not measured: the table of the README is not written`);
      }
      const bytes = await archiveBytes(tool, nothing);
      figures.push({ program: executableName(tool), archiveBytes: bytes, ms: own, ratio: own / empty });
      console.log(`${executableName(tool)}: an archive of ${bytes} bytes (asked: <= 25 MB)`);
    }
    const path = `${ROOT}README.md`;
    await Deno.writeTextFile(path, withStartTable(await Deno.readTextFile(path), startTable(figures)));
  },
  [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
};
