import { SharedSource } from "../../core/mod.ts";
import { connectPipe } from "../../tcp/client/connect.ts";
import { listenPipe } from "../../tcp/server/listen.ts";
import type { ConnectionReport } from "../../tcp/observe/report.ts";
import { STEP_TIMEOUT_MS } from "./timeout.ts";

/** Options of {@link demonstrate}. */
export interface Demonstration {
  /** Called with each event of the client and the server. */
  readonly did: (who: "client" | "server", what: string) => void;
  /** Called with each text that they send. */
  readonly said: (who: "client" | "server", what: string) => void;
  /** Stops it. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a conversation over TCP on loopback, with both half-closes: the client asks and closes its side, the server answers
 * after that and closes its own. Returns the reports of both ends: client, server.
 *
 * Requires the net permission.
 */
export async function demonstrate(options: Demonstration): Promise<[ConnectionReport, ConnectionReport]> {
  const { did, said, signal } = options;
  const asked = Promise.withResolvers<void>();
  const say = (who: "client" | "server", text: string, when: Promise<void> = Promise.resolve()) => {
    const pieces = [new TextEncoder().encode(text)];
    const next = async () => {
      await when;
      const piece = pieces.shift() ?? null;
      said(who, piece ? text : "FIN: end of data");
      return piece;
    };
    return new SharedSource({ next });
  };
  const hear = (end: () => void) => ({ write: () => {}, end });
  await using server = listenPipe("127.0.0.1:0", {
    input: say("server", "your side is closed, and I can still answer\n", asked.promise),
    output: hear(asked.resolve),
    onConnect: (peer) => did("server", `accepts ${peer}`),
    signal,
  });
  did("server", `listens on ${server.address}`);
  const client = await connectPipe(server.addr, {
    input: say("client", "are you there?\n"),
    output: hear(() => {}),
    onConnect: (local) => did("client", `connects from ${local}`),
    timeout: STEP_TIMEOUT_MS,
    signal,
  });
  const served = await server.finished;
  if (!served) throw new Error("no client was served");
  return [client, served];
}
