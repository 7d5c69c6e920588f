import type { Shape } from "../../grammar/shape.ts";
import { type Offer, operandOffers, optionWords, type Place, places, type Program, valueWords } from "./place.ts";

/** A completion script for bash 3.2 and later, without the bash-completion package. */
export function bashScript(program: Program): string {
  const fn = `_${program.name.replaceAll("-", "_")}`;
  const all = places(program);
  const verbs = all.map(({ words, shape }) =>
    `    "${words.join(" ")}") verbs="${shape.children.map((child) => child.words.at(-1)).join(" ")}" ;;`
  );
  const options = all.map(({ words, shape }) => `    "${words.join(" ")}") options="${longWords(shape)}" ;;`);
  return `# bash completion for ${program.name}

# The words up to the cursor in words: what = or : or @ have split stands in one of them again.
${fn}_words() {
  local i line="\${COMP_LINE:0:COMP_POINT}" word
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if ((i > 0)) && [[ $line && $line != [[:space:]]* ]]; then
      [[ $line == "$word"* ]] || word="$line"
      words[\${#words[@]} - 1]+="$word"
    else
      line="\${line#"\${line%%[![:space:]]*}"}"
      [[ $line == "$word"* ]] || word="$line"
      words[\${#words[@]}]="$word"
    fi
    line="\${line#"$word"}"
  done
}

# What the value of an option is, in offer: "flag" if it takes none.
${fn}_option() {
  offer=flag
  case "$at:$1" in
${all.flatMap(optionCases).join("\n") || "    :) ;;"}
  esac
}

# What the next operand is.
${fn}_operand() {
  offer=""
  case "$at:$count" in
${all.flatMap(operandCases).join("\n") || "    :) ;;"}
  esac
}

# Offers paths. Readline does that best, as it knows quotes, if the path is all that it sees; version 3 cannot be told to.
${fn}_paths() {
  local path
  if [[ \${current%"$reading"} == *"$4" ]] && compopt -o "$1" 2>/dev/null; then return; fi
  while IFS= read -r path; do
    [[ -d $path ]] && path+=/ && compopt -o nospace 2>/dev/null
    printf -v path %q "$path"
    COMPREPLY[\${#COMPREPLY[@]}]="$4$path"
  done < <(compgen "$2" -- "$3")
}

# Offers what may follow "head", which is what of the current word is known already.
${fn}_offer() {
  local offer="$1" value="$2" head="$3" word list
  case "$offer" in
    words\\ *) COMPREPLY=($(compgen -P "$head" -W "\${offer#words }" -- "$value")) ;;
    list\\ *)
      [[ $value == *,* ]] && list="\${value%,*},"
      for word in \${offer#list }; do
        [[ ",$list" == *",$word,"* ]] || COMPREPLY+=($(compgen -P "$head$list" -W "$word" -- "\${value##*,}"))
      done
      compopt -o nospace 2>/dev/null
      ;;
    file\\ *)
      word="\${offer#file }"
      [[ $value == "$word"* ]] || return
      ${fn}_paths default -f "\${value#"$word"}" "$head$word"
      ;;
    directory) ${fn}_paths dirnames -d "$value" "$head" ;;
  esac
  # Readline replaces what follows the last =, : or @ only.
  head="\${current%"$reading"}"
  COMPREPLY=("\${COMPREPLY[@]#"$head"}")
}

${fn}() {
  local at="${program.name}" count=0 ended="" pending="" offer="" reading="$2"
  local words current word letters name i verbs options
  ${fn}_words
  for ((i = 1; i < \${#words[@]} - 1; i++)); do
    word="\${words[i]}"
    if [[ $pending ]]; then pending=""; continue; fi
    if [[ $ended || $word == - || $word != -* ]]; then
      verbs=""
      case "$at" in
${indent(verbs)}
      esac
      if [[ ! $ended && $count == 0 && " $verbs " == *" $word "* ]]; then at="$at $word"; else ((count++)); fi
    elif [[ $word == -- ]]; then ended=1
    elif [[ $word == --*=* ]]; then :
    elif [[ $word == --* ]]; then
      ${fn}_option "$word"
      [[ $offer == flag ]] || pending="$word"
    else
      for ((letters = 1; letters < \${#word}; letters++)); do
        ${fn}_option "-\${word:letters:1}"
        [[ $offer == flag ]] && continue
        ((letters + 1 < \${#word})) || pending="-\${word:letters:1}"
        break
      done
    fi
  done
  current="\${words[\${#words[@]} - 1]}"
  COMPREPLY=()
  if [[ $pending ]]; then
    ${fn}_option "$pending"
    ${fn}_offer "$offer" "$current" ""
  elif [[ $ended || $current != -* || $current == - ]]; then
    verbs=""
    case "$at" in
${verbs.join("\n")}
    esac
    if [[ $verbs && ! $ended && $count == 0 ]]; then
      ${fn}_offer "words $verbs" "$current" ""
    else
      ${fn}_operand
      ${fn}_offer "$offer" "$current" ""
    fi
  elif [[ $current == --*=* ]]; then
    name="\${current%%=*}"
    ${fn}_option "$name"
    [[ $offer == flag ]] || ${fn}_offer "$offer" "\${current#*=}" "$name="
  elif [[ $current != --* && \${#current} -gt 2 ]]; then
    ${fn}_option "\${current:0:2}"
    [[ $offer == flag ]] || ${fn}_offer "$offer" "\${current:2}" "\${current:0:2}"
  else
    case "$at" in
${options.join("\n")}
    esac
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  fi
}
complete -F ${fn} ${program.name}
`;
}

function optionCases({ words, shape }: Place): string[] {
  return [...Map.groupBy(valueWords(shape), ({ offer }) => told(offer))].map(([offer, written]) =>
    `    ${written.map((option) => `"${words.join(" ")}:${option.written}"`).join("|")}) offer="${offer}" ;;`
  );
}

function longWords(shape: Shape): string {
  return optionWords(shape).map(({ written }) => written).filter((word) => word.startsWith("--")).join(" ");
}

function operandCases({ words, shape }: Place): string[] {
  return operandOffers(shape).map(({ index, many, offer }) =>
    `    "${words.join(" ")}:"${many ? "*" : index}) offer="${told(offer)}" ;;`
  );
}

function told({ type, words, prefix }: Offer): string {
  if (type === "files") return `file ${prefix}`;
  if (type === "folders") return "directory";
  return type === "nothing" ? "" : `${type} ${words.join(" ")}`;
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join("\n");
}
