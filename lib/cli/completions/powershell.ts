import { places, type Program } from "./place.ts";
import { optionHelp } from "../shape.ts";

/** A completion script for PowerShell 5.1 and later. */
export function powershellScript(program: Program): string {
  const all = places(program);
  const table = all.map(({ words, shape }) => {
    const offered = [
      ...shape.children.map((child) => [child.words.at(-1) ?? "", child.summary] as const),
      ...shape.options.map(([name, option]) => [`--${name}`, optionHelp(option)] as const),
    ];
    const rows = offered.map(([word, help]) => `      ,@(${quote(word)}, ${quote(help)})`);
    return `    ${quote(words.join(" "))} = @(\n${rows.join("\n")}\n    )`;
  });
  const values = all.flatMap(({ words, shape }) =>
    shape.options.flatMap(([name, option]) => {
      const complete = option.kind?.complete;
      if (typeof complete !== "object") return [];
      return [`    ${quote([...words, `--${name}`].join(" "))} = @(${complete.map(quote).join(", ")})`];
    })
  );
  // The comma keeps a pair a pair: without it the pairs would be joined into one list.
  return `# PowerShell completion for ${program.name}
Register-ArgumentCompleter -Native -CommandName ${quote(program.name)} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $places = @{
${table.join("\n")}
  }
  $values = @{
${values.join("\n")}
  }
  $at = ${quote(program.name)}
  $previous = ''
  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    $next = "$at $($element.Extent.Text)"
    if ($places.ContainsKey($next)) { $at = $next }
    $previous = $element.Extent.Text
  }
  if ($values.ContainsKey("$at $previous")) {
    $values["$at $previous"] | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
      [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
    return
  }
  $places[$at] | Where-Object { $_[0] -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
`;
}

/** PowerShell takes typographic quotes, too, for the end of a text in single ones. */
function quote(text: string): string {
  return `'${text.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
}
