import { stripFormatting } from "../../codec/formatting.ts";
import { fit, safe, textWidth } from "./text/graphemes.ts";
import type { LineEditor } from "./input/line_editor.ts";
import { BOLD, DIM, fill, REVERSE, type Row, rowWidth, type Span } from "./text/span.ts";
import type { ChatWindow } from "./window.ts";
import type { Windows } from "./windows.ts";

/** Smallest terminal for the full screen. */
export const MIN_COLUMNS = 20;
/** Smallest terminal for the full screen. */
export const MIN_ROWS = 8;
/** Rows that do not belong to the conversation: topic, bar, prompt. */
const FRAME_ROWS = 3;
const BAR = { attributes: REVERSE };

/** Rows of a screen, and where its cursor is. */
export interface Frame {
  /** Rows from the top, one for each of the terminal. */
  readonly rows: readonly Row[];
  /** Column and row of the cursor, from 0. */
  readonly cursor: readonly [column: number, row: number];
}

/** State that a frame shows. */
export interface ViewState {
  /** Windows. */
  readonly windows: Windows;
  /** Line of input. */
  readonly editor: LineEditor;
  /** Own nickname in the current network. */
  readonly nick: string;
  /** Question in place of the nickname. */
  readonly question?: string;
}

/** Returns the rows of the conversation on a terminal with this number of rows. */
export function paneHeight(rows: number): number {
  return Math.max(1, rows - FRAME_ROWS);
}

/** Returns the frame for a terminal of this size. */
export function frameOf({ windows, editor, nick, question }: ViewState, columns: number, rows: number): Frame {
  const { current } = windows;
  const height = paneHeight(rows);
  const pane = current?.view(columns, height) ?? [];
  const blank = Array.from({ length: height - pane.length }, (): Row => []);
  const label = question === undefined
    ? `[${fit(safe(nick), Math.max(4, Math.floor(columns / 4)))}] `
    : `${fit(question, columns - 4)} `;
  const input = editor.view(columns - textWidth(label));
  return {
    rows: [
      titleRow(current, windows, columns),
      ...pane,
      ...blank,
      barRow(windows, columns),
      [{ text: label, attributes: question === undefined ? DIM : BOLD }, ...input.row],
    ],
    cursor: [textWidth(label) + input.column, rows - 1],
  };
}

function titleRow(window: ChatWindow | undefined, windows: Windows, columns: number): Row {
  if (!window) return fill([], columns, BAR);
  const label = safe(windows.label(window));
  const topic = window.topic === "" ? "" : `  ${safe(stripFormatting(window.topic))}`;
  const scrolled = window.offset > 0 ? " (scrolled)" : "";
  const text = fit(` ${label}${topic}`, Math.max(1, columns - scrolled.length));
  return fill([{ ...BAR, text: text + scrolled }], columns, BAR);
}

/** Returns the bar with the windows: their numbers, names and counts; the current one is always visible. */
function barRow(windows: Windows, columns: number): Row {
  const items = windows.all.map((window, i) => barItem(windows, window, i + 1));
  const current = windows.all.findIndex((window) => window === windows.current);
  let first = 0;
  const widthTo = (from: number) => items.slice(from, current + 1).reduce((sum, item) => sum + rowWidth(item), 0);
  while (first < current && widthTo(first) > columns - 1) first++;
  const row: Span[] = first > 0 ? [{ ...BAR, text: "<" }] : [];
  let used = row.length;
  for (const item of items.slice(first)) {
    const width = rowWidth(item);
    if (used + width > columns) {
      // A name that does not fit is cut rather than left out, if it is the first.
      if (used <= 1) row.push({ ...BAR, text: fit(item.map(({ text }) => text).join(""), columns - used) });
      break;
    }
    row.push(...item);
    used += width;
  }
  return fill(row, columns, BAR);
}

function barItem(windows: Windows, window: ChatWindow, number: number): Row {
  const name = `${number}:${fit(safe(windows.label(window)), 24)}`;
  if (window === windows.current) return [{ ...BAR, text: " " }, { text: `[${name}]`, attributes: BOLD }];
  const counts = window.mentions > 0 ? `(${window.unread}!)` : window.unread > 0 ? `(${window.unread})` : "";
  const attributes = window.unread > 0 ? `${BOLD};${REVERSE}` : REVERSE;
  const colour = window.mentions > 0 ? "35" : undefined;
  return [{ ...BAR, text: " " }, {
    text: `${name}${counts}${window.active && counts === "" ? "+" : ""}`,
    attributes,
    colour,
  }];
}
