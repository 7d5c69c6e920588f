import type { Tries } from "./try.ts";

/** What to try. */
export const LINK_TRIES: Tries = {
  "no-interface": (_data, target) => target.kind === "machine" ? [] : ["check"],
  "only-link-local": (_data, target) => target.kind === "machine" ? [] : ["check"],
};
