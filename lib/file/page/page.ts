import { markupText, TimeSlice } from "../../core/mod.ts";
import { sha256 } from "../digest/sha256.ts";
import type { ServerResponse } from "../../http/mod.ts";
import { ALWAYS } from "../server/answer.ts";
import { type FolderNames, lookAt, lookAtAll } from "../server/listing.ts";
import type { FoundFolder } from "../server/root.ts";
import { byName } from "./order.ts";
import { dataRow } from "./row.ts";
import { LISTING_SCRIPT, STYLE, UPLOAD_SCRIPT } from "./page_files.ts";
import { columnHeads, type Entry, inOrder, isFound, orderOf, pageLinks, ROWS, rows } from "./table.ts";

/** Content of the page of a folder. */
export interface PageOptions extends FolderNames {
  /** The names of the folder, from the root on. */
  readonly segments: readonly string[];
  /** The folder itself. */
  readonly found: FoundFolder;
  /** Whether files may be brought. */
  readonly upload: boolean;
  /** The query of the request, which may name an order and a page. */
  readonly query: string;
  /** Whether the client shows pages: others get all rows at once, since they look for links and run no scripts. */
  readonly shown: boolean;
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
  `script-src ${source(LISTING_SCRIPT)} ${source(UPLOAD_SCRIPT)}`,
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
  "Vary": "Accept",
};

/** Entries of which the data goes out at once. */
const BATCH = 1000;

/**
 * The page of a folder, which works without scripts too. It goes out as its parts are ready: sorted by name, the first
 * rows come before all other entries were looked at.
 */
export async function folderPage(options: PageOptions): Promise<ServerResponse> {
  // Of a small page the length is said.
  if (options.names.length <= ROWS) return { headers: HEADERS, body: (await Array.fromAsync(parts(options))).join("") };
  return { headers: HEADERS, body: ReadableStream.from(parts(options)).pipeThrough(new TextEncoderStream()) };
}

async function* parts(
  { segments, found, names, truncated, unreadable, upload, query, shown }: PageOptions,
): AsyncGenerator<string> {
  const order = orderOf(query);
  const name = segments.at(-1);
  const count = `${names.length} ${names.length === 1 ? "entry" : "entries"}${truncated ? " (there are more)" : ""}`;
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${
    name === undefined ? "Files" : markupText(name)
  }</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><header><h1>${breadcrumbs(segments)}</h1>${upload ? UPLOAD_FORM : ""}
<div class="bar"><input id="filter" type="search" placeholder="Filter (press /)" aria-label="Filter by name" autocomplete="off" hidden><span id="count" role="status">${count}</span></div></header>
`;
  const sorted = await byName(names);
  const entries = order.key === "name" ? sorted : await lookAtAll(found, sorted);
  const ordered = inOrder(entries, order);
  const whole = !shown && ordered.length > ROWS;
  yield `<main><table><thead><tr>${columnHeads(order)}</tr></thead><tbody>\n`;
  if (whole) yield* allRows(found, ordered);
  else yield rows(found, ordered.slice((order.page - 1) * ROWS, order.page * ROWS));
  yield `
</tbody></table><p class="none" id="none"${names.length > 0 ? " hidden" : ""}>Nothing here</p>
${whole ? "" : pageLinks(names.length, order)}${
    unreadable > 0 ? `<p class="note" role="note">${missing(unreadable)}</p>` : ""
  }<p id="end"></p></main><footer>Served by toucan file</footer>
`;
  if (!whole) yield* scripts(found, entries, upload);
  yield "</body></html>\n";
}

async function* scripts(found: FoundFolder, entries: readonly Entry[], upload: boolean): AsyncGenerator<string> {
  yield* data(found, entries);
  yield `<script>${LISTING_SCRIPT}</script>${upload ? `<script>${UPLOAD_SCRIPT}</script>` : ""}\n`;
}

async function* allRows(found: FoundFolder, entries: readonly Entry[]): AsyncGenerator<string> {
  const turns = new TimeSlice();
  for (let at = 0; at < entries.length; at += BATCH) {
    yield `${rows(found, entries.slice(at, at + BATCH))}\n`;
    if (turns.due) await turns.pass();
  }
}

/** Returns the notice about entries that are not shown. */
function missing(count: number): string {
  const [entries, have] = count === 1 ? ["entry", "its name is"] : ["entries", "their names are"];
  return `${count} ${entries} not shown: ${have} not valid UTF-8`;
}

/** All entries by name, folders first, as data for the script; nothing in it is run. */
async function* data(folder: FoundFolder, entries: readonly Entry[]): AsyncGenerator<string> {
  const turns = new TimeSlice();
  let [text, count, folders] = ['<script type="application/json" id="data">{"rows":[', 0, 0];
  for (const entry of entries) {
    const found = isFound(entry) ? entry : lookAt(folder, entry);
    if (!found) continue;
    text += `${count++ === 0 ? "" : ","}${dataRow(found)}`;
    if (found.type === "folder") folders++;
    if (turns.due) await turns.pass();
    if (count % BATCH > 0) continue;
    yield text;
    text = "";
  }
  yield `${text}],"folders":${folders}}</script>\n`;
}

const UPLOAD_FORM =
  `<form method="post" enctype="multipart/form-data"><label>Drop files or folders here, or choose <input type="file" name="file" multiple></label><button>Upload</button></form><ul id="jobs" aria-live="polite"></ul>`;

function breadcrumbs(segments: readonly string[]): string {
  // Behind a proxy the root may be any path, which only the browser knows.
  const all = [`<a href="${"../".repeat(segments.length) || "./"}">files</a>`];
  for (const [i, name] of segments.entries()) {
    const last = i === segments.length - 1;
    const href = "../".repeat(segments.length - 1 - i);
    all.push(last ? `<bdi>${markupText(name)}</bdi>` : `<a href="${href}"><bdi>${markupText(name)}</bdi></a>`);
  }
  return all.join("<span>/</span>");
}
