import type { Layout } from "../../lib/cli/mod.ts";

/** Help groups and accepted words of `check`. */
export const LAYOUT: Layout = {
  everyday: ["verbose", "expect", "html", "watch", "timeout", "server", "json"],
  groups: {
    output: ["verbose", "expect", "html", "svg", "redact", "json", "trace"],
    watch: ["watch", "until-broken", "until-ok", "prometheus"],
    "timeout and concurrency": ["timeout", "parallel"],
    network: ["server", "dkim-selector"],
  },
  aliases: { "trace": ["-vv"] },
  accepted: {},
  exits: {
    1: "something is wrong with the target, or --expect is not met",
    3: "the network failed before that could be told",
    4: "no answer before that could be told",
    5: "this machine is at fault, or a permission is missing",
  },
};
