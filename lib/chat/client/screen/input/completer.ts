import type { ChatMember } from "../../options.ts";
import { completions } from "../../terminal/slash_commands.ts";
import { DESK_COMMANDS } from "../window_commands.ts";
import { safe } from "../text/graphemes.ts";
import type { LineEditor } from "./line_editor.ts";
import type { Windows } from "../windows.ts";

/** Completes the word before the cursor; the same key again shows the next possibility. */
export class Completer {
  #found: readonly string[] = [];
  #index = 0;
  /** Length of the possibility that is shown. */
  #length = 0;

  /** Forgets the possibilities: another key was pressed. */
  reset(): void {
    this.#found = [];
  }

  /** Replaces the word before the cursor by its next completion. */
  next(editor: LineEditor, member: ChatMember | undefined, windows: Windows): void {
    if (this.#found.length === 0) {
      const line = editor.text.slice(0, editor.at);
      const word = line.split(/\s/).at(-1) ?? "";
      this.#found = possibilities(word, line, member, windows);
      this.#index = 0;
      this.#length = word.length;
    } else this.#index = (this.#index + 1) % this.#found.length;
    const text = this.#found[this.#index];
    if (text === undefined) return;
    editor.complete(this.#length, text);
    this.#length = text.length;
  }
}

function possibilities(word: string, line: string, member: ChatMember | undefined, windows: Windows): string[] {
  if (word === "") return [];
  const lower = word.toLowerCase();
  const begins = (text: string) => text.toLowerCase().startsWith(lower);
  const channel = windows.current?.name;
  const commands = word === line && word.startsWith("/")
    ? DESK_COMMANDS.map(([usage]) => `${usage.split(" ")[0]} `).filter(begins)
    : [];
  const names = /^\/(?:win|window|network)\s/i.test(line)
    ? windows.all.map((window) => windows.label(window)).filter(begins)
    : [];
  const found = [...commands, ...names, ...member ? completions(member, word, line, channel) : []];
  // A name with control characters cannot be typed either.
  return [...new Set(found)].filter((text) => safe(text) === text);
}
