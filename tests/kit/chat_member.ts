import { type ChatClientOptions, type ChatEvent, type ChatMessage, joinChat } from "../../lib/chat/mod.ts";
import { parseAddress } from "../../lib/core/mod.ts";
import { DEADLINE_MS } from "./wait.ts";

/** A chat member that records its events. */
export function chatMember(addr: string, nick: string, options: Partial<ChatClientOptions> = {}) {
  const events: ChatEvent[] = [];
  let more = Promise.withResolvers<void>();
  const member = joinChat(parseAddress(addr), {
    nick,
    channels: ["#a"],
    timeout: DEADLINE_MS,
    ...options,
    onEvent: (event) => {
      events.push(event);
      more.resolve();
      more = Promise.withResolvers();
    },
  });
  const messages = () => events.filter((event): event is ChatMessage => event.event === "message");
  return {
    member,
    events,
    texts: () => messages().map(({ nick, text }) => `${nick}: ${text}`),
    messages,
    /** Resolves when an event matches. */
    async until(is: (event: ChatEvent) => boolean): Promise<ChatEvent> {
      for (let i = 0;; i++) {
        while (i >= events.length) await more.promise;
        const event = events[i];
        if (event && is(event)) return event;
      }
    },
    hears(text: string) {
      return this.until((event) => event.event === "message" && event.text === text);
    },
    [Symbol.asyncDispose]: () => member.leave(),
  };
}
