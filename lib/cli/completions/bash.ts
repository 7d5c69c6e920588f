import { operandWords, places, type Program, takesFiles } from "./place.ts";
import type { Shape } from "../shape.ts";

/** A completion script for bash 3.2 and later, without the bash-completion package. */
export function bashScript(program: Program): string {
  const fn = `_${program.name.replaceAll("-", "_")}`;
  const all = places(program);
  const routes = all.filter((place) => place.shape.children.length > 0).flatMap(({ words, shape }) =>
    shape.children.map((child) => {
      const word = child.words.at(-1);
      return `      "${words.join(" ")}:${word}") at="$at ${word}" ;;`;
    })
  );
  const offers = all.map(({ words, shape }) => {
    const operands = [...shape.children.map((child) => child.words.at(-1)), ...operandWords(shape)].join(" ");
    const options = shape.options.map(([name]) => `--${name}`).join(" ");
    return `    "${words.join(" ")}") operands="${operands}" options="${options}" files=${
      takesFiles(shape) ? 1 : ""
    } ;;`;
  });
  return `# bash completion for ${program.name}
${fn}_paths() {
  local path
  # Older versions cannot be told that these are names of files, and then do without the slash behind a folder.
  compopt -o filenames 2>/dev/null
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$1" -- "$2")
}
${fn}() {
  local at="${program.name}" current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local i word operands="" options="" files=""
  # An equals sign stands as a word of its own.
  if [[ $current == "=" ]]; then current=""; elif [[ $previous == "=" ]]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$at:$word" in
${routes.join("\n") || "      :) ;;"}
    esac
  done
  COMPREPLY=()
  case "$at:$previous" in
${all.flatMap((place) => valueCases(fn, place)).join("\n") || "    :) ;;"}
  esac
  case "$at" in
${offers.join("\n")}
  esac
  if [[ $current == -* ]]; then operands="$options"; elif [[ $files ]]; then ${fn}_paths -f "$current"; fi
  COMPREPLY+=($(compgen -W "$operands" -- "$current"))
}
complete -F ${fn} ${program.name}
`;
}

/** After an option that takes a value: its words, or files. */
function valueCases(fn: string, { words, shape }: { words: readonly string[]; shape: Shape }): string[] {
  return shape.options.flatMap(([name, option]) => {
    if (!option.kind) return [];
    const written = [`--${name}`, ...(option.short ? [`-${option.short}`] : [])];
    const pattern = written.map((w) => `"${words.join(" ")}:${w}"`).join("|");
    const { complete } = option.kind;
    const reply = complete === undefined
      ? ""
      : typeof complete === "string"
      ? `${fn}_paths ${complete === "file" ? "-f" : "-d"} "$current"; `
      : `COMPREPLY=($(compgen -W "${complete.join(" ")}" -- "$current")); `;
    return [`    ${pattern}) ${reply}return ;;`];
  });
}
