import { kindOf, type Layer, LAYER_TITLES, LAYERS } from "../../lib/check/internal.ts";
import { type Checked, type InvalidTarget, unmetSentences } from "./checked.ts";
import { SUMMARY_STATES } from "./records.ts";
import { INDENT, wrapped } from "./screen.ts";

/** A state of {@link SUMMARY_STATES}. */
export type SummaryState = typeof SUMMARY_STATES[number];

/** Sign and words of each state. */
const STATES: Readonly<Record<SummaryState, readonly [sign: string, words: string]>> = {
  broken: ["✗", "broken"],
  invalid: ["✗", "invalid"],
  unexpected: ["✗", "not as expected"],
  warning: ["!", "with warnings"],
  ok: ["✓", "ok"],
};

/** A target in a summary. */
interface Entry {
  /** The target as given. */
  readonly target: string;
  readonly state: SummaryState;
  /** The lowest broken layer, or that of the first warning. */
  readonly layer?: Layer;
  /** Code of the cause, or of the first warning. */
  readonly code?: string;
  /** The line without its sign. */
  readonly text: string;
}

/** Results of several targets, the worst first: broken ones from the lowest layer, then invalid ones, those with unmet expectations, with warnings, and well ones. */
export class Summary {
  readonly #entries: Entry[] = [];

  /** Number of targets. */
  get count(): number {
    return this.#entries.length;
  }

  /** Adds a result. */
  add(checked: Checked | InvalidTarget): void {
    this.#entries.push("invalid" in checked ? invalidEntry(checked) : entryOf(checked));
  }

  /** Returns a line with the counts, and one per target, broken for a terminal of a width. Texts are escaped. */
  lines(width?: number): string[] {
    const { counts, layers } = this.#counts();
    const broken = LAYERS.flatMap((layer) => layers[layer] > 0 ? [`${LAYER_TITLES[layer]} ${layers[layer]}`] : []);
    const parts = SUMMARY_STATES.filter((state) => counts[state] > 0).map((state) =>
      `${counts[state]} ${STATES[state][1]}${state === "broken" ? ` (${broken.join(", ")})` : ""}`
    );
    return [
      `${this.count} targets: ${parts.join(", ")}`,
      ...this.#sorted().flatMap(({ state, text }) =>
        wrapped(text, width).map((line, i) => `${i === 0 ? `${STATES[state][0]} ` : INDENT}${line}`)
      ),
    ];
  }

  /** Returns the record of the summary. */
  record() {
    const { counts, layers } = this.#counts();
    const targets = this.#sorted().map(({ target, state, layer, code }) => ({ target, state, layer, code }));
    return { event: "summary" as const, count: this.count, ...counts, layers, targets };
  }

  #sorted(): Entry[] {
    return this.#entries.toSorted((a, b) => rankOf(a) - rankOf(b) || (a.text < b.text ? -1 : 1));
  }

  #counts() {
    const counts: Record<SummaryState, number> = { broken: 0, invalid: 0, unexpected: 0, warning: 0, ok: 0 };
    const layers: Record<Layer, number> = { link: 0, name: 0, reach: 0, tls: 0, application: 0 };
    for (const { state, layer } of this.#entries) {
      counts[state]++;
      if (state === "broken" && layer) layers[layer]++;
    }
    return { counts, layers };
  }
}

function rankOf({ state, layer }: Entry): number {
  return SUMMARY_STATES.indexOf(state) * (LAYERS.length + 1) + (layer === undefined ? 0 : LAYERS.indexOf(layer));
}

function invalidEntry({ invalid, error }: InvalidTarget): Entry {
  const text = error instanceof Error ? error.message : String(error);
  return { target: invalid, state: "invalid", code: "invalid-target", text };
}

function entryOf(checked: Checked): Entry {
  const { target: { text: target }, cause, probes } = checked.report;
  if (cause) return { target, state: "broken", ...found(target, cause) };
  const unmet = unmetSentences(checked);
  if (unmet.length > 0) return { target, state: "unexpected", text: `${target}: ${unmet.join("; ")}` };
  const warnings = LAYERS.flatMap((layer) =>
    probes.filter((probe) => probe.layer === layer).flatMap(({ findings }) =>
      findings.filter((finding) => kindOf(finding).mark === "warning").map((finding) => ({ layer, finding }))
    )
  );
  const [first, ...more] = warnings;
  if (!first) return { target, state: "ok", text: `${target}: ok` };
  const entry = found(target, first);
  const text = more.length === 0 ? entry.text : `${entry.text}; ${more.length} more`;
  return { target, state: "warning", ...entry, text };
}

function found(target: string, { layer, finding }: NonNullable<Checked["report"]["cause"]>) {
  const { code, data } = finding;
  return { layer, code, text: `${target}: ${LAYER_TITLES[layer]}: ${kindOf(finding).says(data)}` };
}
