/** Search over the index in `search.js`, which is loaded when the field is used first, and the navigation of phones. */

/** A section of a page: address, title of the page, heading, text. */
type Entry = readonly [address: string, page: string, heading: string, text: string];

declare global {
  var toucanIndex: readonly Entry[] | undefined;
}

const MAX_RESULTS = 12;

const navigation = document.querySelector<HTMLDetailsElement>(".sidebar details");
const narrow = matchMedia("(max-width: 56rem)");
const fold = () => navigation && (navigation.open = !narrow.matches);
narrow.addEventListener("change", fold);
fold();

const place = document.querySelector<HTMLElement>("#search");
if (place) addSearch(place);

function addSearch(place: HTMLElement): void {
  place.setAttribute("role", "search");
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = "Search";
  field.setAttribute("aria-label", "Search the documentation");
  const list = document.createElement("ul");
  list.setAttribute("aria-live", "polite");
  place.append(field, list);
  const update = () => list.replaceChildren(...results(field.value));
  field.addEventListener("focus", () => loadIndex().then(update), { once: true });
  field.addEventListener("input", () => loadIndex().then(update));
  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      field.value = "";
      update();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const stops = [field, ...list.querySelectorAll("a")];
      const at = stops.findIndex((stop) => stop === document.activeElement);
      stops[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
      event.preventDefault();
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      field.focus();
      event.preventDefault();
    }
  });
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Node && !place.contains(target)) list.replaceChildren();
  });
}

let loading: Promise<void> | undefined;

/** Loads the index as a script, since a page of the file system may not fetch. */
function loadIndex(): Promise<void> {
  return loading ??= new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = "search.js";
    script.addEventListener("load", () => resolve());
    document.head.append(script);
  });
}

/** Returns the entries with all words of the query, best first, as items of a list. */
function results(query: string): HTMLElement[] {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return [];
  const found = (globalThis.toucanIndex ?? []).map((entry) => ({ entry, score: score(entry, words) }))
    .filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).slice(0, MAX_RESULTS);
  if (found.length > 0) return found.map(({ entry }) => item(entry, words));
  const none = document.createElement("li");
  none.className = "none";
  none.textContent = "No results";
  return [none];
}

function score([, page, heading, text]: Entry, words: readonly string[]): number {
  let sum = 0;
  for (const word of words) {
    const points = [[page, 6], [heading, 8], [text, 1]] as const;
    const best = Math.max(...points.map(([where, weight]) => {
      const at = where.toLowerCase().indexOf(word);
      // The beginning of a word counts more than its middle.
      return at < 0 ? 0 : /[\p{L}\p{N}]/u.test(where.charAt(at - 1)) ? weight / 2 : weight;
    }));
    if (best === 0) return 0;
    sum += best;
  }
  return sum;
}

function item([address, page, heading, text]: Entry, words: readonly string[]): HTMLElement {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = heading === "" ? page : `${page}: ${heading}`;
  const excerpt = document.createElement("small");
  const at = Math.max(0, text.toLowerCase().indexOf(words[0] ?? "") - 30);
  excerpt.textContent = (at > 0 ? "…" : "") + text.slice(at, at + 140);
  link.append(excerpt);
  const entry = document.createElement("li");
  entry.append(link);
  return entry;
}

export {};
