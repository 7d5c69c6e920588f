import type { ChatMessage } from "../../chat/client/events.ts";
import { joinChat } from "../../chat/client/join.ts";
import { serveChat } from "../../chat/server/serve.ts";
import { STEP_TIMEOUT_MS } from "./timeout.ts";

/** Callbacks of {@link demonstrateChat}. */
export interface ChatDemonstration {
  /** Called with a description of each step. */
  readonly did: (what: string) => void;
  /** Called with each line between ann and the server. */
  readonly crossed: (from: string, to: string, line: string) => void;
  /** Aborts the demonstration. */
  readonly signal?: AbortSignal;
}

/** Messages that each client received, in order: `<ann> hello`. */
export interface ChatHeard {
  /** Messages that ann received. */
  readonly ann: readonly string[];
  /** Messages that ben received. */
  readonly ben: readonly string[];
  /** Messages of the history that cleo, who joins later, received. */
  readonly cleo: readonly string[];
}

/** Text of a PING, which the server repeats. */
const TOKEN = "two-cans";
const PONG = new RegExp(` PONG .*${TOKEN}$`);

/**
 * Runs a chat on loopback: a server, two clients that exchange messages, and a third that joins later and reads the history.
 *
 * Needs the net permission.
 */
export async function demonstrateChat(options: ChatDemonstration): Promise<ChatHeard> {
  const { did, crossed, signal } = options;
  await using server = serveChat("127.0.0.1:0", { signal });
  did(`the server listens on ${server.address}`);
  const ponged = Promise.withResolvers<void>();
  const join = (nick: string, trace = false) => {
    const heard: ChatMessage[] = [];
    let more = Promise.withResolvers<void>();
    const member = joinChat(server.addr, {
      nick,
      channels: ["#lobby"],
      signal,
      timeout: STEP_TIMEOUT_MS,
      trace: ({ direction, text }) => {
        if (trace && PONG.test(text)) ponged.resolve();
        if (!trace || direction === "*") return;
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
  did("cleo has joined #lobby and receives the history");
  ann.member.send("PING", TOKEN);
  await Promise.race([ponged.promise, ann.member.finished]);
  await Promise.all([ann, ben, cleo].map(({ member }) => member.leave("bye")));
  const lines = (heard: readonly ChatMessage[]) => heard.map(({ nick, text }) => `<${nick}> ${text}`);
  return { ann: lines(ann.heard), ben: lines(ben.heard), cleo: lines(cleo.heard.filter(({ past }) => past)) };
}
