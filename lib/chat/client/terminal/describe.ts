import { showUntrusted } from "../../../core/mod.ts";
import { stripFormatting } from "../../codec/formatting.ts";
import type { ChatEvent } from "../events.ts";

/** Styles for the parts of a line; their arguments are safe for a terminal already. */
export interface ChatPaint {
  /** Styles a nickname. */
  nick(text: string, nick: string): string;
  /** Styles text of low importance. */
  dim(text: string): string;
  /** Styles an error. */
  bad(text: string): string;
}

/** Columns before the further lines of a message: those of the time. */
const INDENT = 6;

/** Applies no style. */
export const NO_PAINT: ChatPaint = { nick: (text) => text, dim: (text) => text, bad: (text) => text };

/** Returns the text of a message; its further lines are indented, so that none looks like a message of its own. */
function safeLines(text: string): string {
  return text.split("\n").map(safe).join(`\n${" ".repeat(INDENT)}`);
}

/** Returns text of a peer without IRC formatting, with control characters escaped. */
function safe(text: string): string {
  return showUntrusted(stripFormatting(text), { limit: 8000 });
}

/**
 * Returns an event as a line for a terminal, several for a message that has them, or undefined for events that are not shown. With several channels the name
 * of the channel comes first. Text of peers is escaped.
 */
export function describeEvent(
  event: ChatEvent,
  options: { readonly paint?: ChatPaint; readonly several?: boolean } = {},
): string | undefined {
  const { paint = NO_PAINT, several = false } = options;
  const what = words(event, paint, several);
  return what === undefined ? undefined : `${paint.dim(clock(event.time))} ${what}`;
}

function words(event: ChatEvent, paint: ChatPaint, several: boolean): string | undefined {
  const nick = (name: string) => paint.nick(safe(name), name);
  const note = (text: string) => paint.dim(`-- ${text}`);
  const because = (reason: string | undefined) => reason ? ` (${safe(reason)})` : "";
  switch (event.event) {
    case "message": {
      const { target, kind, text, own } = event;
      // A prefix names the members of the channel that receive it (ISUPPORT STATUSMSG).
      const to = !/^[~&@%+!]*[#&+!]/.test(target)
        ? paint.dim(own ? `[to ${safe(target)}] ` : "[private] ")
        : several || /^[~&@%+]+#/.test(target)
        ? paint.dim(`${safe(target)} `)
        : "";
      if (kind === "action") return `${to}* ${nick(event.nick)} ${safeLines(text)}`;
      const name = kind === "notice" ? `-${nick(event.nick)}-` : `<${nick(event.nick)}>`;
      return `${to}${name} ${safeLines(text)}`;
    }
    case "connected":
      return note(`connected to ${safe(event.server)} as ${safe(event.nick)}`);
    case "disconnected":
      return paint.bad(`-- ${safe(event.error.message)}; reconnecting in ${Math.ceil(event.retryIn / 1000)}s`);
    case "join":
      return note(`${safe(event.nick)} has joined ${safe(event.channel)}`);
    case "part":
      return note(`${safe(event.nick)} has left ${safe(event.channel)}${because(event.reason)}`);
    case "quit":
      // Servers put "Quit: " before a reason, also where a client gives none.
      return note(`${safe(event.nick)} has quit${because(event.reason?.replace(/^Quit: ?$/, ""))}`);
    case "kick":
      return note(
        `${safe(event.nick)} was kicked from ${safe(event.channel)} by ${safe(event.by ?? "")}${because(event.reason)}`,
      );
    case "nick":
      return note(`${safe(event.nick)} is now known as ${safe(event.to)}`);
    case "topic":
      return note(
        event.text === ""
          ? `no topic is set for ${safe(event.channel)}`
          : `topic of ${safe(event.channel)}: ${safe(event.text)}`,
      );
    case "mode":
      return note(`${safe(event.nick)} sets mode ${safe(event.text)} on ${safe(event.target)}`);
    case "names":
      return note(`members of ${safe(event.channel)}: ${event.nicks.map(safe).join(" ")}`);
    case "read":
      return undefined;
    case "server":
      return event.problem ? paint.bad(`-- ${safe(event.text)}`) : note(safe(event.text));
  }
}

/** Returns hours and minutes in the local time zone. */
function clock(time: number): string {
  const at = new Date(time);
  const two = (value: number) => `${value}`.padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Returns a stable number for a nickname, to choose its colour. */
export function nickNumber(nick: string): number {
  let number = 7;
  for (const char of nick.toLowerCase()) number = (number * 31 + (char.codePointAt(0) ?? 0)) % 65_521;
  return number;
}
