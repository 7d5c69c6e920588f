import { slice, type Split } from "../../split.ts";
import { removeDotSegments } from "./dots.ts";

/** A text that was split. */
export interface Reference {
  /** The text. */
  readonly text: string;
  /** Where its parts stand. */
  readonly split: Split;
}

/**
 * Resolves a reference against a base, byte for byte (RFC 3986 §5.2.2–3, strict): what comes from either is as it stood
 * there, but for the dot segments of the path.
 */
export function resolveReference(base: Reference, reference: Reference): string {
  const { split } = reference;
  const own = (part: "scheme" | "authority" | "query" | "fragment") => text(reference, part);
  const from = (part: "scheme" | "authority" | "query") => text(base, part);
  const path = slice(reference.text, split.path);
  const basePath = slice(base.text, base.split.path);
  if (split.scheme) {
    return compose(own("scheme"), own("authority"), removeDotSegments(path), own("query"), own("fragment"));
  }
  if (split.authority) {
    return compose(from("scheme"), own("authority"), removeDotSegments(path), own("query"), own("fragment"));
  }
  if (path === "") {
    return compose(from("scheme"), from("authority"), basePath, own("query") ?? from("query"), own("fragment"));
  }
  const merged = path.startsWith("/")
    ? path
    : base.split.authority && basePath === ""
    ? `/${path}`
    : basePath.slice(0, basePath.lastIndexOf("/") + 1) + path;
  return compose(from("scheme"), from("authority"), removeDotSegments(merged), own("query"), own("fragment"));
}

function text({ text, split }: Reference, part: keyof Split): string | undefined {
  const span = split[part];
  return span && slice(text, span);
}

/** Puts parts together (RFC 3986 §5.3). A path of two slashes without a host in front is kept from becoming one. */
function compose(
  scheme: string | undefined,
  authority: string | undefined,
  path: string,
  query: string | undefined,
  fragment: string | undefined,
): string {
  const front = authority !== undefined ? `//${authority}` : path.startsWith("//") ? "/." : "";
  return [
    scheme === undefined ? "" : `${scheme}:`,
    front,
    path,
    query === undefined ? "" : `?${query}`,
    fragment === undefined ? "" : `#${fragment}`,
  ].join("");
}
