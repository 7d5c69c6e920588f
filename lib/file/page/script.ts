/**
 * What the listing does where scripts run: sorts and filters at once, and moves by keyboard. It makes nodes and sets
 * text; no text of anybody becomes markup.
 */
export const SCRIPT = `
"use strict";
(() => {
const filter = document.getElementById("filter"), body = document.querySelector("tbody");
const count = document.getElementById("count"), none = document.getElementById("none");
const rows = [...body.rows].map((row) => ({ row, name: row.dataset.n.toLowerCase(), folder: row.dataset.d === "1",
  size: Number(row.dataset.s), time: Number(row.dataset.t) }));
const collator = new Intl.Collator(undefined, { numeric: true });
const by = { name: (a, b) => collator.compare(a.name, b.name), size: (a, b) => a.size - b.size, time: (a, b) => a.time - b.time };
const show = () => {
  const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, name } of rows) {
    const fits = words.every((word) => name.includes(word));
    row.hidden = !fits;
    if (fits) shown++;
  }
  count.textContent = words.length ? shown + " of " + rows.length : count.dataset.all;
  none.hidden = shown > 0;
};
filter.hidden = false;
filter.addEventListener("input", show);
for (const link of document.querySelectorAll("th a")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const cell = link.parentElement, key = link.dataset.key;
    const down = cell.ariaSort === "ascending" || (!cell.ariaSort && key !== "name");
    for (const other of document.querySelectorAll("th")) other.removeAttribute("aria-sort");
    cell.setAttribute("aria-sort", down ? "descending" : "ascending");
    const way = down ? -1 : 1;
    rows.sort((a, b) => b.folder - a.folder || way * by[key](a, b) || by.name(a, b));
    body.append(...rows.map(({ row }) => row));
    history.replaceState(null, "", "?sort=" + key + (down ? "&order=desc" : ""));
  });
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = document.activeElement === filter;
  if (event.key === "/" && !typing) { event.preventDefault(); filter.focus(); filter.select(); return; }
  if (event.key === "Escape" && typing) { filter.value = ""; show(); filter.blur(); return; }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const links = rows.filter(({ row }) => !row.hidden).map(({ row }) => row.querySelector("a"));
  const at = links.indexOf(document.activeElement);
  if (at < 0 && event.key === "ArrowUp") return;
  event.preventDefault();
  const next = links[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) next.focus(); else if (event.key === "ArrowUp") filter.focus();
});
if (filter.value) show();
})();
`;

/** What is added where files may be brought: dropping files and folders, with progress, a few at once. */
export const UPLOAD_SCRIPT = `
"use strict";
(() => {
const form = document.querySelector("form"), jobs = document.getElementById("jobs"), input = form.querySelector("input");
form.querySelector("button").hidden = true;
const waiting = [];
// Folders are read bit by bit: as long as one is, more may come.
let running = 0, reading = 0, failed = 0, done = 0;
const here = location.pathname;
const job = (path) => {
  const line = document.createElement("li"), name = document.createElement("span");
  const state = document.createElement("span"), bar = document.createElement("progress");
  name.textContent = path; state.textContent = "waiting"; bar.max = 1; bar.value = 0;
  line.append(name, state, bar); jobs.append(line);
  return { path, state, bar };
};
const add = (file, path) => { waiting.push({ ...job(path), file }); next(); };
const fail = (path) => {
  const { state } = job(path);
  failed++; state.className = "bad"; state.textContent = "this cannot be read here";
};
const next = () => {
  while (running < 3 && waiting.length) send(waiting.shift(), false);
  if (running + reading + waiting.length === 0 && done > 0 && failed === 0) location.reload();
};
const send = (job, replace) => {
  running++;
  const request = new XMLHttpRequest();
  request.open("PUT", here + job.path.split("/").map(encodeURIComponent).join("/"));
  if (!replace) request.setRequestHeader("If-None-Match", "*");
  request.upload.onprogress = (event) => {
    job.bar.value = event.total ? event.loaded / event.total : 1;
    job.state.textContent = Math.round(100 * job.bar.value) + " %";
  };
  const ended = (text, good) => {
    running--;
    job.state.textContent = text;
    if (good) { done++; job.bar.value = 1; } else { failed++; job.state.className = "bad"; }
    next();
  };
  request.onload = () => {
    if (request.status === 412 && !replace && confirm(job.path + " is there already. Replace it?")) {
      running--;
      send(job, true);
    } else if (request.status === 201 || request.status === 204) ended("done", true);
    else ended(request.responseText.trim().replace(/^\\d+ [^:]*: /, "").slice(0, 200) || "refused", false);
  };
  request.onerror = () => ended("the connection failed", false);
  request.send(job.file);
};
const walk = (entry, path) => {
  const here = path + entry.name;
  reading++;
  const read = () => { reading--; next(); };
  const unread = () => { fail(here); read(); };
  if (entry.isFile) entry.file((file) => { add(file, here); read(); }, unread);
  else if (entry.isDirectory) {
    const reader = entry.createReader();
    const more = () => reader.readEntries((entries) => {
      for (const one of entries) walk(one, here + "/");
      if (entries.length) more(); else read();
    }, unread);
    more();
  } else read();
};
input.addEventListener("change", () => { for (const file of input.files) add(file, file.name); });
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("over"); });
document.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  for (const item of event.dataTransfer.items) {
    const entry = item.webkitGetAsEntry && item.webkitGetAsEntry();
    if (entry) walk(entry, "");
    else if (item.kind === "file") { const file = item.getAsFile(); add(file, file.name); }
  }
});
})();
`;
