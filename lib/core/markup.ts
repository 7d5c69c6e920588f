import { showUntrusted } from "./untrusted.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** Returns an untrusted text as text of an HTML or SVG document, or as the value of an attribute between quotes. */
export function markupText(untrusted: string): string {
  return showUntrusted(untrusted).replace(/[&<>"'`]/g, (char) => ENTITIES[char] ?? "");
}
