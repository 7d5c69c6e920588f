import type { PatternBreach } from "./pattern_rules.ts";

/** The head of an error class. */
const ERROR_CLASS = /^ *(?:export )?(?:abstract )?class (\w+)(?:<[^{]*>)? extends (?:\w*Error|Fault)\b[^{]*\{/gm;
/** The start of its body. */
const NAME = /^\s*(?:\/\*\*[^]*?\*\/\s*)?override readonly name: string = "(\w+)";/;

/**
 * Finds the error classes of a module without a `name` of their own. Messages and callers read it, and a bundler may
 * rename the class.
 */
export function namelessErrors(path: string, text: string): PatternBreach[] {
  if (!/^(?:lib|cmd)\//.test(path)) return [];
  return [...text.matchAll(ERROR_CLASS)].flatMap(({ 0: head, 1: name = "", index }) => {
    if (NAME.exec(text.slice(index + head.length))?.[1] === name) return [];
    const message = `a bundler may rename an error class: add override readonly name: string = "${name}"`;
    return [{ path, line: text.slice(0, index).split("\n").length, message }];
  });
}
