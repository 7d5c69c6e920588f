import { isWindows } from "../../../core/mod.ts";
import { isDotFile, nameProblem } from "../../codec/path.ts";
import { Refusal } from "../answer.ts";
import { absent, type Root } from "../root.ts";

/** Checks names that a client wants to write: valid ones, and dot-files where they are served. */
export function checkNames(segments: readonly string[], root: Root): void {
  for (const name of segments) {
    const problem = nameProblem(name, isWindows());
    if (problem !== undefined) throw new Refusal(400, `the name ${JSON.stringify(name)} ${problem}`);
    if (isDotFile(name) && !root.shows(name)) throw new Refusal(403, "the server does not accept dot-files");
  }
}

/** Returns a function for the file that a link leads to, when that lies below the root as well. */
export function behindLink(root: Root): (path: string) => string | undefined {
  return (path) =>
    absent(() => {
      const real = Deno.realPathSync(path);
      return root.holds(real) && Deno.lstatSync(real).isFile ? real : undefined;
    });
}

/** Mode of the file that an upload replaces, if there is one. */
export function modeOfReplaced(path: string): number | null | undefined {
  const replaced = absent(() => Deno.statSync(path));
  return replaced?.isFile ? replaced.mode : undefined;
}
