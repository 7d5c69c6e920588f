/** The name of a part from the bundler: a stem and a hash, which depends on paths of this machine. */
const HASHED = /"\.\/(([\w.]+)-[A-Z0-9]{8}\.js)"/g;

/**
 * Numbers the parts of a tool in the order of the imports, so that they have the same names on each machine. Throws an
 * error when a part imports the first one: that one waits for the call to end, and the part would wait for it.
 */
export function numberParts(first: string, parts: ReadonlyMap<string, string>): Map<string, string> {
  const names = new Map([[first, first]]);
  const numbered = new Map<string, string>();
  // Parts that are found on the way are appended.
  for (const [name, to] of names) {
    const text = parts.get(name);
    if (text === undefined) throw new Error(`there is no part ${name}`);
    if (text.includes(`"./${first}"`)) {
      throw new Error(`${name} imports ${first}: move what it needs to another module`);
    }
    numbered.set(
      to,
      text.replace(HASHED, (_, found: string, stem: string) => {
        const known = names.get(found) ?? `${stem}-${names.size}.js`;
        names.set(found, known);
        return `"./${known}"`;
      }),
    );
  }
  return numbered;
}
