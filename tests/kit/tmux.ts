import { until } from "./wait.ts";

/** A terminal in which a program runs, for a test to read and type into. */
export class Terminal implements AsyncDisposable {
  readonly #socket: string;
  /** Process group of the program. */
  #group = 0;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** Starts a program in a new terminal, in a folder. */
  static async open(
    command: readonly string[],
    env: Readonly<Record<string, string>> = {},
    cwd: string = Deno.cwd(),
  ): Promise<Terminal> {
    const terminal = new Terminal(`toucan-${crypto.randomUUID()}`);
    const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    const variables = Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    const pid = await terminal.#tmux(
      ...["-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "40", "-c", cwd, "-P", "-F", "#{pane_pid}"],
      ...variables,
      quoted,
    );
    terminal.#group = Number(pid);
    return terminal;
  }

  /** Returns the text on the screen. */
  async screen(): Promise<string> {
    return await this.#tmux("capture-pane", "-p", "-J");
  }

  /** Types text, and presses Enter. */
  async enter(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
    await this.#tmux("send-keys", "Enter");
  }

  /** Presses a key by its name in tmux. */
  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  /** Returns the ids of the processes that the program in the terminal has started and that still run. */
  async children(): Promise<number[]> {
    const text = await Deno.readTextFile(`/proc/${this.#group}/task/${this.#group}/children`);
    return text.split(" ").filter((id) => id !== "").map(Number);
  }

  /** Changes the size of the terminal. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", `${columns}`, "-y", `${rows}`);
  }

  /** Pastes text, as the clipboard of a terminal does. */
  async paste(text: string): Promise<void> {
    await this.#tmux("set-buffer", "--", text);
    await this.#tmux("paste-buffer", "-p", "-d");
  }

  /** Waits until the program in the terminal has run `tmux wait-for -S` with this name. */
  async event(name: string): Promise<void> {
    await this.#tmux("wait-for", name);
  }

  /** Types text and presses nothing. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
  }

  /** Resolves with the screen when it shows a text; polled, since a terminal has no event for that. */
  async shows(pattern: RegExp): Promise<string> {
    let screen = "";
    return await until(`${pattern} on the terminal`, async () => {
      screen = await this.screen();
      return pattern.test(screen) && screen;
    }).catch((error: Error) => Promise.reject(new Error(`${error.message}\n${screen}`)));
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await new Deno.Command("tmux", { args: ["-L", this.#socket, ...args] }).output();
    if (code !== 0) throw new Error(`tmux ${args[0]}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  }

  /** Stops the program and closes its terminal. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => "");
    try {
      // A program may not heed that its terminal is gone, and read it for ever.
      Deno.kill(-this.#group, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
