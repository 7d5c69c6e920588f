import { operandWords, places, type Program, takesFiles } from "./place.ts";
import { optionHelp, type Shape } from "../shape.ts";

/** A completion script for zsh. */
export function zshScript(program: Program): string {
  const functions = places(program).map(({ words, shape }) => placeFunction(words, shape));
  const fn = functionName([program.name]);
  return `#compdef ${program.name}
${functions.join("\n")}
if [ "$funcstack[1]" = "_${program.name}" ]; then ${fn} "$@"; else compdef ${fn} ${program.name}; fi
`;
}

function functionName(words: readonly string[]): string {
  return `_${words.join("_").replaceAll("-", "_")}_place`;
}

function placeFunction(words: readonly string[], shape: Shape): string {
  const specs = shape.options.map(([name, option]) => {
    const help = escape(optionHelp(option));
    const value = option.kind ? `:${escape(option.kind.metavar)}:${values(option.kind.complete)}` : "";
    const equals = option.kind ? "=" : "";
    const repeat = option.many ? "*" : "";
    const long = `'${repeat}--${name}${equals}[${help}]${value}'`;
    return option.short ? `${long} '${repeat}-${option.short}${option.kind ? "+" : ""}[${help}]${value}'` : long;
  });
  const lines = specs.map((spec) => `    ${spec} \\`);
  if (shape.children.length === 0) {
    return `${functionName(words)}() {\n  _arguments -s \\\n${lines.join("\n")}\n    '*:operand:${operands(shape)}'\n}`;
  }
  const offered = shape.children.map((child) => `'${child.words.at(-1)}:${escape(child.summary)}'`).join(" ");
  const routes = shape.children.map((child) => {
    const word = child.words.at(-1) ?? "";
    return `      ${word}) ${functionName([...words, word])} ;;`;
  });
  return `${functionName(words)}() {
  local line state
  _arguments -C \\
${lines.join("\n")}
    '1:word:->word' '*::rest:->rest'
  case $state in
    word) local -a offered; offered=(${offered}); _describe 'word' offered ;;
    rest) case $line[1] in
${routes.join("\n")}
    esac ;;
  esac
}`;
}

function operands(shape: Shape): string {
  const words = operandWords(shape);
  if (words.length > 0) return `(${words.join(" ")})`;
  return takesFiles(shape) ? "_files" : " ";
}

function values(complete: readonly string[] | "file" | "directory" | undefined): string {
  if (complete === undefined) return " ";
  if (complete === "file") return "_files";
  if (complete === "directory") return "_files -/";
  return `(${complete.join(" ")})`;
}

function escape(text: string): string {
  return text.replace(/[[\]:\\]/g, "\\$&").replaceAll("'", "'\\''");
}
