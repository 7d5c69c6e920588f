import { type Html, markup } from "../html.ts";
import type { ExchangeEvent } from "./recording_stage.ts";

/** Maximum number of characters of a message. */
const MAX_TEXT_LENGTH = 160;

/** Draws an exchange as a ladder: the parties on both sides, and an arrow for each message between them. */
export function ladder(events: readonly ExchangeEvent[]): Html {
  const messages = events.filter((event) => event.kind === "wire");
  const [first] = messages;
  const [left = "client", right = "server"] = first ? [first.from, first.to].toSorted() : [];
  const head = first
    ? markup`<div class="parties" aria-hidden="true"><span>${left}</span><span>${right}</span></div>`
    : undefined;
  return markup`
    <figure class="ladder">${head}<ol>
    ${events.map((event) => rung(event))}</ol></figure>
  `;
}

function rung(event: ExchangeEvent): Html {
  if (event.kind === "say") {
    return markup`
      <li class="note">${event.text}</li>
    `;
  }
  if (event.kind === "show") {
    return markup`
      <li class="note">
        <pre tabindex="0"><code>${event.text}</code></pre>
      </li>
    `;
  }
  const { from, to, text } = event;
  const direction = from < to ? "right" : "left";
  const short = text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
  return markup`
    <li class="${direction}"><span class="hidden">${from} to ${to}: </span><code>${short}</code></li>
  `;
}
