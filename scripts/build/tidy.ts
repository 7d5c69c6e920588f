/** A module of JSON in a bundle: what stands before its literal, the path of its file, and the literal. */
const JSON_MODULE = /^( +"([^"\n]+\.json)"\(exports, module\) \{\n +module\.exports = )(.+)(?=;\n)/gm;
/** A CommonJS package that runs when its importer is loaded: the name of its exports, and the call that runs it. */
const RUN_AT_ONCE = /^var (import_\w+) = (__toESM\(require_\w*\(\)(?:, \d)?\));$/gm;
/** A long regular expression: the text before it, its source, and its flags. */
const LONG_EXPRESSION = /^( +var \w+ = )\/(.{1000,})\/([a-z]*);$/gm;
/** A comparison with the name of a class. */
const LOOKED_UP = /\.constructor\.name ===? "(\w+)"/g;

/**
 * Tidies a bundle, or a part of one: the same code, that starts sooner and says nothing about the machine it was made
 * on. `readJson` returns the text of a file of JSON by its path in the bundle. Throws an error where the
 * bundler has changed what the code does.
 */
export function tidyBundle(bundle: string, readJson: (path: string) => string): string {
  const tidy = runWhenUsed(importBuiltIns(bundle))
    // A text is taken as it is; a literal would be read at every start, and again when it is used.
    .replace(JSON_MODULE, (_, head: string, path: string) => {
      return `${head}JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(readJson(path))))})`;
    })
    // A literal is checked when the file is parsed, also if it is never used.
    .replace(LONG_EXPRESSION, (_, head: string, source: string, flags: string) => {
      return `${head}new RegExp(${JSON.stringify(source)}, ${JSON.stringify(flags)});`;
    })
    // The path of the package cache would make the bundle differ between machines.
    .replace(/(^\/\/ |^ +")[^\s"]*\/npm\/[^/\s"]+\/(?=\S)/gm, "$1npm:")
    // Source outside ASCII takes twice the memory, and the time to convert it.
    .replace(/[^\n -~\t\r]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  // The bundler adds a number to a name that two modules declare.
  for (const [, name = ""] of tidy.matchAll(LOOKED_UP)) {
    if (!new RegExp(`\\b(?:${name} = class|class ${name})\\b`).test(tidy)) {
      throw new Error(`the class ${name}, which is looked up by its name, has another one in the bundle`);
    }
  }
  return tidy;
}

/**
 * Replaces each `require` of a built-in module by an import, which is checked before anything runs and needs no
 * `createRequire`. Throws an error when something else is required at run time: an executable has no file for it.
 */
function importBuiltIns(bundle: string): string {
  const imports = new Map<string, string>();
  const code = bundle
    .replace(/(?<!function )\b__require\("(node:([\w/]+))"\)/g, (_, specifier: string, name: string) => {
      const local = `__node_${name.replaceAll("/", "_")}`;
      imports.set(local, specifier);
      return local;
    })
    .replace(/^import \{ createRequire as .*\nvar __require = .*\n/m, "")
    // Imports and exports of it between parts.
    .replace(/^ {2}__require,?\n/gm, "");
  const [left] = /(?<!function )\b__require\([^\n]{0,100}|\bcreateRequire\b/.exec(code) ?? [];
  if (left !== undefined) throw new Error(`the bundle requires a module at run time: ${left}`);
  return [...imports].map(([local, specifier]) => `import ${local} from "${specifier}";\n`).join("") + code;
}

/** Runs CommonJS packages at their first use: the tables of UTS #46 are needed only for names outside ASCII. */
function runWhenUsed(bundle: string): string {
  const names: string[] = [];
  const code = bundle.replace(RUN_AT_ONCE, (whole, name: string, load: string) => {
    // Another part imports it.
    const elsewhere = [...bundle.matchAll(new RegExp(`\\b${name}\\b(?!\\.)`, "g"))].length > 1;
    if (elsewhere) return whole;
    names.push(name);
    return `var ${name}_run;\nvar ${name} = () => ${name}_run ??= ${load};`;
  });
  // Parentheses, since `new name().Class()` would construct the function.
  return names.reduce((code, name) => code.replace(new RegExp(`\\b${name}\\.`, "g"), `(${name}()).`), code);
}
