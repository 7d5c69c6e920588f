import { assertEquals, assertThrows } from "@std/assert";
import { readClientCommand } from "../../../../lib/chat/client/commands.ts";
import { UsageError } from "../../../../lib/core/mod.ts";

Deno.test("readClientCommand: commands as JSON", () => {
  const table: readonly (readonly [line: string, words: readonly string[], text: string, network?: string])[] = [
    ['{"send":"#x","text":"hi\\nthere","kind":"action"}', ["#x"], "hi\nthere"],
    ['{"network":"a","send":"ben","text":"x"}', ["ben"], "x", "a"],
    ['{"join":"#x","key":"word"}', ["#x", "word"], ""],
    ['{"join":"#x"}', ["#x"], ""],
    ['{"part":"#x","reason":"for lunch"}', ["#x", "for lunch"], ""],
    ['{"nick":"ann"}', ["ann"], ""],
    ['{"raw":["MODE","#x","+m"]}', ["MODE", "#x", "+m"], ""],
    ['{"quit":""}', [""], ""],
  ];
  for (const [line, words, text, network] of table) {
    const command = readClientCommand(line);
    assertEquals([command.words, command.text, command.network], [words, text, network], line);
  }
});

Deno.test("readClientCommand: rejects all else", () => {
  const table: readonly (readonly [line: string, message: string])[] = [
    ["hello", "must be one JSON object per line"],
    ["[1]", "must be a JSON object"],
    ["null", "must be a JSON object"],
    ["{}", "must have one of send, join"],
    ['{"send":"#x","join":"#y","text":"x"}', "must have one of send, join"],
    ['{"send":"#x"}', "send requires text"],
    ['{"send":"#x","text":1}', "text must be a string"],
    ['{"send":"#x","text":"x","kind":"shout"}', "kind must be one of message"],
    ['{"join":["#x"]}', "join must be a string"],
    ['{"join":"#x","\\u001b[2J":"y"}', 'unknown field "\\x1b[2J" for join'],
    ['{"raw":"QUIT"}', "raw must be an array of strings"],
    ['{"raw":[]}', "raw must be an array of strings"],
    ['{"__proto__":"x","constructor":"y"}', "must have one of send, join"],
  ];
  for (const [line, message] of table) assertThrows(() => readClientCommand(line), UsageError, message);
});
