/** A command of a transcript, with its output. */
export interface Step {
  /** Command line for a shell; further lines of it follow a backslash. */
  readonly command: string;
  /** Output as it stands in the document. */
  readonly output: readonly string[];
  /** Whether it stays running until the end of its session. */
  readonly server: boolean;
  /** For a server that does not print that it listens: its port. */
  readonly port?: { readonly number: number; readonly udp?: boolean };
  /** Pattern of the output of a server for which the end of its session waits, in place of `output`. */
  readonly awaits?: string;
  /** Lines of the document with its output: the first, and the one after the last. */
  readonly at: readonly [from: number, to: number];
}

/** The steps of a section, which run in a folder of their own, one after the other. */
export interface Session {
  /** Heading of the section. */
  readonly title: string;
  readonly steps: readonly Step[];
  /** Whether the tools are not installed yet: only what the session installs in `~/.local/bin` is found. */
  readonly fresh?: boolean;
}

/**
 * Returns the sessions of a document: one for each section of level 2 with `console` blocks. A line that begins with `$ ` is a
 * command, and the lines up to the next one are its output; `> ` continues a command that ends with a backslash. The word
 * `server` behind `console` marks commands that stay running, and `setup` those that all later sections
 * begin with; `fresh` begins with a machine on which nothing is installed.
 */
export function parseSessions(text: string): Session[] {
  const sessions: { title: string; steps: Step[]; fresh?: boolean }[] = [{ title: "", steps: [] }];
  let block: readonly string[] | undefined;
  let fenced = false;
  const setup: Step[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line.startsWith("```")) {
      const words = line.slice(3).split(" ");
      block = !fenced && words[0] === "console" ? words : undefined;
      fenced = !fenced;
    } else if (!fenced && line.startsWith("## ")) sessions.push({ title: line.slice(3), steps: [...setup] });
    else if (block && line.startsWith("$ ")) {
      const command = [line.slice(2)];
      while (command.at(-1)?.endsWith("\\")) command.push((lines[++at] ?? "").slice(2));
      const from = at + 1;
      let to = from;
      while (to < lines.length && !/^(?:\$ |```)/.test(lines[to] ?? "")) to++;
      const output = lines.slice(from, to);
      const step = { command: command.join("\n"), output, server: block.includes("server"), at: [from, to] } as const;
      const session = sessions.at(-1);
      if (session && block.includes("fresh")) session.fresh = true;
      (block.includes("setup") ? setup : session?.steps)?.push(step);
      at = to - 1;
    }
  }
  return sessions.filter(({ steps }) => steps.length > setup.length);
}
