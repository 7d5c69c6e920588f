/** The name that the bundler gives a part: a prefix, and a hash that depends on paths of this machine. */
const HASHED = /"\.\/(([\w.]+)-[A-Z0-9]{8}\.js)"/g;

/**
 * Numbers the parts of a tool in the order of their first reference, so that their names are the same on each machine.
 *
 * @throws {Error} If a part imports the first one, which would be a deadlock: the first one waits for the call to end.
 */
export function numberParts(first: string, parts: ReadonlyMap<string, string>): Map<string, string> {
  const names = new Map([[first, first]]);
  const numbered = new Map<string, string>();
  // Parts found by the loop are appended.
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
