import { byId } from "../view/dom.ts";

/** Returns the dialog of the page with this id. */
export function dialog(id: string): HTMLDialogElement {
  const found = byId(id);
  if (!(found instanceof HTMLDialogElement)) throw new Error(`#${id} is not a dialog`);
  return found;
}

/** Opens a dialog over the page: the rest of the page has no focus until it is closed, by a button or Escape. */
export function openDialog(id: string): void {
  const opened = dialog(id);
  if (!opened.open) opened.showModal();
}

document.addEventListener("click", ({ target }) => {
  if (!(target instanceof Element)) return;
  if (target.closest("[data-close]")) target.closest("dialog")?.close();
});

/** Shows an error of the server in the dialog that is open, if there is one with a place for it. */
export function dialogError(why: string): boolean {
  const place = document.querySelector("dialog[open] [role=alert]");
  if (place) place.textContent = why;
  return place !== null;
}
