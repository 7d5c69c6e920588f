import type { Split } from "./split.ts";

/**
 * A git address over SSH in the form of scp: `git@host:path`. Under neither set of rules is it a URL, and git reads it
 * as one all the same (git-fetch(1), "Git URLs"). Only with a user in front: without one it reads as a scheme.
 */
// deno-lint-ignore no-control-regex -- control characters are what must not be there
const SCP = /^([^\x00-\x20\x7f/\\:@?#[\]]+)@(\[[0-9a-f:.]+\]|[^\x00-\x20\x7f/\\:@?#[\]%]+):([^\x00-\x1f\x7f]+)$/i;

/** Splits such an address; undefined for any other text. */
export function splitScp(text: string): Split | undefined {
  const [, user, host] = SCP.exec(text) ?? [];
  if (user === undefined || host === undefined) return undefined;
  const hostStart = user.length + 1;
  const hostEnd = hostStart + host.length;
  return {
    authority: { start: 0, end: hostEnd },
    user: { start: 0, end: user.length },
    host: { start: hostStart, end: hostEnd },
    path: { start: hostEnd + 1, end: text.length },
  };
}
