import { isLocalHost, UsageError } from "../../lib/core/mod.ts";

/**
 * Reads the address of releases: https, or http on this machine.
 *
 * @throws {UsageError} `invalid-url`
 */
export function readReleases(text: string): URL {
  const url = URL.parse(text);
  const invalid = (cause: string) => new UsageError(`invalid URL "${text}": ${cause}`, { code: "invalid-url" });
  if (!url || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw invalid("an address without user, query and fragment is accepted");
  }
  // It is printed in a command for a shell.
  if (!/^[\w.:/~%+[\]-]*$/.test(url.href)) throw invalid("use letters, digits and . : / _ ~ % + - only");
  if (url.protocol === "https:") return url;
  if (url.protocol === "http:" && isLocalHost(url.hostname.replace(/^\[|\]$/g, ""))) return url;
  throw invalid("use https");
}
