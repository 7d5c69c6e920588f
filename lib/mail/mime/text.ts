import { decodeCharset } from "./charset.ts";
import type { Parameterized } from "./parameters.ts";

/** The text of a part, by its charset and format (RFC 3676); lines end with LF. */
export function decodeText(bytes: Uint8Array, { value, params }: Parameterized): string {
  const text = decodeCharset(bytes, params.get("charset") ?? "").replace(/\r\n/g, "\n");
  const flowed = value === "text/plain" && params.get("format")?.toLowerCase() === "flowed";
  return flowed ? unflow(text, params.get("delsp")?.toLowerCase() === "yes") : text;
}

/** Joins the lines of paragraphs that were broken only on the way (RFC 3676 §4). */
function unflow(text: string, deleteSpace: boolean): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  let depth = 0;
  const done = () => {
    const text = paragraph.join("");
    if (paragraph.length > 0) out.push(`${">".repeat(depth)}${depth > 0 && text !== "" ? " " : ""}${text}`);
    paragraph = [];
  };
  for (const line of text.split("\n")) {
    const quotes = /^>*/.exec(line)?.[0].length ?? 0;
    // A space in front was put there so that the line does not look like something else.
    const content = line.slice(quotes).replace(/^ /, "");
    if (quotes !== depth) done();
    depth = quotes;
    const soft = content.endsWith(" ") && content !== "-- ";
    if (content === "-- ") done();
    paragraph.push(soft && deleteSpace ? content.slice(0, -1) : content);
    if (!soft) done();
  }
  done();
  return out.join("\n");
}
