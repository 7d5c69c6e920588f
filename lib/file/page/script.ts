/**
 * The script of the listing: it sorts and filters all entries, whose data is in the page, and shows more of them as the
 * reader scrolls. It creates nodes and sets text; no name becomes markup.
 */
export const SCRIPT = `
"use strict";
(() => {
const CHUNK = 250;
const id = (name) => document.getElementById(name);
const filter = id("filter"), count = id("count"), none = id("none"), end = id("end"), body = document.querySelector("tbody");
const { rows, folders } = JSON.parse(id("data").textContent);
const names = rows.map(([name]) => name.toLowerCase());
const columns = { size: Float64Array.from(rows, (row) => row[1]), time: Float64Array.from(rows, (row) => row[2]) };
const all = count.textContent;
let order = [], view = [], shown = body.rows.length;
const make = (tag, cell, ...content) => {
  const node = document.createElement(tag);
  if (cell) node.className = cell;
  node.append(...content);
  return node;
};
const rowOf = (at) => {
  const [name, size, time, text, href] = rows[at], folder = at < folders;
  const link = make("a", folder ? "d" : "", make("bdi", "", name), folder ? "/" : "");
  link.href = "./" + (href || encodeURIComponent(name)) + (folder ? "/" : "");
  const bytes = make("span", "", text), when = make("time", "");
  if (!folder) bytes.title = size + " bytes";
  when.dateTime = new Date(time).toISOString();
  when.append(when.dateTime.slice(0, 10) + " " + when.dateTime.slice(11, 16));
  return make("tr", "", make("td", "", link), make("td", "s", bytes), make("td", "t", when));
};
const more = () => {
  const next = view.slice(shown, shown + CHUNK);
  shown += next.length;
  body.append(...next.map(rowOf));
  return next.length > 0;
};
const words = () => filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
const fitting = () => {
  const wanted = words();
  view = wanted.length ? order.filter((at) => wanted.every((word) => names[at].includes(word))) : order;
};
const show = () => {
  fitting();
  body.replaceChildren();
  shown = 0;
  more();
  count.textContent = words().length ? view.length + " of " + rows.length : all;
  none.hidden = view.length > 0;
  watch();
};
const sort = (key, down) => {
  const column = columns[key], way = down ? -1 : 1;
  const by = column ? (a, b) => way * (column[a] - column[b]) || a - b : (a, b) => way * (a - b);
  const indices = [...rows.keys()];
  order = [...indices.slice(0, folders).sort(by), ...indices.slice(folders).sort(by)];
};
const sorted = document.querySelector("th[aria-sort]");
sort(sorted.firstChild.dataset.key, sorted.ariaSort === "descending");
for (const link of document.querySelectorAll("th a")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const cell = link.parentElement, key = link.dataset.key;
    const down = cell.ariaSort === "ascending" || (!cell.ariaSort && key !== "name");
    for (const other of document.querySelectorAll("th")) other.removeAttribute("aria-sort");
    cell.setAttribute("aria-sort", down ? "descending" : "ascending");
    sort(key, down);
    show();
    history.replaceState(null, "", "?sort=" + key + (down ? "&order=desc" : ""));
  });
}
const observer = new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting) && more()) watch(); }, { rootMargin: "1000px" });
// Observing anew tells again whether it is in view.
const watch = () => { observer.unobserve(end); observer.observe(end); };
filter.hidden = false;
filter.addEventListener("input", show);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = document.activeElement === filter;
  if (event.key === "/" && !typing) { event.preventDefault(); filter.focus(); filter.select(); return; }
  if (event.key === "Escape" && typing) { filter.value = ""; show(); filter.blur(); return; }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const row = document.activeElement.closest("tbody tr"), down = event.key === "ArrowDown";
  if (!row && !down) return;
  event.preventDefault();
  if (row && down && !row.nextElementSibling) more();
  const next = row ? (down ? row.nextElementSibling : row.previousElementSibling) : body.rows[0];
  if (next) next.querySelector("a").focus(); else if (!down) filter.focus();
});
const pages = document.querySelector("nav");
if (pages) pages.hidden = true;
if (filter.value || (pages && pages.dataset.page !== "1")) show();
else { fitting(); watch(); }
})();
`;
