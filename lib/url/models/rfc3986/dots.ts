/**
 * Takes `.` and `..` out of a path (RFC 3986 §5.2.4), leaving all other bytes. A path that would start with two slashes
 * without having done so, and be read as a host, is the caller's to guard.
 */
export function removeDotSegments(path: string): string {
  if (!/(?:^|\/)\.{1,2}(?:\/|$)/.test(path)) return path;
  const rooted = path.startsWith("/");
  const segments = path.split("/");
  if (rooted) segments.shift();
  const kept: string[] = [];
  for (const [i, segment] of segments.entries()) {
    if (segment === "..") kept.pop();
    if (segment !== "." && segment !== "..") kept.push(segment);
    else if (i === segments.length - 1) kept.push("");
  }
  return (rooted ? "/" : "") + kept.join("/");
}
