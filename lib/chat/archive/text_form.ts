import { showUntrusted } from "../../core/mod.ts";
import type { PastLine } from "./past_line.ts";

/** Limit of a text, in characters: above that of any message. */
const MAX_CHARS = 20_000;

/** Returns a line as plain text without its time: `<ann> hello`. Control characters are escaped. */
export function plainText({ event, nick, text, by }: PastLine): string {
  const name = safe(nick);
  const said = text.split("\n").map(safe).join("\n    ");
  const because = text === "" ? "" : ` (${said})`;
  switch (event) {
    case "message":
      return `<${name}> ${said}`;
    case "notice":
      return `-${name}- ${said}`;
    case "action":
      return `* ${name} ${said}`;
    case "join":
      return `-- ${name} has joined`;
    case "part":
      return `-- ${name} has left${because}`;
    case "quit":
      return `-- ${name} has quit${because}`;
    case "kick":
      return `-- ${name} was kicked by ${safe(by ?? "")}${because}`;
    case "nick":
      return `-- ${name} is now known as ${said}`;
    case "topic":
      return text === "" ? `-- ${name} has removed the topic` : `-- ${name} sets the topic: ${said}`;
    case "mode":
      return `-- ${name} sets mode ${said}`;
  }
}

/** Returns a time in UTC, to the second: `2026-11-28 21:45:12Z`. */
export function clockText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace("T", " ")}Z`;
}

function safe(text: string): string {
  return showUntrusted(text, { limit: MAX_CHARS });
}
