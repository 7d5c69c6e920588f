import { FAMILY, flag, kind, list, option, type Options, ROUTES, TRUST } from "../../lib/cli/mod.ts";
import { parseExpectations } from "../../lib/check/internal.ts";
import { pathsOfSavedFile } from "../../lib/core/mod.ts";
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

/** Needs of a file that is written beside itself first. */
const reportNeeds = (path: unknown) => {
  const paths = pathsOfSavedFile(String(path));
  return { read: paths, write: paths };
};

/** The options of `check`. */
export const OPTIONS = {
  "verbose": flag("print all findings, and the times of each probe; -vv: with --trace", { short: "v" }),
  "expect": list(expectations, "values that must be found, such as status=200,days>14,connect<200ms", {
    more:
      "The values are those of facts in the records of --json. One that was not found is not as expected. The operators " +
      "are = != < <= > >=; durations (200ms) are compared in milliseconds, sizes (64k) in bytes.",
  }),
  "html": option(kind.file, "write a report to this HTML file; an existing one is replaced", { needs: reportNeeds }),
  "svg": option(kind.file, "write the waterfall of times to this SVG file; an existing one is replaced", {
    needs: reportNeeds,
    without: ["watch"],
  }),
  "redact": flag("hide addresses, names of hosts and mail addresses in all output", { without: ["trace"] }),
  "watch": option(kind.duration, "repeat at this interval, and print changes, times and a strip of the past", {
    more:
      "Ends with --until-broken or --until-ok, or when it is interrupted. With --html the report is written after each round.",
  }),
  "until-broken": flag("exit with 1 as soon as something is broken", { with: ["watch"] }),
  "until-ok": flag("exit with 0 as soon as nothing is broken", { with: ["watch"], without: ["until-broken"] }),
  "prometheus": option(kind.listenerAddress("127.0.0.1:9115"), "serve the last results as metrics at /metrics", {
    with: ["watch"],
  }),
  "timeout": option(kind.duration, "limit for each target", { short: "w", default: "10s" }),
  "parallel": option(kind.integer(1, 256), "number of targets checked at once", { short: "P", default: "16" }),
  "server": list(server, "name server to ask instead of those of the system", {
    short: "s",
    more:
      "Its name is looked up by the system, and follows --resolve, --connect-to, -4 and -6; --cacert is for its certificate, too.",
  }),
  "dkim-selector": list(kind.text("SELECTOR"), "DKIM selector whose key a mail domain must have", {
    more: "A signed message has it in the tag s= of DKIM-Signature. Without it, the usual selectors are tried.",
  }),
  ...FAMILY,
  "resolve": { ...ROUTES.resolve, without: [] },
  "connect-to": { ...ROUTES["connect-to"], without: [] },
  "cacert": TRUST.cacert,
  "json": flag("one JSON record per probe, and one per target"),
  "trace": flag("write what crosses the wire to stderr; with the findings of --verbose"),
} satisfies Options;
