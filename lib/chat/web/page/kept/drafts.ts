import { foldName } from "../../../codec/names.ts";
import { input } from "../view/dom.ts";
import type { Room } from "../room.ts";
import { KeptMap } from "./storage.ts";

/** Maximum length of a draft that is kept. */
const MAX_LENGTH = 2000;

const drafts = new KeptMap("chat-drafts", (value) => typeof value === "string");

/** Keeps what is typed as the draft of a room. */
export function keepDraft(where: Room | undefined): void {
  if (where) drafts.set(foldName(where.name), input("text").value.slice(0, MAX_LENGTH) || undefined);
}

/** Shows the draft of a room in place of that of the room before. */
export function showDraft(where: Room | undefined): void {
  input("text").value = where ? drafts.get(foldName(where.name)) ?? "" : "";
}

/** Removes the drafts. */
export function forgetDrafts(): void {
  drafts.clear();
}

// The page may be closed before the time at which they are written.
addEventListener("pagehide", () => drafts.write());
