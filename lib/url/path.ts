/**
 * The segments of a path, as they stand there: what is between its slashes, without the first. With `backslash`, that
 * is a slash too.
 */
export function pathSegments(path: string, backslash: boolean): string[] {
  if (path === "") return [];
  const slashed = backslash ? path.replaceAll("\\", "/") : path;
  return (slashed.startsWith("/") ? slashed.slice(1) : slashed).split("/");
}
