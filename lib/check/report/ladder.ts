import { formatDuration, markupText, type TraceEvent } from "../../core/mod.ts";

/** An event of the exchange, with the milliseconds since the begin of the check. */
export interface TimedEvent extends TraceEvent {
  /** Milliseconds. */
  readonly at: number;
}

const MAX_TEXT_LENGTH = 160;

/** Returns the exchange as the rows of a table: the client on the left, the server on the right, an arrow for each message. Pure. */
export function ladderRows(events: readonly TimedEvent[]): string {
  return events.map(({ at, direction, text, peer }) => {
    const shown = markupText(text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text);
    const [side, arrow, word] = SIDES[direction];
    const from = peer === undefined ? "" : `<span class="dim">${markupText(peer)}</span> `;
    return `<tr class="${side}"><td class="time">${formatDuration(at)}</td>` +
      `<td class="arrow"><span aria-hidden="true">${arrow}</span><span class="hidden">${word}</span></td><td>${from}<code>${shown}</code></td></tr>`;
  }).join("\n");
}

const SIDES = {
  ">": ["sent", "──▶", "to the server"],
  "<": ["received", "◀──", "from the server"],
  "*": ["event", "·", "event"],
} as const;
