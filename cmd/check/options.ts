import { FAMILY, flag, kind, list, option, type Options, ROUTES, TRUST } from "../../lib/cli/mod.ts";
import { parseExpectations } from "../../lib/check/internal.ts";
import { parseNameServer } from "../../lib/dns/internal.ts";

const server = kind.parsed(
  "SERVER",
  "HOST[:PORT], udp://HOST, tcp://HOST, tls://HOST[#NAME] or https://HOST/dns-query",
  (text) => parseNameServer(text),
);
const expectations = kind.parsed(
  "LIST",
  "NAME=VALUE, NAME<NUMBER and the like, separated by commas",
  parseExpectations,
);

/** The options of `check`. */
export const OPTIONS = {
  "verbose": flag("print all findings, and the times of each probe", { short: "v" }),
  "expect": list(expectations, "values that must be found, such as status=200,days>14,connect<200ms", {
    more: "The values are those of facts in the records of --json. One that was not found is not as expected.",
  }),
  "timeout": option(kind.duration, "limit for each target", { short: "w", default: "10s" }),
  "parallel": option(kind.integer(1, 256), "number of targets checked at once", { short: "P", default: "16" }),
  "server": list(server, "name server to ask instead of those of the system", { short: "s" }),
  ...FAMILY,
  "resolve": { ...ROUTES.resolve, without: [] },
  "connect-to": { ...ROUTES["connect-to"], without: [] },
  "cacert": TRUST.cacert,
  "json": flag("one JSON record per probe, and one per target"),
  "trace": flag("write what crosses the wire to stderr"),
} satisfies Options;
