/** A module of JSON in a bundle: what stands before its literal, the path of its file, and the literal. */
const JSON_MODULE = /^( +"([^"\n]+\.json)"\(exports, module\) \{\n +module\.exports = )(.+)(?=;\n)/gm;

/**
 * Tidies a bundle: the same code, that starts sooner and says nothing about the machine it was made on. `readJson`
 * returns the text of a file of JSON by its path from the top of the checkout.
 */
export function tidyBundle(bundle: string, readJson: (path: string) => string): string {
  return bundle
    // A text is taken as it is; a literal would be read at every start, and again when it is used.
    .replace(JSON_MODULE, (_, head: string, path: string) => {
      return `${head}JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(readJson(path))))})`;
    })
    // Where packages lie is nobody's business, and would make each machine's bundle another.
    .replace(/(^\/\/ |^ +")[^\s"]*\/npm\/[^/\s"]+\/(?=\S)/gm, "$1npm:")
    // Source outside ASCII takes twice the memory, and the time to convert it.
    .replace(/[^\n -~\t\r]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
