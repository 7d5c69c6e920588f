import { clockText, plainText } from "./text_form.ts";
import type { PastLine } from "./past_line.ts";

/** Parts of a page: no script, and nothing is loaded. */
export const HTML_HEAD = `<!doctype html>
<html lang="und">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chat history</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color-scheme: light dark; }
p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; padding-left: 2rem; text-indent: -2rem; }
time { font-variant-numeric: tabular-nums; opacity: .7; }
.event { opacity: .7; }
</style>
</head>
<body>`;
/** End of a page. */
export const HTML_END = "</body>\n</html>";

/** Returns the heading of a conversation. */
export function htmlTitle(title: string): string {
  return `<h2><bdi>${escapeHtml(title)}</bdi></h2>`;
}

/** Returns a line of a page. */
export function htmlLine(line: PastLine): string {
  const time = new Date(line.time).toISOString();
  const kind = ["message", "notice", "action"].includes(line.event) ? "" : ' class="event"';
  const text = escapeHtml(plainText(line));
  return `<p${kind}><time datetime="${time}">${clockText(line.time)}</time> <bdi>${text}</bdi></p>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
