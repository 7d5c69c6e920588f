import { type Editor, openEditor } from "../../deps/node/readline.ts";

/** Options of a {@link Screen}. */
export interface ScreenOptions {
  /** Prompt of the input line. */
  readonly prompt: string;
  /** The words that a piece of text, the last of the line, could become. */
  readonly complete: (word: string, line: string) => readonly string[];
  /** Called with each line that was entered. */
  readonly entered: (line: string) => void;
  /** Called at ^C (`interrupted`) or ^D. */
  readonly closed: (interrupted: boolean) => void;
}

/** A terminal with text that scrolls above an input line. What is printed has to be safe for a terminal already. */
export class Screen implements Disposable {
  readonly #editor: Editor;

  /** Starts the screen, which uses stdin and stdout from now on. */
  constructor(options: ScreenOptions) {
    this.#editor = openEditor({
      prompt: options.prompt,
      line: options.entered,
      closed: options.closed,
      complete: (line) => {
        const word = /\S*$/.exec(line)?.[0] ?? "";
        return [[...options.complete(word, line)], word];
      },
    });
  }

  /** Writes lines above the input line. */
  print(text: string): void {
    this.#editor.print(text);
  }

  /** Restores the terminal. */
  [Symbol.dispose](): void {
    this.#editor.close();
  }
}
