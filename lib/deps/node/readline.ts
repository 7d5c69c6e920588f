/**
 * `node:readline`: an input line on a terminal, with editing, history and completion.
 * Permissions at load and to use: none. Licence: MIT (part of Deno).
 * @module
 */
import process from "node:process";
import { clearScreenDown, createInterface, cursorTo, moveCursor } from "node:readline";

/** What is asked of an input line. */
export interface EditorOptions {
  /** What stands before it. */
  readonly prompt: string;
  /** What a piece of text at its end could become, and the piece. */
  readonly complete: (line: string) => [string[], string];
  /** Called with each line that was entered. */
  readonly line: (text: string) => void;
  /** Called when there will be no more: ^C (`interrupted`) or ^D. */
  readonly closed: (interrupted: boolean) => void;
}

/** An input line. */
export interface Editor {
  /** Writes text above it. */
  print(text: string): void;
  /** Ends it. */
  close(): void;
}

/** Begins an input line on the terminal of the process. */
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
  // The number of rows above the cursor's, which a redraw would go up by; it is no part of the documented interface.
  const forgetRows = () => "prevRows" in editor ? editor.prevRows = 0 : 0;
  const clear = () => {
    const { rows } = editor.getCursorPos();
    if (rows > 0) moveCursor(output, 0, -rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    forgetRows();
  };
  editor.on("line", (text) => {
    // What was entered is shown by whoever takes it.
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
