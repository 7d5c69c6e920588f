import { SharedSource } from "../../core/mod.ts";
import { connectPipe } from "../../tcp/client/connect.ts";
import { listenPipe } from "../../tcp/server/listen.ts";
import type { ConnectionReport } from "../../tcp/observe/report.ts";

/** What {@link demonstrate} tells while it goes. */
export interface Demonstration {
  /** Called with what the client and the server did. */
  readonly did: (who: "client" | "server", what: string) => void;
  /** Called with what they said, as they say it. */
  readonly said: (who: "client" | "server", what: string) => void;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/**
 * One conversation over TCP on loopback, with both half-closes: the client asks and ends its side, the server answers
 * after that and ends its own. Returns both ends' reports: client, server.
 *
 * Needs the net permission.
 */
export async function demonstrate(options: Demonstration): Promise<[ConnectionReport, ConnectionReport]> {
  const { did, said, signal } = options;
  const asked = Promise.withResolvers<void>();
  const say = (who: "client" | "server", text: string, when: Promise<void> = Promise.resolve()) => {
    const pieces = [new TextEncoder().encode(text)];
    const next = async () => {
      await when;
      const piece = pieces.shift() ?? null;
      said(who, piece ? text : "FIN: no more from me");
      return piece;
    };
    return new SharedSource({ next });
  };
  const hear = (end: () => void) => ({ write: () => {}, end });
  await using server = listenPipe("127.0.0.1:0", {
    input: say("server", "you asked, and I still answer\n", asked.promise),
    output: hear(asked.resolve),
    onConnect: (peer) => did("server", `accepts ${peer}`),
    signal,
  });
  did("server", `listens on ${server.address}`);
  const client = await connectPipe(server.addr, {
    input: say("client", "are you there?\n"),
    output: hear(() => {}),
    onConnect: (local) => did("client", `connects from ${local}`),
    timeout: 5000,
    signal,
  });
  const served = await server.finished;
  if (!served) throw new Error("nobody was served");
  return [client, served];
}
