import { type Offer, operandOffers, optionWords, places, type Program, valueWords } from "./place.ts";

/** A completion script for PowerShell 5.1 and later. */
export function powershellScript(program: Program): string {
  const all = places(program);
  const rows = (name: string, entries: readonly (readonly [key: string, value: string])[]) =>
    entries.map(([key, value]) => `  $${name}[${quote(key)}] = ${value}`).join("\n");
  const pairs = (entries: readonly (readonly [string, string])[]) =>
    `@(${entries.map(([word, help]) => `\n    ,@(${quote(word)}, ${quote(help)})`).join("")}\n  )`;
  const at = (words: readonly string[], more: string | number) => `${words.join(" ")} ${more}`;
  const verbs = all.filter(({ shape }) => shape.children.length > 0).map(({ words, shape }) =>
    [words.join(" "), pairs(shape.children.map((child) => [child.words.at(-1) ?? "", child.summary]))] as const
  );
  const options = all.map(({ words, shape }) =>
    [
      words.join(" "),
      pairs(
        optionWords(shape).filter(({ written }) => written.startsWith("--")).map((
          { written: word, help },
        ) => [word, help]),
      ),
    ] as const
  );
  const values = all.flatMap(({ words, shape }) =>
    valueWords(shape).map(({ written: word, offer }) => [at(words, word), told(offer)] as const)
  );
  const operands = all.flatMap(({ words, shape }) =>
    operandOffers(shape).map(({ index, many, offer }) => [at(words, many ? "*" : index), told(offer)] as const)
  );
  // The names of options differ in case only, which the tables of PowerShell ignore unless told otherwise; and the comma
  // keeps a pair a pair: without it the pairs would be joined into one list.
  return `# PowerShell completion for ${program.name}
Register-ArgumentCompleter -Native -CommandName ${quote(program.name)} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $verbs, $options, $values, $operands = 1..4 | ForEach-Object {
    New-Object System.Collections.Hashtable ([System.StringComparer]::Ordinal)
  }
${rows("verbs", verbs)}
${rows("options", options)}
${rows("values", values)}
${rows("operands", operands)}

  $result = {
    param($text, $shown, $help)
    [System.Management.Automation.CompletionResult]::new($text, $shown, 'ParameterValue', $help)
  }
  # Offers what a value may be; $head stands before it in the same word.
  $offer = {
    param($what, $value, $head)
    $kind, $rest = $what -split ' ', 2
    if ($kind -eq 'words' -or $kind -eq 'list') {
      $done = ''
      if ($kind -eq 'list') { $done = $value -replace '[^,]*$', '' }
      $used = $done -split ','
      $last = $value.Substring($done.Length)
      $rest -split ' ' | Where-Object { $_.StartsWith($last) -and $used -cnotcontains $_ } | ForEach-Object {
        & $result "$head$done$_" $_ $_
      }
    } elseif ($kind -eq 'directory' -or ($kind -eq 'file' -and $value.StartsWith($rest))) {
      $prefix = if ($kind -eq 'file') { $rest } else { '' }
      $path = $value.Substring($prefix.Length)
      [System.Management.Automation.CompletionCompleters]::CompleteFilename($path) |
        Where-Object { $kind -eq 'file' -or $_.ResultType -eq 'ProviderContainer' } |
        ForEach-Object { & $result "$head$prefix$($_.CompletionText)" $_.ListItemText $_.ToolTip }
    }
  }
  $pairs = {
    param($table)
    $table[$at] | Where-Object { $_ -and $_[0].StartsWith($wordToComplete) } | ForEach-Object { & $result $_[0] $_[0] $_[1] }
  }

  $at = ${quote(program.name)}
  $count = 0
  $ended = $false
  $pending = ''
  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    $word = $element.Extent.Text
    if ($pending) {
      $pending = ''
    } elseif ($ended -or $word -eq '-' -or -not $word.StartsWith('-')) {
      if (-not $ended -and $count -eq 0 -and $options.ContainsKey("$at $word")) { $at = "$at $word" } else { $count++ }
    } elseif ($word -eq '--') {
      $ended = $true
    } elseif ($word.StartsWith('--')) {
      if ($values.ContainsKey("$at $word")) { $pending = $word }
    } else {
      for ($i = 1; $i -lt $word.Length; $i++) {
        $letter = "-$($word[$i])"
        if (-not $values.ContainsKey("$at $letter")) { continue }
        if ($i -eq $word.Length - 1) { $pending = $letter }
        break
      }
    }
  }

  $found = @(
    if ($pending) {
      & $offer $values["$at $pending"] $wordToComplete ''
    } elseif ($ended -or $wordToComplete -eq '-' -or -not $wordToComplete.StartsWith('-')) {
      if ($verbs.ContainsKey($at) -and -not $ended -and $count -eq 0) {
        & $pairs $verbs
      } elseif ($operands.ContainsKey("$at $count")) {
        & $offer $operands["$at $count"] $wordToComplete ''
      } elseif ($operands.ContainsKey("$at *")) {
        & $offer $operands["$at *"] $wordToComplete ''
      }
    } elseif ($wordToComplete -match '^(--[^=]*)=(.*)$') {
      if ($values.ContainsKey("$at $($Matches[1])")) { & $offer $values["$at $($Matches[1])"] $Matches[2] "$($Matches[1])=" }
    } else {
      & $pairs $options
    }
  )
  # Without a result PowerShell offers files: where none are meant, the word stands for itself.
  if ($found.Count -gt 0) { $found } elseif ($wordToComplete) { & $result $wordToComplete $wordToComplete $wordToComplete }
}
`;
}

function told({ type, words, prefix }: Offer): string {
  if (type === "files") return quote(`file ${prefix}`);
  if (type === "folders") return quote("directory");
  return quote(type === "nothing" ? "" : `${type} ${words.join(" ")}`);
}

/** PowerShell takes typographic quotes, too, for the end of a text in single ones. */
function quote(text: string): string {
  return `'${text.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
}
