import { paintRow } from "./text/span.ts";
import type { Frame } from "./view.ts";

/** Hides the cursor, and stops the terminal from breaking rows: a width that it counts in another way stays in its row. */
const BEGIN = "\x1b[?25l\x1b[?7l";
const END = "\x1b[?7h\x1b[?25h";

/** Writes frames to a terminal: only the rows that have changed. */
export class FrameWriter {
  readonly #colours: boolean;
  #shown: readonly string[] = [];
  #cursor = "";
  #columns = 0;

  /** Creates a writer; the screen is empty. */
  constructor(colours: boolean) {
    this.#colours = colours;
  }

  /** Forgets what the screen shows: the next frame is written whole. */
  reset(): void {
    this.#shown = [];
    this.#cursor = "";
  }

  /** Returns what has to be written so that the terminal shows a frame; empty if it does already. */
  write({ rows, cursor: [column, row] }: Frame, columns: number): string {
    const painted = rows.map((one) => paintRow(one, this.#colours));
    if (this.#columns !== columns || this.#shown.length !== painted.length) this.reset();
    let text = this.#shown.length === 0 ? "\x1b[0m\x1b[2J" : "";
    for (const [i, line] of painted.entries()) {
      // Erased first: at the end of a full row the cursor stands on its last column.
      if (line !== (this.#shown[i] ?? "")) text += `\x1b[${i + 1};1H\x1b[K${line}`;
    }
    const cursor = `\x1b[${row + 1};${column + 1}H`;
    if (text === "" && cursor === this.#cursor) return "";
    this.#shown = painted;
    this.#cursor = cursor;
    this.#columns = columns;
    return `${BEGIN}${text}${cursor}${END}`;
  }
}
