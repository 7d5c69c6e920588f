/** The name of a part as the bundler makes it: what it begins with, and a hash, of paths of this machine too. */
const HASHED = /"\.\/(([\w.]+)-[A-Z0-9]{8}\.js)"/g;

/**
 * Names the parts of a tool by number, in the order in which they are named from the first on, so that they have the
 * same names on each machine. Throws an error when a part imports the first: that waits for the call to end, and the
 * part would wait for it.
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
