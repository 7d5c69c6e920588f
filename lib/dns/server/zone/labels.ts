/** Returns where the first label of a name ends: at a dot that is not escaped, or at the end. */
export function labelEnd(name: string): number {
  const first = name.indexOf(".");
  const escape = name.indexOf("\\");
  if (escape < 0 || first < escape) return first < 0 ? name.length : first;
  for (let at = 0; at < name.length; at++) {
    if (name[at] === "\\") at++;
    else if (name[at] === ".") return at;
  }
  return name.length;
}
