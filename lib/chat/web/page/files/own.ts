import { dialog, openDialog } from "../dialogs/dialog.ts";
import { note } from "../messages.ts";
import { state } from "../room.ts";
import { connection } from "../session.ts";
import { button, byId, element } from "../view/dom.ts";
import type { ServerMessage } from "../wire.ts";

/** Bytes of a kibibyte. */
const KIB = 1024;
/** State of the list until it is complete, and why it cannot be. */
const [LOADING, OFFLINE] = ["Loading…", "The connection is down. Try again when it is back."];

/** Asks for the list of the user's files, and shows it; or deletes one, by its link or id. */
export function ownFiles(link?: string): void {
  if (link !== undefined) return deleteFile(link);
  byId("own-files-list").replaceChildren();
  byId("own-files-state").textContent = connection.up ? LOADING : "";
  byId("own-files-error").textContent = connection.up ? "" : OFFLINE;
  openDialog("own-files");
  connection.send("UPLOAD", "LIST");
}

/** Deletes a file of the user, by its link or id; an IRC operator deletes any. */
export function deleteFile(link: string): void {
  byId("own-files-error").textContent = "";
  connection.send("UPLOAD", "DELETE", link);
}

/** Takes an answer about the user's files. */
export function fileCame({ params: [, code, name = "", size = "0", stored = ""] }: ServerMessage): void {
  const [id = ""] = name.split(".", 1);
  if (code === "FILE") byId("own-files-list").append(fileItem(name, Number(size), new Date(stored)));
  if (code === "END") byId("own-files-state").textContent = counted(Number(name));
  if (code === "DELETED") gone(id);
}

/** Takes the refusal of a command about files; returns whether it was one. */
export function fileRefused({ params }: ServerMessage): boolean {
  const [, code = ""] = params;
  const why = params.at(-1) ?? "";
  const progress = byId("own-files-state");
  const loading = dialog("own-files").open && progress.textContent === LOADING;
  if (!loading && code !== "UNKNOWN_FILE" && code !== "FORBIDDEN") return false;
  if (loading) progress.textContent = "";
  if (dialog("own-files").open) byId("own-files-error").textContent = why;
  else if (state.current) note(state.current, why, undefined, true);
  return true;
}

function counted(count: number): string {
  return count === 0 ? "You have shared no files that are still there." : `${count} file${count === 1 ? "" : "s"}`;
}

function fileItem(name: string, size: number, stored: Date): HTMLElement {
  const item = element("li");
  item.dataset["file"] = name.split(".", 1)[0] ?? "";
  const link = element("a", `${name.split(".")[1] ?? "file"}, ${Math.max(1, Math.round(size / KIB))} KiB`);
  link.href = new URL(`files/${name.split(".", 1)[0]}/${name}`, location.href).href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  const time = element("time", stored.toLocaleString());
  const remove = button("Delete", () => deleteFile(name));
  remove.setAttribute("aria-label", `Delete the file of ${stored.toLocaleString()}`);
  item.append(link, " ", time, " ", remove);
  return item;
}

/** Shows that a file is deleted: in the list, and in the messages that are shown. */
function gone(id: string): void {
  if (!/^[0-9a-f]{32}$/.test(id)) return;
  const item = document.querySelector<HTMLElement>(`#own-files[open] [data-file="${id}"]`);
  if (item) {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    (next?.querySelector("button") ?? document.querySelector<HTMLElement>("#own-files [data-close]"))?.focus();
    byId("own-files-state").textContent = counted(byId("own-files-list").childElementCount);
  } else if (state.current) note(state.current, "The file was deleted");
  for (const link of document.querySelectorAll(`#log a.file[href*="/files/${id}/"]`)) {
    link.querySelector("img")?.remove();
    link.append(element("small", "deleted"));
  }
}
