import { type Offer, operandOffers, optionWords, type Place, places, type Program, valueWords } from "./place.ts";

/** A completion script for fish 3.2 and later. */
export function fishScript(program: Program): string {
  const all = places(program);
  const fn = `__${program.name.replaceAll("-", "_")}`;
  const routes = all.filter(({ words }) => words.length > 1).map(({ words }) =>
    `'${words.slice(1, -1).join(" ")}:${words.at(-1)}'`
  );
  const valued = all.flatMap(({ words, shape }) =>
    valueWords(shape).map(({ written: word }) => `'${words.slice(1).join(" ")}:${word}'`)
  );
  return `# fish completion for ${program.name}

# Whether an option takes a value.
function ${fn}_valued
  contains -- "$argv[1]:$argv[2]" ${valued.join(" ")}
end

# Whether the cursor is at a place: its options, its verbs ("verb"), or its operand with an index ("many": or a later one).
function ${fn}_is -a place index many
  set -l at ''
  set -l count 0
  set -l pending 0
  set -l ended 0
  for word in (commandline -opc)[2..-1]
    if test $pending = 1
      set pending 0
    else if test $ended = 1; or test "$word" = -; or not string match -q -- '-*' "$word"
      if test $ended$count = 00; and contains -- "$at:$word" ${routes.join(" ")}
        set at (string trim "$at $word")
      else
        set count (math $count + 1)
      end
    else if test "$word" = --
      set ended 1
    else if string match -q -- '--*' "$word"
      ${fn}_valued "$at" "$word"; and set pending 1
    else
      set -l letters (string split '' -- (string sub -s 2 -- "$word"))
      while set -q letters[1]
        if ${fn}_valued "$at" "-$letters[1]"
          set -q letters[2]; or set pending 1
          break
        end
        set -e letters[1]
      end
    end
  end
  test "$at" = "$place"; or return 1
  switch "$index"
    case ''
      return 0
    case verb
      test $ended$count = 00
    case '*'
      if test "$many" = many
        test $count -ge $index
      else
        test $count -eq $index
      end
  end
end

# The value at the cursor, without the option in front of it.
function ${fn}_value
  commandline -ct | string replace -r -- '^(--[^=]*=|-[a-zA-Z0-9])' ''
end

# Further words of a list with commas.
function ${fn}_list
  set -l done (${fn}_value | string match -r -- '^.*,')
  for word in $argv
    contains -- $word (string split , -- "$done"); or echo "$done$word"
  end
end

# Files behind a prefix.
function ${fn}_after -a prefix
  set -l value (${fn}_value)
  string match -q -- "$prefix*" "$value"; or return
  set -l path (string sub -s (math 1 + (string length -- "$prefix")) -- "$value")
  for found in (complete -C "'' $path")
    echo "$prefix$found"
  end
end

complete -c ${program.name} -f
${all.flatMap((place) => placeLines(program.name, fn, place)).join("\n")}
`;
}

function placeLines(name: string, fn: string, { words, shape }: Place): string[] {
  const at = `'${words.slice(1).join(" ")}'`;
  const start = (more = "") => `complete -c ${name} -n "${fn}_is ${at}${more}"`;
  const verbs = shape.children.map((child) =>
    `${start(" verb")} -a ${child.words.at(-1)} -d '${escape(child.summary)}'`
  );
  const operands = operandOffers(shape).filter(({ offer }) => offer.type !== "nothing").map((operand) =>
    `${start(` ${operand.index}${operand.many ? " many" : ""}`)}${offered(fn, operand.offer)}`
  );
  const options = optionWords(shape).map(({ written: word, offer, help }) => {
    const written = word.startsWith("--") ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`;
    const value = offer ? ` -r${offered(fn, offer)}` : "";
    return `${start()} ${written}${value} -d '${escape(help)}'`;
  });
  return [...verbs, ...operands, ...options];
}

function offered(fn: string, { type, words, prefix }: Offer): string {
  switch (type) {
    case "words":
      return ` -f -a '${words.join(" ")}'`;
    case "list":
      return ` -f -a '(${fn}_list ${words.join(" ")})'`;
    case "files":
      return prefix === "" ? " -F" : ` -f -a '(${fn}_after ${prefix})'`;
    case "folders":
      return ` -f -a '(__fish_complete_directories (${fn}_value))'`;
    case "nothing":
      return " -f";
  }
}

function escape(text: string): string {
  return text.replace(/['\\]/g, "\\$&");
}
