import { formatSize, markupText, showUntrusted } from "../../core/mod.ts";
import type { ListedEntry } from "../server/listing.ts";

/** The row of an entry, as markup. */
export function row({ name, type, size, modified }: ListedEntry): string {
  const folder = type === "folder";
  const slash = folder ? "/" : "";
  const when = new Date(modified).toISOString();
  // The dot keeps a name with a colon from being a scheme.
  return `<tr><td><a href="./${hrefOf(name)}${slash}"${folder ? ' class="d"' : ""}><bdi>${
    markupText(name)
  }</bdi>${slash}</a>` +
    `</td><td class="s">${folder ? "–" : `<span title="${size} bytes">${formatSize(size)}</span>`}</td>` +
    `<td class="t"><time datetime="${when}">${when.slice(0, 10)} ${when.slice(11, 16)}</time></td></tr>`;
}

/** The same for the script, as JSON that no markup can end: name as shown, size, time, size as shown, path if it differs. */
export function dataRow({ name, type, size, modified }: ListedEntry): string {
  const [shown, href] = [showUntrusted(name), hrefOf(name)];
  const cells = [shown, size, modified, type === "folder" ? "–" : formatSize(size)];
  return JSON.stringify(href === encodeURIComponent(shown) ? cells : [...cells, href]).replaceAll("<", "\\u003c");
}

function hrefOf(name: string): string {
  return encodeURIComponent(name);
}
