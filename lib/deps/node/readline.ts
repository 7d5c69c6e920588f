/**
 * `node:readline`: an input line on a terminal, with editing, history and completion.
 * Permissions at load and to use: none. Licence: MIT (part of Deno).
 * @module
 */
import process from "node:process";
import { clearScreenDown, createInterface, cursorTo, moveCursor } from "node:readline";

/** Options of {@link openEditor}. */
export interface EditorOptions {
  /** Prompt before the input. */
  readonly prompt: string;
  /** Returns the completions of the text before the cursor, and the part of it that they replace. */
  readonly complete: (line: string) => [string[], string];
  /** Called with each line that was entered. */
  readonly line: (text: string) => void;
  /** Called at the end of the input: ^C (`interrupted`) or ^D. */
  readonly closed: (interrupted: boolean) => void;
}

/** Input line on a terminal. */
export interface Editor {
  /** Writes text above it. */
  print(text: string): void;
  /** Closes it. */
  close(): void;
}

/** Opens an input line on the terminal of the process. */
export function openEditor(options: EditorOptions): Editor {
  const { stdin: input, stdout: output } = process;
  const editor = createInterface({
    input,
    output,
    prompt: options.prompt,
    completer: options.complete,
    terminal: true,
    historySize: 200,
    removeHistoryDuplicates: true,
  });
  let open = true;
  // Number of rows above the cursor's, by which a redraw moves up; it is not part of the documented interface.
  const forgetRows = () => "prevRows" in editor ? editor.prevRows = 0 : 0;
  const clear = () => {
    const { rows } = editor.getCursorPos();
    if (rows > 0) moveCursor(output, 0, -rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    forgetRows();
  };
  editor.on("line", (text) => {
    // The receiver of a line prints it.
    moveCursor(output, 0, -1);
    cursorTo(output, 0);
    clearScreenDown(output);
    options.line(text);
    if (open) editor.prompt();
  });
  let interrupted = false;
  editor.on("SIGINT", () => {
    interrupted = true;
    editor.close();
  });
  editor.on("close", () => {
    if (!open) return;
    open = false;
    options.closed(interrupted);
  });
  editor.prompt();
  return {
    print(text) {
      if (!open) return void output.write(`${text}\n`);
      clear();
      output.write(`${text}\n`);
      editor.prompt(true);
    },
    close() {
      if (!open) return;
      clear();
      open = false;
      editor.close();
    },
  };
}
