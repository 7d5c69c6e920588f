import { ImapRefusal } from "../refusal.ts";
import type { Answer, Session } from "../session.ts";

/** Time after which a client that does not send IDLE again is disconnected (RFC 2177). */
const IDLE_TIMEOUT_MS = 30 * 60_000;

/** IDLE (RFC 2177): tells changes as they come, until the client sends DONE. */
export async function idle(session: Session): Promise<Answer> {
  const { client, selected } = session;
  let telling = false;
  const tell = async () => {
    // A client that reads slowly gets the rest together.
    if (telling) return;
    telling = true;
    try {
      // Changes of the same turn are told together, those during a write after it.
      await Promise.resolve();
      do {
        session.update(true);
        await client.flush();
      } while (selected?.pending);
    } finally {
      telling = false;
    }
  };
  if (selected) selected.onChange = () => void tell().catch(() => {});
  session.reply("+ idling");
  try {
    await tell();
    const line = await client.line({ limit: 100, timeout: IDLE_TIMEOUT_MS });
    if (!line) return { text: "", then: "end" };
    if (!/^done$/i.test(new TextDecoder().decode(line))) throw new ImapRefusal("BAD", "Expected DONE");
    client.trace("<", "DONE");
    return { text: "Idle completed" };
  } finally {
    if (selected) selected.onChange = undefined;
  }
}
