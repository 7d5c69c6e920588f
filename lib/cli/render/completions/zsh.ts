import { type Offer, operandOffers, optionWords, places, type Program, valueWords } from "./place.ts";
import type { Shape } from "../../grammar/shape.ts";

/** A completion script for zsh. */
export function zshScript(program: Program): string {
  const all = places(program);
  const functions = all.map(({ words, shape }) => placeFunction(words, shape));
  const fn = functionName([program.name]);
  const offers = all.flatMap(({ shape }) => [...valueWords(shape), ...operandOffers(shape)].map(({ offer }) => offer));
  const prefixes = new Set(offers.map(({ prefix }) => prefix).filter((prefix) => prefix !== ""));
  const helpers = [...prefixes].map((prefix) =>
    `${afterFunction(program.name, prefix)}() { compset -P '${prefix}' && _files }`
  );
  return `#compdef ${program.name}
${[...helpers, ...functions].join("\n")}
if [ "$funcstack[1]" = "_${program.name}" ]; then ${fn} "$@"; else compdef ${fn} ${program.name}; fi
`;
}

function functionName(words: readonly string[]): string {
  return `_${words.join("_").replaceAll("-", "_")}_place`;
}

/** The function that offers files behind a prefix. */
function afterFunction(program: string, prefix: string): string {
  return `_${program.replaceAll("-", "_")}_after_${prefix.replace(/\W/g, (char) => `${char.charCodeAt(0)}`)}`;
}

function placeFunction(words: readonly string[], shape: Shape): string {
  const [program = ""] = words;
  const specs = optionWords(shape).map(({ written: word, metavar = "", offer, many, help }) => {
    const value = offer ? `:${escape(metavar)}:${action(program, metavar, offer)}` : "";
    const mark = !offer ? "" : word.startsWith("--") ? "=" : "+";
    return `'${many ? "*" : ""}${word}${mark}[${escape(help)}]${value}'`;
  });
  const lines = specs.map((spec) => `    ${spec} \\`);
  const operands = operandOffers(shape).map(({ index, many, metavar, offer }) =>
    `    '${many ? "*" : index + 1}:${escape(metavar)}:${action(program, metavar, offer)}' \\`
  );
  const itself = `_arguments -s -S \\\n${[...lines, ...operands].join("\n")}`;
  if (shape.children.length === 0) return `${functionName(words)}() {\n  ${itself}\n}`;
  const offered = shape.children.map((child) => `'${child.words.at(-1)}:${escape(child.summary)}'`).join(" ");
  const routes = shape.children.map((child) => {
    const word = child.words.at(-1) ?? "";
    return `      ${word}) ${functionName([...words, word])} ;;`;
  });
  if (shape.runs) routes.push(`      *) ${itself.replace(/ \\$/, "")} ;;`);
  return `${functionName(words)}() {
  local line state
  _arguments -C -S \\
${lines.join("\n")}
    '1:word:->word' '*::rest:->rest'
  case $state in
    word) (( \${words[(I)--]} )) || { local -a offered; offered=(${offered}); _describe 'word' offered } ;;
    rest) case $line[1] in
${routes.join("\n")}
    esac ;;
  esac
}`;
}

function action(program: string, metavar: string, { type, words, prefix }: Offer): string {
  switch (type) {
    case "words":
      return `(${words.join(" ")})`;
    case "list":
      return `_values -s , ${metavar} ${words.join(" ")}`;
    case "files":
      return prefix === "" ? "_files" : afterFunction(program, prefix);
    case "folders":
      // Unlike _files, which offers files where no folder fits.
      return "_path_files -/";
    case "nothing":
      // A blank would show a message, and with that no option is completed in the place of an operand.
      return "()";
  }
}

function escape(text: string): string {
  return text.replace(/[[\]:\\]/g, "\\$&").replaceAll("'", "'\\''");
}
