/**
 * The script of a page that accepts uploads: dropped files and folders, with progress, several at once.
 * @module
 */
import { find, make } from "./dom.ts";

/** Number of uploads at once. */
const AT_ONCE = 3;
const MAX_REASON = 200;

/** An upload, and its line in the page. */
interface Job {
  /** Path of the file, below the folder of the page. */
  readonly path: string;
  /** Where its state is shown. */
  readonly state: HTMLElement;
  /** Where its progress is shown. */
  readonly bar: HTMLProgressElement;
}

/** An upload of a file that can be read. */
interface FileJob extends Job {
  /** The file. */
  readonly file: File;
}

const form = find("form", HTMLFormElement);
const jobs = find("#jobs", HTMLElement);
const input = find("form input", HTMLInputElement);
find("form button", HTMLButtonElement).hidden = true;
const waiting: FileJob[] = [];
// Folders are read bit by bit: as long as one is, more may come.
let running = 0;
let reading = 0;
let failed = 0;
let done = 0;
const here = location.pathname;

function jobOf(path: string): Job {
  const state = make("span", "", "waiting");
  const bar = make("progress", "");
  bar.max = 1;
  bar.value = 0;
  jobs.append(make("li", "", make("span", "", path), state, bar));
  return { path, state, bar };
}

function add(file: File, path: string): void {
  waiting.push({ ...jobOf(path), file });
  next();
}

function fail(path: string): void {
  const { state } = jobOf(path);
  failed++;
  state.className = "bad";
  state.textContent = "cannot be read by the browser";
}

function next(): void {
  while (running < AT_ONCE) {
    const job = waiting.shift();
    if (!job) break;
    send(job, false);
  }
  if (running + reading + waiting.length === 0 && done > 0 && failed === 0) location.reload();
}

function send(job: FileJob, replace: boolean): void {
  running++;
  const request = new XMLHttpRequest();
  request.open("PUT", here + job.path.split("/").map(encodeURIComponent).join("/"));
  if (!replace) request.setRequestHeader("If-None-Match", "*");
  request.upload.onprogress = ({ loaded, total }) => {
    job.bar.value = total > 0 ? loaded / total : 1;
    job.state.textContent = `${Math.round(100 * job.bar.value)} %`;
  };
  const ended = (text: string, good: boolean) => {
    running--;
    job.state.textContent = text;
    if (good) {
      done++;
      job.bar.value = 1;
    } else {
      failed++;
      job.state.className = "bad";
    }
    next();
  };
  request.onload = () => {
    const { status, responseText } = request;
    if (status === 412 && !replace && confirm(`${job.path} already exists. Replace it?`)) {
      running--;
      send(job, true);
    } else if (status === 201 || status === 204) ended("done", true);
    else ended(responseText.trim().replace(/^\d+ [^:]*: /, "").slice(0, MAX_REASON) || "refused", false);
  };
  request.onerror = () => ended("the connection failed", false);
  request.send(job.file);
}

function walk(entry: FileSystemEntry, folder: string): void {
  const path = folder + entry.name;
  reading++;
  const read = () => {
    reading--;
    next();
  };
  const unread = () => {
    fail(path);
    read();
  };
  if (isFile(entry)) {
    entry.file((file) => {
      add(file, path);
      read();
    }, unread);
  } else if (isDirectory(entry)) {
    const reader = entry.createReader();
    const more = () =>
      reader.readEntries((entries) => {
        for (const one of entries) walk(one, `${path}/`);
        if (entries.length > 0) more();
        else read();
      }, unread);
    more();
  } else read();
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

input.addEventListener("change", () => {
  for (const file of input.files ?? []) add(file, file.name);
});
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  form.classList.add("over");
});
document.addEventListener("dragleave", ({ relatedTarget }) => {
  if (!relatedTarget) form.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  for (const item of event.dataTransfer?.items ?? []) {
    const entry = item.webkitGetAsEntry();
    const file = entry ? null : item.getAsFile();
    if (entry) walk(entry, "");
    else if (file) add(file, file.name);
  }
});
