import { markupText } from "../core/markup.ts";
import { BASE_STYLE } from "../check/report/page_files.ts";
import { STYLE } from "./page_files.ts";
import type { StageEvent } from "./stage.ts";
import type { Leg } from "./walk.ts";

const MAX_TEXT_LENGTH = 200;

/** Returns a walk through the tour as one HTML document without scripts: each leg with its exchange as a ladder. Pure. */
export function tourPage(legs: readonly Leg[], now: Date): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>toucan tour</title><link rel="icon" href="data:,"><style>${BASE_STYLE}${STYLE}</style></head>
<body><header><h1>toucan tour</h1><p class="dim">${
    now.toISOString().slice(0, 10)
  } · both ends of every tool, on one machine</p>
<nav><ol>${
    legs.map(({ tool, title }, i) => `<li><a href="#leg${i + 1}">${markupText(`${tool}: ${title}`)}</a></li>`).join("")
  }</ol></nav></header>
<main>
${legs.map(legSection).join("\n")}
</main></body></html>
`;
}

function legSection({ tool, title, layer = "", events, error, ms, left }: Leg, index: number): string {
  const failed = error === undefined ? "" : `<p class="fault">✗ the leg failed</p>`;
  const ended = left ? `<p class="dim">left here</p>` : "";
  return `<article id="leg${index + 1}"><h2>${index + 1}. ${
    markupText(`${tool}: ${title}`)
  } <span class="dim">${ms} ms</span></h2>
${ladder(events, layer)}
${failed}${ended}</article>`;
}

function ladder(events: readonly StageEvent[], layer: string): string {
  const wires = events.filter((event) => event.kind === "wire");
  const [left = "client", right = "server"] = wires[0] ? [wires[0].from, wires[0].to].toSorted() : [];
  const head = wires.length === 0
    ? ""
    : `<div class="parties" aria-hidden="true"><span>${markupText(left)}</span><span>${markupText(right)}</span></div>`;
  return `${head}<ol class="ladder">
${joined(events).map((event) => rung(event, layer)).join("\n")}
</ol>`;
}

/** Joins lines of output that follow each other. */
function joined(events: readonly StageEvent[]): StageEvent[] {
  const found: StageEvent[] = [];
  for (const event of events) {
    const last = found.at(-1);
    if (event.kind === "show" && last?.kind === "show") {
      found[found.length - 1] = { ...last, text: `${last.text}\n${event.text}` };
    } else found.push(event);
  }
  return found;
}

function rung(event: StageEvent, layer: string): string {
  if (event.kind === "wire") {
    const { from, to, text } = event;
    const direction = `${from < to ? "right" : "left"}${event.layer === undefined ? "" : " other"}`;
    const short = text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
    return `<li class="${direction}"><span class="hidden">${markupText(`${from} to ${to}: `)}</span><code>${
      markupText(short)
    }</code><span class="layer">${markupText(event.layer ?? layer)}</span></li>`;
  }
  if (event.kind === "term") {
    return `<li class="term"><dfn>${markupText(event.name)}</dfn>: ${markupText(event.text)}</li>`;
  }
  const { kind, text } = event;
  if (kind === "say") return `<li>${markupText(text)}</li>`;
  if (kind === "check") return `<li class="check">✓ ${markupText(text)}</li>`;
  const lines = text.split("\n").map(markupText).join("\n");
  return `<li class="${kind}"><pre>${kind === "command" ? "$ " : ""}${lines}</pre></li>`;
}
