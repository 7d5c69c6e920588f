import { assertEquals } from "@std/assert";
import { showUntrusted } from "../../lib/core/mod.ts";
import { screenLines } from "../../cmd/check/screen.ts";
import { check, type CheckTargetOptions, type Layer, type Target } from "../../lib/check/mod.ts";
import { type FindingCode, kindOf } from "../../lib/check/words/findings.ts";
import { peerTest } from "./peer.ts";

/** A set-up on this machine, and the verdict that `check` must give on it. */
export interface CheckSetup {
  /** Phrase that says what is set up; also the name of its golden file. */
  readonly name: string;
  /** Programs that it needs. */
  readonly peers?: readonly string[];
  /** Starts it; what is used ends with the stack. */
  readonly start: (stack: AsyncDisposableStack) => Promise<CheckedSetup> | CheckedSetup;
  /** Layer that must be found broken, and the code; undefined if all must be well. */
  readonly broken?: readonly [Layer, FindingCode];
  /** Codes that must be among the findings, whatever is broken. */
  readonly codes?: readonly FindingCode[];
  /** Codes that must not be. */
  readonly without?: readonly FindingCode[];
}

/** Target of a set-up. */
export interface CheckedSetup {
  /** The target. */
  readonly target: string;
  /** The same, for a target that has no text of its own. */
  readonly parsed?: Target;
  /** Options of the check. */
  readonly options?: CheckTargetOptions;
  /** Further texts that differ between runs, and what stands for them in the golden file. */
  readonly hide?: Readonly<Record<string, string>>;
}

const GOLDEN = new URL("../golden/check/", import.meta.url).pathname;
/** Writes the golden files instead of comparing them. */
const UPDATE = Deno.env.get("TOUCAN_UPDATE_GOLDEN") === "1";

/** Parts of a golden file beside the first screen. */
export interface SetupForm {
  /** Whether the sentences of the findings in `codes` are, which the first screen has only for the cause. */
  readonly words?: boolean;
}

/** Registers a test per set-up: the right layer, the right code, and the words of the first screen as a golden file. */
export function testSetups(setups: readonly CheckSetup[], form?: SetupForm): void {
  for (const setup of setups) peerTest(`check: ${setup.name}`, setup.peers ?? [], () => testSetup(setup, form));
}

/** Tests a set-up. */
export async function testSetup(
  { name, start, broken, codes = [], without = [] }: CheckSetup,
  { words = false }: SetupForm = {},
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { target, parsed, options, hide = {} } = await start(stack);
  const report = await check(parsed ?? target, { timeout: 5000, ...options });
  const seen: string[] = report.probes.flatMap(({ findings }) => findings.map(({ code }) => code));
  assertEquals(report.cause && [report.cause.layer, report.cause.finding.code], broken && [...broken], seen.join(", "));
  assertEquals([codes.filter((code) => !seen.includes(code)), without.filter((code) => seen.includes(code))], [[], []]);
  const more = report.probes.flatMap(({ findings }) => findings).filter(({ code }) =>
    words && codes.some((named) => named === code)
  )
    .flatMap((finding) => {
      const { mark, says, evidence } = kindOf(finding);
      return [
        `(${mark} ${finding.code}) ${says(finding.data)}`,
        ...(evidence?.(finding.data) ?? []).map((l) => `  ${l}`),
      ];
    });
  const text = `${[...screenLines(report), ...more].map((line) => steady(showUntrusted(line), hide)).join("\n")}\n`;
  const path = `${GOLDEN}${name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")}.txt`;
  if (UPDATE) return await Deno.writeTextFile(path, text);
  assertEquals(text, await Deno.readTextFile(path), `the words changed: TOUCAN_UPDATE_GOLDEN=1 writes ${path}`);
}

/** Replaces what differs between runs: ports, times, the addresses of this machine. */
function steady(line: string, hide: Readonly<Record<string, string>>): string {
  let text = line;
  for (const [from, to] of Object.entries(hide)) text = text.replaceAll(from, to);
  const layer = /^(. (?:link|name|reach|TLS|application) +\S+(?: \S+)?) +[\d.]+m?s(.*)$/.exec(text);
  if (/^. link /.test(text)) text = `${text.slice(0, 13).trimEnd()} …`;
  else if (layer) text = `${layer[1]}  TIME${layer[2]}`;
  return text.replace(/\b\d+(?:\.\d+)? ms\b/g, "N ms").replace(/\b\d+(?= of \d+ bytes in N ms)/, "N")
    .replace(/\b\d+ bytes?(?= of .* came in N ms| without an end)/, "N bytes")
    .replace(/(:|port )\d{4,5}\b/g, "$1PORT")
    .replace(/\b[0-9a-f]{8}\.invalid\b/g, "RANDOM.invalid").replace(/sha256:[A-Za-z0-9+/]{43}=/g, "PIN");
}
