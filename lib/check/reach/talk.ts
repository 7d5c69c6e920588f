import type { Probe } from "../probe/probe.ts";
import { hear } from "./hear.ts";
import { helloTo } from "./hello.ts";
import { judgeTalk } from "./judge_talk.ts";
import { firstLine, protocolOf } from "./protocol.ts";
import type { TalkInput, TalkSeen } from "./talk_seen.ts";

/** Most milliseconds that a server has for a greeting, and for an answer. */
const [GREETING_MS, ANSWER_MS] = [300, 1000];
/** Part of the time for each of three connections. */
const SHARE = 0.25;
/** Not HEAD: in the body a server says that it expected TLS. */
const HTTP_REQUEST = new TextEncoder().encode("GET / HTTP/1.0\r\n\r\n");

/** The first bytes of an open port: by itself, and if something else was expected, as the answer to a ClientHello and to an HTTP request. */
export const talkProbe: Probe<TalkInput, TalkSeen> = {
  name: "talk",
  layer: "reach",
  explains: true,
  async observe(input, context) {
    const share = input.within * SHARE;
    const greeting = await hear(input, context, { limit: Math.min(GREETING_MS, share) });
    const { end, bytes } = greeting;
    if (end === "sent") return { first: end, ...recognised(bytes) };
    if (end !== "waited" || !input.expected) return { first: end };
    for (const opening of [helloTo(input.host), HTTP_REQUEST]) {
      const { bytes } = await hear(input, context, {
        limit: Math.min(ANSWER_MS, share),
        opening,
        end: opening === HTTP_REQUEST,
      });
      if (bytes.length > 0) return { first: end, ...recognised(bytes) };
    }
    return { first: end };
  },
  judge: judgeTalk,
  facts: ({ protocol }) => protocol === undefined ? {} : { protocol },
};

function recognised(bytes: Uint8Array): Pick<TalkSeen, "protocol" | "line"> {
  const protocol = protocolOf(bytes);
  return protocol === "TLS" || protocol === undefined ? { protocol } : { protocol, line: firstLine(bytes) };
}
