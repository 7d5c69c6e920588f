import { button, byId, element, input } from "../view/dom.ts";
import { say } from "../outbox.ts";
import { type Room, state } from "../room.ts";
import { note } from "../messages.ts";
import { connection } from "../session.ts";
import { isChannel } from "../wire.ts";

/** Maximum number of files that wait. */
const MAX_WAITING = 20;
/** Milliseconds in which the server has to answer a request for a ticket. */
const TICKET_MS = 20_000;

/** Maximum size of a file in bytes; 0 when files cannot be shared. */
const limit = Number(document.body.dataset["files"] ?? 0);

interface Upload {
  readonly file: File;
  readonly where: Room;
  readonly item: HTMLElement;
  readonly bar: HTMLProgressElement;
  readonly stop: AbortController;
}

const waiting: Upload[] = [];
let running: Upload | undefined;
let ticket: ((ticket: string | undefined, why: string) => void) | undefined;

/** Takes the answer of the server to a request for a ticket: the ticket, or nothing and the reason. */
export function ticketCame(given: string | undefined, why: string): void {
  ticket?.(given, why);
}

/** Shares files in the room that is shown: one after the other, each as a message with its link. */
export function share(files: Iterable<File>): void {
  const { current: where } = state;
  if (!where || limit === 0) return;
  if (!connection.up || (isChannel(where.name) && !where.inside)) {
    return note(where, "Files cannot be shared: you are not in this channel", undefined, true);
  }
  for (const file of files) {
    if (file.size > limit) {
      note(where, `${file.name} is too large: at most ${Math.floor(limit / 1024)} KiB are accepted`, undefined, true);
    } else if (waiting.length >= MAX_WAITING) {
      return note(where, `At most ${MAX_WAITING} files can wait`, undefined, true);
    } else waiting.push(drawn(file, where));
  }
  void next();
}

async function next(): Promise<void> {
  if (running) return;
  const upload = running = waiting.shift();
  if (!upload) return;
  const { where, file, stop, item } = upload;
  try {
    const link = stop.signal.aborted ? "" : await transmit(upload, await requestTicket());
    if (link !== "") say(where, link);
  } catch (error) {
    const why = error instanceof Error ? error.message : "the upload failed";
    if (!stop.signal.aborted) note(where, `${file.name} was not shared: ${why}`, undefined, true);
  }
  item.remove();
  running = undefined;
  void next();
}

async function requestTicket(): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  ticket = (given, why) => given === undefined ? reject(new Error(why)) : resolve(given);
  const timer = setTimeout(() => reject(new Error("the server does not answer")), TICKET_MS);
  try {
    connection.send("UPLOAD");
    return await promise;
  } finally {
    clearTimeout(timer);
    ticket = undefined;
  }
}

/** Uploads a file; resolves to its link. `fetch` reports no progress of an upload. */
function transmit({ file, bar, stop }: Upload, ticket: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const request = new XMLHttpRequest();
  request.open("POST", new URL("files", location.href));
  request.setRequestHeader("Authorization", `Bearer ${ticket}`);
  const name = encodeURIComponent(file.name.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16)}`,
  );
  request.setRequestHeader("Content-Disposition", `attachment; filename*=UTF-8''${name}`);
  request.upload.onprogress = ({ loaded }) => bar.value = loaded / Math.max(1, file.size);
  request.onload = () => {
    const to = request.getResponseHeader("location");
    if (request.status === 201 && to !== null) resolve(new URL(to, location.href).href);
    else reject(new Error(request.responseText.trim() || `the server answered ${request.status}`));
  };
  request.onerror = () => reject(new Error("the connection was lost"));
  request.onabort = () => reject(new Error("it was cancelled"));
  stop.signal.addEventListener("abort", () => request.abort());
  request.send(file);
  return promise;
}

function drawn(file: File, where: Room): Upload {
  const stop = new AbortController();
  const item = element("li", `${file.name} `);
  const bar = element("progress");
  bar.setAttribute("aria-label", `Upload of ${file.name}`);
  const cancel = () => {
    stop.abort();
    item.remove();
  };
  item.append(bar, " ", button("Cancel", cancel));
  byId("uploads").append(item);
  return { file, where, item, bar, stop };
}

/** Returns the files of a drop or a paste. */
function filesOf(data: DataTransfer | null): readonly File[] {
  return [...data?.files ?? []];
}

/** Lets files be chosen, dropped and pasted. */
export function acceptFiles(): void {
  const chosen = input("files");
  const attach = byId("attach");
  attach.hidden = limit === 0;
  if (limit === 0) return;
  chosen.accept = document.body.dataset["accept"] ?? "";
  attach.onclick = () => chosen.click();
  chosen.onchange = () => {
    share(chosen.files ?? []);
    chosen.value = "";
    byId("text").focus();
  };
  document.addEventListener("paste", (event) => {
    const files = filesOf(event.clipboardData);
    if (files.length === 0) return;
    event.preventDefault();
    share(files);
  });
  const over = (event: DragEvent) => {
    // A browser would open a file that is dropped beside an input.
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.toggle("dropping", event.type === "dragover");
    if (event.type === "drop") share(filesOf(event.dataTransfer));
  };
  for (const type of ["dragover", "dragleave", "drop"] as const) document.addEventListener(type, over);
}
