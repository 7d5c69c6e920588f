import { places, type Program } from "../completions.ts";
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
  const options = all.map(({ words, shape }) => `    "${words.join(" ")}") words="${offered(shape)}" ;;`);
  return `# bash completion for ${program.name}
${fn}() {
  local at="${program.name}" word words="" previous="\${COMP_WORDS[COMP_CWORD-1]}" current="\${COMP_WORDS[COMP_CWORD]}" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$at:$word" in
${routes.join("\n") || "      :) ;;"}
    esac
  done
  COMPREPLY=()
  case "$at:$previous" in
${all.flatMap(valueCases).join("\n") || "    :) ;;"}
  esac
  case "$at" in
${options.join("\n")}
  esac
  if [[ $current == -* || $words != -* && -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
  [[ \${#COMPREPLY[@]} -gt 0 || $current == -* ]] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F ${fn} ${program.name}
`;
}

function offered(shape: Shape): string {
  return [...shape.children.map((child) => child.words.at(-1)), ...shape.options.map(([name]) => `--${name}`)].join(
    " ",
  );
}

/** After an option that takes a value: its words, or files. */
function valueCases({ words, shape }: { words: readonly string[]; shape: Shape }): string[] {
  return shape.options.flatMap(([name, option]) => {
    if (!option.kind) return [];
    const written = [`--${name}`, ...(option.short ? [`-${option.short}`] : [])];
    const pattern = written.map((w) => `"${words.join(" ")}:${w}"`).join("|");
    const { complete } = option.kind;
    const reply = complete === undefined
      ? ""
      : typeof complete === "string"
      ? `COMPREPLY=($(compgen ${complete === "file" ? "-f" : "-d"} -- "$current")); `
      : `COMPREPLY=($(compgen -W "${complete.join(" ")}" -- "$current")); `;
    return [`    ${pattern}) ${reply}return ;;`];
  });
}
