/** The script of a page that accepts uploads: dropped files and folders, with progress, several at once. */
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
    if (request.status === 412 && !replace && confirm(job.path + " already exists. Replace it?")) {
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
