import { escapeHtml } from "./html.ts";

/**
 * Returns a transcript: commands with a prompt that is not selected with them, output paler. `server` among the flags of
 * the block says that its command stays running.
 */
export function transcriptHtml(text: string, flags: readonly string[]): string {
  const lines: string[] = [];
  let continued = false;
  for (const line of text.split("\n")) {
    const prompt: RegExp = continued ? /^> / : /^\$ /;
    if (prompt.test(line)) {
      const command: string = line.slice(2);
      lines.push(
        `<span class="prompt" aria-hidden="true">${escapeHtml(line.slice(0, 2))}</span><kbd>${words(command)}</kbd>`,
      );
      continued = command.endsWith("\\");
    } else if (line === "…") lines.push('<span class="cut">…</span>');
    else lines.push(line === "" ? "" : `<samp>${escapeHtml(line)}</samp>`);
  }
  const caption = flags.includes("server") ? "<figcaption>in a terminal of its own</figcaption>" : "";
  return `<figure class="terminal">${caption}<pre tabindex="0"><code>${lines.join("\n")}\n</code></pre></figure>\n`;
}

/** Returns a command with its options marked, so that no line ends between their dashes. */
function words(command: string): string {
  return escapeHtml(command).replaceAll(/(?<=^|\s)--[\w-]+/g, '<span class="word">$&</span>');
}
