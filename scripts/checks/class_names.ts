import type { PatternBreach } from "./pattern_rules.ts";

/** A class of errors, and how its body begins: comments, and the name. */
const ERROR_CLASS = /^ *(?:export )?(?:abstract )?class (\w+)(?:<[^{]*>)? extends (?:\w*Error|Fault)\b[^{]*\{/gm;
const NAME = /^\s*(?:\/\*\*[^]*?\*\/\s*)?override readonly name: string = "(\w+)";/;

/**
 * The classes of errors of a module that do not say their name. Messages and callers read it, and a bundler may give
 * the class another one.
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
