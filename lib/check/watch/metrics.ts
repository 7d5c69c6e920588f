import type { CheckReport } from "../check.ts";
import type { Facts } from "../probe/probe.ts";
import type { TargetHistory } from "./history.ts";

/** A watched target for the metrics. */
export interface MeasuredTarget {
  /** Its last report. */
  readonly report: CheckReport;
  /** Its past. */
  readonly history: TargetHistory;
}

/** Metrics of a value that probes find: name, help, fact, and the factor to its unit. Names of blackbox_exporter where they mean the same. */
const OF_FACTS: readonly (readonly [name: string, help: string, fact: string, factor: number])[] = [
  ["probe_dns_lookup_time_seconds", "Duration of the lookup of the name.", "lookup", 0.001],
  ["toucan_connect_seconds", "Duration of a connection to the fastest address.", "connect", 0.001],
  ["toucan_tls_seconds", "Duration of the TLS handshake.", "tls", 0.001],
  ["toucan_first_byte_seconds", "Time to the first byte of the answer.", "first-byte", 0.001],
  ["probe_http_status_code", "Status of the HTTP response.", "status", 1],
  ["probe_http_redirects", "Number of redirects.", "redirects", 1],
  [
    "probe_ssl_earliest_cert_expiry",
    "Earliest end of a certificate of the chain, in seconds of Unix time.",
    "chain-expires",
    1,
  ],
  ["toucan_certificate_days", "Days until the certificate expires.", "days", 1],
];

/** Returns the last results of watched targets in the text format of Prometheus. Pure. */
export function metricsText(targets: readonly MeasuredTarget[]): string {
  const family = (name: string, help: string, values: readonly string[], type = "gauge") =>
    values.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...values];
  const each = (name: string, value: (target: MeasuredTarget) => number | undefined) =>
    targets.flatMap((target) => {
      const found = value(target);
      return found === undefined ? [] : [`${name}{target=${label(target)}} ${found}`];
    });
  const lines = [
    ...family(
      "probe_success",
      "Whether nothing is broken, and all expectations are met.",
      each("probe_success", ({ history }) => Number(history.well)),
    ),
    ...family(
      "probe_duration_seconds",
      "Duration of the check.",
      each("probe_duration_seconds", ({ report }) => seconds(report.ms)),
    ),
    ...OF_FACTS.flatMap(([name, help, fact, factor]) =>
      family(name, help, each(name, ({ report }) => factOf(report, fact, factor)))
    ),
    ...family(
      "toucan_layer_broken",
      "Whether a layer is broken.",
      targets.flatMap((target) =>
        target.report.layers.filter(({ state }) => state !== "unused" && state !== "skipped").map(({ layer, state }) =>
          `toucan_layer_broken{target=${label(target)},layer="${layer}"} ${Number(state === "fault")}`
        )
      ),
    ),
    ...family(
      "toucan_checks_total",
      "Number of checks.",
      each("toucan_checks_total", ({ history }) => history.counts.all),
      "counter",
    ),
    ...family(
      "toucan_failed_checks_total",
      "Number of checks that found something broken, or an expectation that is not met.",
      each("toucan_failed_checks_total", ({ history }) => history.counts.all - history.counts.well),
      "counter",
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function factOf({ probes }: CheckReport, name: string, factor: number): number | undefined {
  const value = probes.map(({ facts }: { readonly facts: Facts }) =>
    Object.hasOwn(facts, name) ? facts[name] : undefined
  )
    .find((value) => typeof value === "number");
  return typeof value === "number" ? Math.round(value * factor * 1e6) / 1e6 : undefined;
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}

/** A target as the value of a label: quotes, backslashes and line ends are escaped. */
function label({ report }: MeasuredTarget): string {
  return `"${report.target.text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`;
}
