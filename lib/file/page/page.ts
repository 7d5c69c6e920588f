import { formatSize, showUntrusted } from "../../core/mod.ts";
import { sha256 } from "../sha256.ts";
import type { ServerResponse } from "../../http/mod.ts";
import { ALWAYS } from "../answer.ts";
import { encodePath } from "../codec/path.ts";
import type { ListedEntry } from "../listing.ts";
import { SCRIPT, UPLOAD_SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

/** What the page of a folder shows. */
export interface PageOptions {
  /** The names of the folder, from the root on. */
  readonly segments: readonly string[];
  /** Its entries. */
  readonly entries: readonly ListedEntry[];
  /** Whether there are more than these. */
  readonly truncated: boolean;
  /** Whether files may be brought. */
  readonly upload: boolean;
  /** The query of the request, which may name an order. */
  readonly query: string;
}

const source = (text: string) => {
  const hash = sha256();
  hash.update(new TextEncoder().encode(text));
  return `'sha256-${hash.digest().toBase64()}'`;
};

/** Nothing but the style and the scripts here, by their digests; forms and requests go back to where they came from. */
const POLICY = [
  "default-src 'none'",
  `style-src ${source(STYLE)}`,
  `script-src ${source(SCRIPT)} ${source(UPLOAD_SCRIPT)}`,
  "img-src data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  ...ALWAYS,
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": POLICY,
  "Cache-Control": "no-store",
  "Referrer-Policy": "same-origin",
};

type Key = "name" | "size" | "time";
const TITLES: Readonly<Record<Key, readonly [title: string, cell: string]>> = {
  name: ["Name", ""],
  size: ["Size", "s"],
  time: ["Changed (UTC)", "t"],
};
const collator = new Intl.Collator("en", { numeric: true });
const ORDERS: Readonly<Record<Key, (a: ListedEntry, b: ListedEntry) => number>> = {
  name: (a, b) => collator.compare(a.name, b.name),
  size: (a, b) => a.size - b.size,
  time: (a, b) => a.modified - b.modified,
};

/** The page of a folder, which works without scripts too. */
export function folderPage(options: PageOptions): ServerResponse {
  const { segments, entries, truncated, upload, query } = options;
  const asked = new URLSearchParams(query);
  const key = (["size", "time"] as const).find((key) => key === asked.get("sort")) ?? "name";
  const down = asked.get("order") === "desc";
  const order = ORDERS[key];
  const sorted = [...entries].sort((a, b) =>
    a.type === b.type ? (down ? -1 : 1) * order(a, b) : a.type === "folder" ? -1 : 1
  );
  const name = segments.at(-1);
  const count = `${entries.length} ${entries.length === 1 ? "entry" : "entries"}${
    truncated ? " (there are more)" : ""
  }`;
  const body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${name === undefined ? "Files" : text(name)}</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><header><h1>${breadcrumbs(segments)}</h1>${upload ? UPLOAD_FORM : ""}
<div class="bar"><input id="filter" type="search" placeholder="Filter (press /)" aria-label="Filter by name" autocomplete="off" hidden><span id="count" role="status" data-all="${count}">${count}</span></div></header>
<main><table><thead><tr>${columnHeads(key, down)}</tr></thead><tbody>
${sorted.map(row).join("\n")}
</tbody></table><p class="none" id="none"${entries.length > 0 ? " hidden" : ""}>Nothing here</p></main>
<footer>Served by toucan file</footer><script>${SCRIPT}</script>${upload ? `<script>${UPLOAD_SCRIPT}</script>` : ""}
</body></html>
`;
  return { headers: HEADERS, body };
}

const UPLOAD_FORM =
  `<form method="post" enctype="multipart/form-data"><label>Drop files or folders here, or choose <input type="file" name="file" multiple></label><button>Upload</button></form><ul id="jobs" aria-live="polite"></ul>`;

function breadcrumbs(segments: readonly string[]): string {
  const all = [`<a href="/">files</a>`];
  for (const [i, name] of segments.entries()) {
    const last = i === segments.length - 1;
    const href = encodePath(segments.slice(0, i + 1), true);
    all.push(last ? `<bdi>${text(name)}</bdi>` : `<a href="${href}"><bdi>${text(name)}</bdi></a>`);
  }
  return all.join("<span>/</span>");
}

function columnHeads(key: Key, down: boolean): string {
  return (["name", "size", "time"] as const).map((column) => {
    const [title, cell] = TITLES[column];
    const sorted = column === key ? ` aria-sort="${down ? "descending" : "ascending"}"` : "";
    const turned = column === key ? !down : column !== "name";
    const href = `?sort=${column}${turned ? "&amp;order=desc" : ""}`;
    return `<th scope="col" class="${cell}"${sorted}><a href="${href}" data-key="${column}">${title}</a></th>`;
  }).join("");
}

function row({ name, type, size, modified }: ListedEntry): string {
  const folder = type === "folder";
  const slash = folder ? "/" : "";
  const shown = text(name);
  // The dot keeps a name with a colon from being a scheme.
  const href = `./${encodeURIComponent(name)}${slash}`;
  const when = new Date(modified).toISOString();
  return `<tr data-n="${shown}" data-d="${
    folder ? 1 : 0
  }" data-s="${size}" data-t="${modified}"><td><a href="${href}"` +
    `${folder ? ' class="d"' : ""}><bdi>${shown}</bdi>${slash}</a></td>` +
    `<td class="s">${folder ? "–" : `<span title="${size} bytes">${formatSize(size)}</span>`}</td>` +
    `<td class="t"><time datetime="${when}">${when.slice(0, 10)} ${when.slice(11, 16)}</time></td></tr>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** A text of somebody else as text of a page, or the value of an attribute between quotes. */
function text(untrusted: string): string {
  return showUntrusted(untrusted).replace(/[&<>"'`]/g, (char) => ENTITIES[char] ?? "");
}
