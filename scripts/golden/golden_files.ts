import { commandShape, type Shape } from "../../lib/cli/grammar/shape.ts";
import { COLUMNS, helpText, shortHelp } from "../../lib/cli/render/help.ts";
import { manPage } from "../../lib/cli/render/man.ts";
import { style } from "../../lib/cli/render/style.ts";
import { RELEASED, VERSION } from "../../lib/cli/version.ts";
import { records } from "../records.ts";
import { ROOT } from "../root.ts";
import { errorRows, formatErrors } from "./error_table.ts";

/** Rooms of the library whose errors have no table: scripts for browsers, and what is not part of the library. */
const WITHOUT_ERRORS = /^(?:tour|deps)$/;

/** Generated modules that hold a bundle. */
const BUNDLE = /\/worker\/script\.ts$|\/page\/script\.ts$|generated/;

/** Returns the texts that people read, by the name of their file in `tests/golden`. Permission: read. */
export async function goldenFiles(): Promise<Map<string, string>> {
  const shapes = (await Promise.all((await records()).map((command) => commandShape(command)))).flatMap(nodes);
  const texts = new Map(
    shapes.map((shape) => [shape.words.length > 1 ? shape.words.slice(1).join(".") : "toucan", shape] as const),
  );
  return new Map([
    ...[...texts].flatMap(([name, shape]) => [
      [`${name}.short.txt`, `${shortHelp(shape, style(false), COLUMNS)}\n`] as const,
      [`${name}.help.txt`, `${helpText(shape, style(false), COLUMNS)}\n`] as const,
      [`${name}.man.txt`, undated(manPage(shape))] as const,
    ]),
    ...rooms().flatMap((room) => {
      const table = formatErrors(
        sources(`lib/${room}`).flatMap((path) => errorRows(Deno.readTextFileSync(ROOT + path))),
      );
      return table === "" ? [] : [[`errors.${room}.txt`, table] as const];
    }),
  ]);
}

/** Replaces version and date, which each release changes in the heading of every page. */
function undated(page: string): string {
  return page.replace(`"${RELEASED}" "Toucan ${VERSION}"`, '"DATE" "Toucan VERSION"');
}

/** A shape with its children, without those that are tools of their own. */
function nodes(shape: Shape): Shape[] {
  return [shape, ...shape.children.filter(({ children, words }) => children.length === 0 && own(shape, words))];
}

/** Whether a child is a verb: a tool without verbs has a shape of its own. */
function own({ words }: Shape, child: readonly string[]): boolean {
  return words.length > 1 || /^(?:tour|version)$/.test(child.at(-1) ?? "");
}

function rooms(): string[] {
  return [...Deno.readDirSync(`${ROOT}lib`)].filter(({ isDirectory, name }) =>
    isDirectory && !WITHOUT_ERRORS.test(name)
  )
    .map(({ name }) => name).sort();
}

function sources(folder: string): string[] {
  return [...Deno.readDirSync(ROOT + folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? sources(path) : name.endsWith(".ts") && !BUNDLE.test(path) ? [path] : [];
  });
}
