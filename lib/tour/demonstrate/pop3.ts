import type { Trace } from "../../core/mod.ts";
import { connectPop3 } from "../../mail/pop3/client/connect.ts";
import { servePop3 } from "../../mail/pop3/server/serve_pop3.ts";
import { deliver, LETTER, withSink } from "./mail_store.ts";

/** Results of {@link demonstratePop3}. */
export interface Pop3Demonstrated {
  /** Whether the message was received as it was sent. */
  readonly same: boolean;
  /** Number of messages after a connection that ended without QUIT. */
  readonly afterCut: number;
  /** Number of messages after QUIT. */
  readonly afterQuit: number;
}

/** Receives a message of a sink on loopback by POP3 under TLS, and deletes it: first without QUIT, then with it. Needs the net permission. */
export function demonstratePop3(trace: Trace, signal?: AbortSignal): Promise<Pop3Demonstrated> {
  return withSink(trace, signal, async (sink, options) => {
    await using server = servePop3("127.0.0.1:0", { ...sink.access, ...sink.access.security(false), trace: undefined });
    await deliver(sink, LETTER);
    // What the client does again is not shown again.
    const cut = await connectPop3(server.address, { ...options, trace: undefined });
    await cut.delete(1);
    cut.close();
    const client = await connectPop3(server.address, options);
    const { count: afterCut } = await client.stat();
    const bytes = await client.retrieve(1);
    // Clients trace no messages.
    trace({ direction: "<", text: `(${bytes.length} bytes of message, and a line with a dot)` });
    await client.delete(1);
    await client.quit();
    return { same: new TextDecoder().decode(bytes) === LETTER, afterCut, afterQuit: sink.store.count };
  });
}
