import type { Tries } from "./try.ts";

/** Commands for findings about this machine. */
export const LINK_TRIES: Tries = {
  "no-interface": (_data, target) => target.kind === "machine" ? [] : ["check"],
  "only-link-local": (_data, target) => target.kind === "machine" ? [] : ["check"],
};
