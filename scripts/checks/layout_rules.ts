import { type Command, EVERYWHERE, type Option, type Verb } from "../../lib/cli/mod.ts";
import { aliasesOf } from "../../lib/cli/grammar/alias.ts";
import { commandShape, type Shape } from "../../lib/cli/grammar/shape.ts";
import { shortHelp } from "../../lib/cli/render/help.ts";
import { style } from "../../lib/cli/render/style.ts";

/** Size of the smallest terminal, on which `-h` fits. */
const SCREEN = { lines: 24, columns: 80 };

/** Returns the faults in the layout of a verb, as sentences. */
export function layoutProblems(verb: Verb): string[] {
  const { layout, options } = verb;
  if (!layout) return ["it has no layout"];
  const named = [...layout.everyday, ...Object.values(layout.groups).flat(), ...Object.keys(layout.aliases ?? {})];
  const grouped = Object.values(layout.groups).flat();
  const words = wordsOf(verb);
  return [
    ...named.filter((name) => !Object.hasOwn(options, name)).map((name) =>
      `its layout names --${name}, which it lacks`
    ),
    ...repeated(grouped).map((name) => `--${name} is in two groups`),
    ...Object.entries(options).filter(([, option]) => option.group === undefined && !option.hidden).map(([name]) =>
      `--${name} is in no group`
    ),
    ...repeated(words).map((word) => `${word} stands for two things`),
    ...words.filter((word) => !/^(?:-[\w#]|--[\w.-]+(?:=\w*)?|-[a-zA-Z]{2,}|\+\w+(?:-\w+)*=?|[@+]…)$/.test(word)).map((
      word,
    ) => `${word} is not a word of a command line`),
  ];
}

/** Returns hints of a tool's verbs that are never shown, as the word is accepted by all of them, as sentences. */
export function hintProblems(verbs: readonly Verb[]): string[] {
  const words = [...new Set(verbs.flatMap(({ hints = {} }) => Object.keys(hints)))];
  return words.filter((word) =>
    verbs.filter(({ hints = {} }) => Object.hasOwn(hints, word)).every((verb) => wordsOf(verb).includes(word))
  ).map((word) => `${word} is accepted, and still has a hint`);
}

/** Returns every word that stands for an option, or has no effect. */
function wordsOf({ options, layout }: Verb): string[] {
  const all = Object.entries<Option>({ ...options, ...EVERYWHERE });
  return [
    ...all.flatMap(([name, { short }]) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]),
    ...all.flatMap(([, option]) => aliasesOf(option).map(({ written }) => written)),
    ...Object.keys(layout?.accepted ?? {}),
  ];
}

/** Returns the tools and verbs whose `-h` does not fit on one screen, as sentences. */
export async function screenProblems(command: Command): Promise<string[]> {
  const shape = await commandShape(command);
  return [shape, ...shape.children].filter(({ words }) => words.length < 4).flatMap((node) => tooLong(node));
}

function tooLong(shape: Shape): string[] {
  const lines = shortHelp(shape, style(false), SCREEN.columns).split("\n");
  const wide = lines.filter((line) => line.length > SCREEN.columns);
  const name = shape.words.join(" ");
  return [
    ...(lines.length > SCREEN.lines ? [`${name} -h has ${lines.length} lines, more than ${SCREEN.lines}`] : []),
    ...wide.map((line) => `${name} -h has a line of more than ${SCREEN.columns} columns: ${line}`),
  ];
}

function repeated(words: readonly string[]): string[] {
  return [...new Set(words.filter((word, index) => words.indexOf(word) !== index))];
}
