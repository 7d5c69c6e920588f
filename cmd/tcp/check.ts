import {
  type Call,
  columns,
  errorLines,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  FAMILY,
  familyOf,
  flag,
  inputs,
  kind,
  option,
  type Options,
  verb,
} from "../../lib/cli/mod.ts";
import { formatAddress, formatDuration, showUntrusted, UsageError } from "../../lib/core/mod.ts";
import { type CheckTarget, parseTarget, type PortCheck } from "../../lib/tcp/internal.ts";
import { CHECK_HINTS } from "./hints.ts";
import { CHECK_LAYOUT } from "./layout.ts";
import { CHECK_RECORDS } from "./records.ts";

const options = {
  ...FAMILY,
  "timeout": option(kind.duration, "limit for the lookup of a name, and then for each attempt to connect", {
    short: "w",
    default: "5s",
  }),
  "concurrency": option(kind.integer(1, 1000), "number of ports checked at once", { default: "100" }),
  "open": flag("list only open ports"),
  "json": flag("one JSON record per port"),
} satisfies Options;

type CheckCall = Call<typeof options, typeof CHECK_RECORDS>;

const target = kind.parsed("TARGET", "HOST:PORT, HOST:20-25 or HOST:22,80,https", parseTarget);

/** `toucan tcp check`. */
export const checkVerb = verb({
  summary: "check whether TCP ports are open",
  hints: CHECK_HINTS,
  description:
    "Connects to each port and closes the connection without sending data, as nc -z does. All addresses of a " +
    "name are tried. A port is open, refused (nothing listens), filtered (no answer within --timeout) or unreachable (no " +
    "route to the host); not-found is a name without an address. Results are in the order of the input. Exits with 0 if all " +
    "ports are open, 1 if all are refused, 4 if all are filtered, 3 if no host can be found or reached, and 6 if " +
    "results differ.",
  operands: [{
    metavar: "TARGET",
    help: "HOST:PORT, with ports as in 22,80,8000-8010,https; - reads one per line from stdin",
    kind: { ...target, parse: (text) => text === "-" ? text : target.parse(text) },
    many: true,
    batch: true,
  }],
  options,
  records: CHECK_RECORDS,
  permissions: { net: true },
  examples: [
    { line: "tcp check example.com:80,443", does: "check two ports of a host" },
    { line: "tcp check --open 192.0.2.7:1-1024", does: "list the open ports of a range" },
    { line: "tcp check --json - < targets.txt", does: "print a record for each port of each line" },
  ],
  layout: CHECK_LAYOUT,
  exits: [1, 3, 4, 5, 6],
  needs: () => ({ net: true }),
  async run(call) {
    const { checkTargets } = await import("../../lib/tcp/internal.ts");
    const { operands, signal } = call;
    const { timeout, concurrency } = call.options;
    const codes = new Set<ExitCode>();
    const checking = { timeout, concurrency, signal, family: familyOf(call.options) };
    for await (const found of checkTargets<Invalid>(targets(operands), checking)) {
      codes.add("invalid" in found ? exitCodeOf(found.error) : exitCode(found));
      await ("invalid" in found ? printInvalid(found, call) : printResult(found, call));
    }
    const [only = 0] = codes;
    return codes.size > 1 ? 6 : only;
  },
});

/** An input that is not a valid target, and the error. */
interface Invalid {
  readonly invalid: string;
  readonly error: unknown;
}

async function* targets(operands: readonly string[]): AsyncGenerator<CheckTarget | Invalid> {
  for await (const { text, problem } of inputs(operands, "TARGET", { comments: true })) {
    try {
      if (problem) throw new UsageError(`"${text.slice(0, 60)}" is not HOST:PORT`);
      yield parseTarget(text.trim());
    } catch (error) {
      yield { invalid: text, error };
    }
  }
}

/** Returns the exit code for the state of one port. */
function exitCode({ state, error }: PortCheck): ExitCode {
  if (state === "open") return 0;
  if (state === "refused") return 1;
  return state === "filtered" ? 4 : error ? exitCodeOf(error) : 3;
}

function printInvalid({ invalid, error }: Invalid, { options, output }: CheckCall): Promise<void> | void {
  if (!options.json) return errorLines("toucan tcp", error).forEach((line) => output.note(line));
  return output.record({ event: "port", host: invalid, state: "failed", addresses: [], error: errorRecord(error) });
}

function printResult(found: PortCheck, { options, output }: CheckCall): Promise<void> | void {
  const { host, port, service, state, address, ms, error } = found;
  if (options.open && state !== "open") return;
  if (options.json) {
    const addresses = found.addresses.map((one) => ({ ...one, error: one.error && errorRecord(one.error) }));
    return output.record({ event: "port", ...found, addresses, error: error && errorRecord(error) });
  }
  const name = formatAddress({ transport: "ip", host, port });
  const reached = address === undefined || address === host ? "-" : address;
  const why = state === "failed" && error ? error.message : "";
  const words = [name, state, formatDuration(ms), reached, service ?? "-", why].filter((word) => word !== "");
  const [line = ""] = output.terminal
    ? columns([words.map((word, i) => word.padEnd(WIDTHS[i] ?? 0))])
    : [words.join(" ")];
  return output.line(showUntrusted(line.trimEnd()));
}

/** Widths of the columns on a terminal, where rows are printed as they become known. */
const WIDTHS: readonly number[] = [28, 11, 8, 15];
