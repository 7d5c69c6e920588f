import type { ChatMessage } from "../../chat/client/events.ts";
import { joinChat } from "../../chat/client/join.ts";
import { serveChat } from "../../chat/server/serve.ts";

/** What {@link demonstrateChat} tells while it goes. */
export interface ChatDemonstration {
  /** Called with what somebody did. */
  readonly did: (what: string) => void;
  /** Called with what crosses the wire between ann and the server, as far as it is about joining and talking. */
  readonly crossed: (from: string, to: string, line: string) => void;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** What they have heard, each in the order in which it came: `<ann> hello`. */
export interface ChatHeard {
  /** What ann has heard. */
  readonly ann: readonly string[];
  /** What ben has heard. */
  readonly ben: readonly string[];
  /** What cleo, who comes late, is told of what was said before. */
  readonly cleo: readonly string[];
}

const ABOUT_TALKING = / (?:JOIN|PRIVMSG) |^(?:NICK|JOIN|PRIVMSG) /;

/**
 * A conversation on loopback: a server, two clients who talk to each other, and one who comes later and reads what was said.
 *
 * Needs the net permission.
 */
export async function demonstrateChat(options: ChatDemonstration): Promise<ChatHeard> {
  const { did, crossed, signal } = options;
  await using server = serveChat("127.0.0.1:0", { signal });
  did(`the server listens on ${server.address}`);
  const join = (nick: string, trace = false) => {
    const heard: ChatMessage[] = [];
    let more = Promise.withResolvers<void>();
    const member = joinChat(server.addr, {
      nick,
      channels: ["#lobby"],
      signal,
      timeout: 5000,
      trace: ({ direction, text }) => {
        if (!trace || direction === "*" || !ABOUT_TALKING.test(text)) return;
        if (direction === ">") crossed(nick, "server", text);
        else crossed("server", nick, text);
      },
      onEvent: (event) => {
        if (event.event !== "message") return;
        heard.push(event);
        more.resolve();
        more = Promise.withResolvers();
      },
    });
    const hears = async (count: number) => {
      while (heard.length < count) await more.promise;
    };
    return { member, heard, hears };
  };
  const ann = join("ann", true);
  await ann.member.ready;
  did("ann has joined #lobby");
  const ben = join("ben");
  await ben.member.ready;
  did("ben has joined #lobby");
  await ann.member.say("#lobby", "ben, are you there?");
  await ben.hears(1);
  await ben.member.say("#lobby", "I am. Good morning, ann!");
  await Promise.all([ann.hears(2), ben.hears(2)]);
  const cleo = join("cleo");
  await cleo.member.ready;
  did("cleo has joined #lobby, and is told what was said");
  await Promise.all([ann, ben, cleo].map(({ member }) => member.leave("bye")));
  const lines = (heard: readonly ChatMessage[]) => heard.map(({ nick, text }) => `<${nick}> ${text}`);
  return { ann: lines(ann.heard), ben: lines(ben.heard), cleo: lines(cleo.heard.filter(({ past }) => past)) };
}
