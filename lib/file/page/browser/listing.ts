/**
 * The script of the listing: it sorts and filters all entries, whose data is in the page, and shows more of them as the reader scrolls.
 * @module
 */
import { find, make } from "./dom.ts";

/** Number of rows that are added at once. */
const CHUNK = 250;
/** Distance from the end at which more are added. */
const MARGIN = "1000px";

/** An entry: its name, size in bytes, time in milliseconds since 1970, the size as text, and its link where that is not its name. */
type Row = readonly [name: string, size: number, time: number, sizeText: string, href?: string];

/** Data of the page. */
interface Listing {
  /** Entries by name, folders first. */
  readonly rows: readonly Row[];
  /** Number of folders. */
  readonly folders: number;
}

const filter = find("#filter", HTMLInputElement);
const count = find("#count", HTMLElement);
const none = find("#none", HTMLElement);
const end = find("#end", HTMLElement);
const body = find("tbody", HTMLTableSectionElement);
const { rows, folders }: Listing = JSON.parse(find("#data", HTMLElement).textContent ?? "");
const names = rows.map(([name]) => name.toLowerCase());
const columns: Readonly<Record<string, Float64Array>> = {
  size: Float64Array.from(rows, ([, size]) => size),
  time: Float64Array.from(rows, ([, , time]) => time),
};
const countOfAll = count.textContent ?? "";
/** Places of the entries in order, of those that the filter leaves, and how many of these are in the page. */
let order: readonly number[] = [];
let view: readonly number[] = [];
let shown = body.rows.length;

function rowOf(at: number): Node {
  const row = rows[at];
  if (!row) return make("tr", "");
  const [name, size, time, text, href] = row;
  const folder = at < folders;
  const link = make("a", folder ? "d" : "", make("bdi", "", name), folder ? "/" : "");
  link.href = `./${href || encodeURIComponent(name)}${folder ? "/" : ""}`;
  const bytes = make("span", "", text);
  if (!folder) bytes.title = `${size} bytes`;
  const iso = new Date(time).toISOString();
  const when = make("time", "", `${iso.slice(0, 10)} ${iso.slice(11, 16)}`);
  when.dateTime = iso;
  return make("tr", "", make("td", "", link), make("td", "s", bytes), make("td", "t", when));
}

/** Adds rows at the end; false when there are no more. */
function more(): boolean {
  const next = view.slice(shown, shown + CHUNK);
  shown += next.length;
  body.append(...next.map(rowOf));
  return next.length > 0;
}

function words(): string[] {
  return filter.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
}

function choose(): void {
  const wanted = words();
  view = wanted.length > 0 ? order.filter((at) => wanted.every((word) => names[at]?.includes(word))) : order;
}

function show(): void {
  choose();
  body.replaceChildren();
  shown = 0;
  more();
  count.textContent = words().length > 0 ? `${view.length} of ${rows.length}` : countOfAll;
  none.hidden = view.length > 0;
  watch();
}

function sort(key: string, down: boolean): void {
  const column = columns[key];
  const way = down ? -1 : 1;
  const by = (a: number, b: number) => column ? way * ((column[a] ?? 0) - (column[b] ?? 0)) || a - b : way * (a - b);
  const all = [...rows.keys()];
  order = [...all.slice(0, folders).sort(by), ...all.slice(folders).sort(by)];
}

const heads = [...document.querySelectorAll("th")];
for (const head of heads) {
  const link = head.querySelector("a");
  const key = link?.dataset["key"] ?? "name";
  if (head.ariaSort) sort(key, head.ariaSort === "descending");
  link?.addEventListener("click", (event) => {
    event.preventDefault();
    const down = head.ariaSort === "ascending" || (!head.ariaSort && key !== "name");
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    sort(key, down);
    show();
    history.replaceState(null, "", `?sort=${key}${down ? "&order=desc" : ""}`);
  });
}

const observer = new IntersectionObserver((seen) => {
  if (seen.some(({ isIntersecting }) => isIntersecting) && more()) watch();
}, { rootMargin: MARGIN });

/** Observes the end from the start: that reports again whether it is in view. */
function watch(): void {
  observer.unobserve(end);
  observer.observe(end);
}

filter.hidden = false;
filter.addEventListener("input", show);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = document.activeElement === filter;
  if (event.key === "/" && !typing) {
    event.preventDefault();
    filter.focus();
    filter.select();
  } else if (event.key === "Escape" && typing) {
    filter.value = "";
    show();
    filter.blur();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event);
});

/** Moves the focus to the row below or above. */
function step(event: KeyboardEvent): void {
  const row = document.activeElement?.closest("tbody tr");
  const down = event.key === "ArrowDown";
  if (!row && !down) return;
  event.preventDefault();
  if (row && down && !row.nextElementSibling) more();
  const next = row ? (down ? row.nextElementSibling : row.previousElementSibling) : body.rows[0];
  if (next) next.querySelector("a")?.focus();
  else if (!down) filter.focus();
}

const pages = document.querySelector("nav");
if (pages) pages.hidden = true;
if (filter.value || (pages && pages.dataset["page"] !== "1")) show();
else {
  choose();
  watch();
}
