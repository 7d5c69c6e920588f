import { showUntrusted } from "../../core/mod.ts";
import { stripFormatting } from "../codec/formatting.ts";
import type { ChatEvent } from "./events.ts";

/** How the parts of a line are painted; every text given to these is safe for a terminal already. */
export interface ChatPaint {
  /** A nick. */
  nick(text: string, nick: string): string;
  /** What matters least. */
  dim(text: string): string;
  /** Something that did not work. */
  bad(text: string): string;
}

/** Leaves everything as it is. */
export const NO_PAINT: ChatPaint = { nick: (text) => text, dim: (text) => text, bad: (text) => text };

/** Text of others as it may go to a terminal, without the formatting of IRC. */
function safe(text: string): string {
  return showUntrusted(stripFormatting(text), { limit: 8000 });
}

/**
 * An event as a line for people, or nothing where there is nothing to say. Where more than one channel is joined, its
 * name stands in front; what is another's text can do nothing to a terminal.
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
      // A prefix says which members of the channel it is for (ISUPPORT STATUSMSG).
      const to = !/^[~&@%+!]*[#&+!]/.test(target)
        ? paint.dim(own ? `[to ${safe(target)}] ` : "[private] ")
        : several || /^[~&@%+]+#/.test(target)
        ? paint.dim(`${safe(target)} `)
        : "";
      if (kind === "action") return `${to}* ${nick(event.nick)} ${safe(text)}`;
      const name = kind === "notice" ? `-${nick(event.nick)}-` : `<${nick(event.nick)}>`;
      return `${to}${name} ${safe(text)}`;
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
    case "server":
      return event.problem ? paint.bad(`-- ${safe(event.text)}`) : note(safe(event.text));
  }
}

/** Hours and minutes where the reader is. */
function clock(time: number): string {
  const at = new Date(time);
  const two = (value: number) => `${value}`.padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** A number that is always the same for a nick, to choose its colour by. */
export function nickNumber(nick: string): number {
  let number = 7;
  for (const char of nick.toLowerCase()) number = (number * 31 + (char.codePointAt(0) ?? 0)) % 65_521;
  return number;
}
