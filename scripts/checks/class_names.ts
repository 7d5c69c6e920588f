import type { PatternBreach } from "./pattern_rules.ts";

/** An error class and the beginning of its body: comments, and the name. */
const ERROR_CLASS = /^ *(?:export )?(?:abstract )?class (\w+)(?:<[^{]*>)? extends (?:\w*Error|Fault)\b[^{]*\{/gm;
const NAME = /^\s*(?:\/\*\*[^]*?\*\/\s*)?override readonly name: string = "(\w+)";/;

/**
 * Returns the error classes of a module that do not declare their name. Messages and callers use it, and a bundler may
 * rename the class.
 */
export function namelessErrors(path: string, text: string): PatternBreach[] {
  if (!/^(?:lib|cmd)\//.test(path)) return [];
  return [...text.matchAll(ERROR_CLASS)].flatMap(({ 0: head, 1: name = "", index }) => {
    if (NAME.exec(text.slice(index + head.length))?.[1] === name) return [];
    const message =
      `an error says its name, whatever a bundler calls the class: override readonly name: string = "${name}"`;
    return [{ path, line: text.slice(0, index).split("\n").length, message }];
  });
}
