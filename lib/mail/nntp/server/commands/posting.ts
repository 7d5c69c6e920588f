import { SystemError } from "../../../../core/errors/errors.ts";
import type { PeekingLineClient } from "../../../../core/lines/server/types.ts";
import { formatSize } from "../../../../core/mod.ts";
import { Incoming } from "../../../sink/incoming.ts";
import { injectArticle } from "../article.ts";
import type { Next, Run, Session } from "../session.ts";
import type { NntpHost } from "../types.ts";

/** Bytes that are discarded of an article that is too large. */
const MAX_DISCARDED_BYTES = 1 << 20;

/** POST (RFC 3977 §6.3.1). */
export const POSTING_COMMANDS: Readonly<Record<string, Run>> = {
  async POST(session, words) {
    const { client, host } = session;
    if (words.length > 0) return session.refuse("501 POST takes no arguments");
    if (!host.post) return session.refuse("440 Posting not permitted");
    if (host.hasRoom && !host.hasRoom(host.inFlight)) {
      return session.refuse("440 Posting not permitted: insufficient storage");
    }
    // A client whose reply is lost has to send the article nevertheless.
    client.reply("340 Send article to be posted\r\n");
    const received = await receive(client, host);
    if (received === "cut") return "close";
    if (received === "endless") {
      session.refuse(`441 Posting failed: article too large (limit: ${formatSize(host.maxArticle)})`);
      return "close";
    }
    return await post(session, received);
  },
};

/** Reads an article up to its dot. `cut`: the client has gone; `endless`: it does not stop. */
async function receive(client: PeekingLineClient, host: NntpHost): Promise<Incoming | "cut" | "endless"> {
  const incoming = new Incoming(host.maxArticle);
  incoming.begin();
  let counted = 0;
  try {
    while (true) {
      const bytes = await client.peek();
      if (bytes === null) return "cut";
      const { used, done } = incoming.push(bytes);
      client.skip(used);
      host.inFlight += incoming.held - counted;
      counted = incoming.held;
      if (host.hasRoom && !host.hasRoom(host.inFlight)) incoming.drop();
      if (done) return incoming;
      if (incoming.size > 2 * host.maxArticle + MAX_DISCARDED_BYTES) return "endless";
    }
  } finally {
    host.inFlight -= counted;
  }
}

async function post(session: Session, incoming: Incoming): Promise<Next> {
  const { client: { peer }, host } = session;
  const failed = (reason: string) => session.refuse(`441 Posting failed: ${reason}`);
  if (incoming.fault) {
    return failed(incoming.fault === "bare-cr" ? "bare <CR> in the article" : "bare <LF> in the article");
  }
  if (incoming.tooLarge) return failed(`article too large (limit: ${formatSize(host.maxArticle)})`);
  if (incoming.dropped) return failed("insufficient storage");
  const injected = injectArticle(incoming.bytes, {
    name: host.name,
    client: peer.replace(/:\d+$/, "").replace(/^\[|\]$/g, ""),
    now: Date.now(),
    messageId: `<${crypto.randomUUID()}@${host.name}>`,
  });
  if ("problem" in injected) return failed(injected.problem);
  if (await host.articles.find(injected.messageId) !== undefined) return failed("duplicate message-id");
  try {
    await host.post?.(injected.envelope, [injected.added, injected.rest]);
  } catch (error) {
    host.report(peer, error);
    return failed(error instanceof SystemError && error.code === "disk-full" ? "insufficient storage" : "local error");
  }
  return session.accept(`240 Article posted ${injected.messageId}`);
}
