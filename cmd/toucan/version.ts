import { ANYWHERE, flag, kind, option, PROXY_VARIABLES, RELEASES, TRUST, verb, VERSION } from "../../lib/cli/mod.ts";
import { readReleases } from "./releases.ts";
import { VERSION_RECORDS } from "./version_records.ts";

/** `toucan version`. */
export const version = verb({
  summary: "print the version, or check whether there is a newer one",
  description: "Nothing is downloaded or replaced: with --check, the checksums of the newest release are requested, " +
    "whose file names contain its version. Exits with 1 if it is newer than this program.\n\n" +
    "The proxy is that of the variables HTTPS_PROXY, ALL_PROXY and NO_PROXY.",
  operands: [],
  options: {
    "check": flag("check whether there is a newer release"),
    "releases": option(kind.parsed("URL", "an https URL", readReleases), "address of the releases", {
      more: `By default the one in the variable TOUCAN_RELEASES, or ${RELEASES}. The request is for ` +
        "latest/download/SHA256SUMS below it. With http: only this machine is accepted.",
      with: ["check"],
    }),
    "timeout": option(kind.duration, "limit for the whole check", { default: "10s" }),
    "cacert": TRUST.cacert,
    "json": flag("print one JSON record"),
    "trace": flag("write what crosses the wire to stderr"),
  },
  records: VERSION_RECORDS,
  examples: [
    { line: "version", does: "print the version" },
    { line: "version --check", does: "check for a newer release, and print how to install it" },
    { line: "version --check --json", does: "print the result as a JSON record" },
  ],
  layout: {
    everyday: ["check", "json"],
    groups: { output: ["check", "json", "trace"], network: ["releases", "timeout"], TLS: [] },
  },
  exits: [1, 3, 4, 5],
  permissions: { net: true, read: ANYWHERE, env: ["TOUCAN_*", ...PROXY_VARIABLES] },
  needs: ({ options }) => options.check ? { net: true, env: ["TOUCAN_RELEASES", ...PROXY_VARIABLES] } : {},
  async run(call) {
    const { options: { check, json }, output } = call;
    if (check) return await (await import("./check_version.ts")).checkVersion(call);
    if (json) output.record({ version: VERSION });
    else output.line(`toucan ${VERSION}`);
  },
});
