import { operandWords, type Place, places, type Program, takesFiles } from "./place.ts";
import { optionHelp } from "../shape.ts";

/** A completion script for fish. */
export function fishScript(program: Program): string {
  const all = places(program);
  const fn = `__${program.name.replaceAll("-", "_")}_at`;
  return `# fish completion for ${program.name}
function ${fn}
  set -l at
  for word in (commandline -opc)[2..-1]
    switch "$at $word"
${
    all.filter(({ words }) => words.length > 1).map(({ words }) =>
      `      case '${words.slice(1, -1).join(" ")} ${words.at(-1)}'\n        set at "${words.slice(1).join(" ")}"`
    ).join("\n")
  }
    end
  end
  test "$at" = "$argv[1]"
end
complete -c ${program.name} -f -n "${fn} ''"
${all.flatMap((place) => placeLines(program.name, fn, place)).join("\n")}
`;
}

function placeLines(name: string, fn: string, { words, shape }: Place): string[] {
  const start = `complete -c ${name} -n "${fn} '${words.slice(1).join(" ")}'"`;
  const operands = operandWords(shape);
  const offered = operands.length > 0 ? [`${start} -f -a '${operands.join(" ")}'`] : [];
  // Without a word on it fish offers files.
  const none = takesFiles(shape) || shape.children.length > 0 ? [] : [`${start} -f`];
  const verbs = shape.children.map((child) => `${start} -f -a ${child.words.at(-1)} -d '${escape(child.summary)}'`);
  const options = shape.options.map(([long, option]) => {
    const short = option.short ? ` -s ${option.short}` : "";
    return `${start} -l ${long}${short}${values(option.kind?.complete, option.kind !== undefined)} -d '${
      escape(optionHelp(option))
    }'`;
  });
  return [...none, ...offered, ...verbs, ...options];
}

function values(complete: readonly string[] | "file" | "directory" | undefined, hasValue: boolean): string {
  if (!hasValue) return "";
  if (complete === "file") return " -r -F";
  if (complete === "directory") return " -x -a '(__fish_complete_directories)'";
  return complete === undefined ? " -x" : ` -x -a '${complete.join(" ")}'`;
}

function escape(text: string): string {
  return text.replace(/['\\]/g, "\\$&");
}
