/** HTML that is complete in itself and is inserted without being escaped. */
export class Html {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

/** Part of a template: text is escaped, HTML is not, lists are joined, and undefined is nothing. */
export type Part = string | number | Html | undefined | readonly Part[];

/** Returns text with the characters escaped that have a meaning in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Returns a sentence of a help text as HTML, with the options that it names as code. */
export function prose(text: string): Html {
  const parts = text.split(/((?<=^|[\s(])--?[a-zA-Z][\w-]*)/);
  return new Html(parts.map((part, i) => i % 2 === 1 ? `<code>${part}</code>` : escapeHtml(part)).join(""));
}

/** Tag of templates: returns their HTML, with every text in it escaped. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((literal, i) => literal + write(parts[i])).join(""));
}

/** Returns a part as HTML. */
function write(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  return typeof part === "object" ? part.map(write).join("") : escapeHtml(String(part));
}
