import type { Trace } from "../../core/mod.ts";
import { connectImap } from "../../mail/imap/client/connect.ts";
import { serveImap } from "../../mail/imap/server/serve_imap.ts";
import { deliver, LETTER, withSink } from "./mail_store.ts";

/** Results of {@link demonstrateImap}. */
export interface ImapDemonstrated {
  /** Whether the client was told of the message while it waited. */
  readonly told: boolean;
  /** Whether the message was received as it was sent. */
  readonly same: boolean;
  /** Flags of the message on the server. */
  readonly flags: readonly string[];
}

/** Waits for a message in a folder of a sink on loopback by IMAP under TLS, receives it and marks it as read. Needs the net permission. */
export function demonstrateImap(trace: Trace, signal?: AbortSignal): Promise<ImapDemonstrated> {
  return withSink(trace, signal, async (sink, options) => {
    await using server = serveImap("127.0.0.1:0", { ...sink.access, ...sink.access.security(false), trace: undefined });
    await using client = await connectImap(server.address, options);
    await client.open("INBOX", { readOnly: false });
    const waits = client.wait({ signal: AbortSignal.timeout(options.timeout) });
    await deliver(sink, LETTER);
    const told = await waits;
    const [uid = 0] = await client.search("UNSEEN");
    const bytes = await client.read(uid);
    await client.setFlags([uid], "add", ["\\Seen"]);
    const { inbox } = sink.store.account("bob@example.com");
    return { told, same: new TextDecoder().decode(bytes) === LETTER, flags: [...inbox.get(uid)?.flags ?? []] };
  });
}
